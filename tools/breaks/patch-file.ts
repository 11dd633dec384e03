/** A break: a patch of one line, kept with the name of the test that must catch it. */

export interface Break {
  /** The patch's path from the root. */
  readonly patch: string
  /** What is broken, in a sentence. */
  readonly what: string
  /** The test file to run. */
  readonly test: string
  /** The full name of the test that must fail, or a part of it. */
  readonly title: string
}

/** Reads the three lines `what: `, `test: ` and `title: ` that stand before the diff. Throws if one is missing. */
export function parseBreak(patch: string, text: string): Break {
  const field = (name: string): string => {
    const value = new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1]?.trim()
    if (!value) throw new Error(`${patch}: no line "${name}: ..." before the diff`)
    return value
  }
  return { patch, what: field('what'), test: field('test'), title: field('title') }
}

/** Lines that a patch takes out; a break takes out at most one. */
export function removedLines(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('-') && !line.startsWith('---')).length
}
