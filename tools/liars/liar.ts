/** A liar: a patch of the server or the SDK that breaks a promise, kept with the check that must catch it. */
import { basename } from 'node:path'
import { PROMISE_IDS } from '../promises.js'

/** A case of the conformance suite, by its ID or a pattern of several, or a test of the repository. */
export type LiarCheck =
  | { readonly kind: 'server' | 'vectors'; readonly pattern: string }
  | {
      readonly kind: 'test'
      readonly file: string
      /** The full name of the test, or a part of it. */
      readonly title: string
    }

export interface Liar {
  /** The patch's path from the root. */
  readonly patch: string
  readonly name: string
  /** What is done instead of what was promised, in a sentence. */
  readonly what: string
  /** Those that it breaks: what catches it must name each. */
  readonly promises: readonly string[]
  readonly checks: readonly [LiarCheck, ...LiarCheck[]]
  /** One of those that every `npm test` runs. */
  readonly smoke: boolean
}

function caseCheck(patch: string, pattern: string): LiarCheck {
  const kind = pattern.split('/')[0]
  if (kind !== 'server' && kind !== 'vectors') throw new Error(`${patch}: ${pattern} is no case of server or vectors`)
  return { kind, pattern }
}

/**
 * Reads the lines before the diff: `what: `, `promises: ` and `case: `, or `test: ` with `title: `, or both; `smoke: yes`
 * in some. Throws with what is missing.
 */
export function parseLiar(patch: string, text: string): Liar {
  const head = text.slice(0, text.search(/^--- /m))
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1]?.trim()
  const needed = (name: string): string => {
    const value = field(name)
    if (value === undefined) throw new Error(`${patch}: no line "${name}: ..." before the diff`)
    return value
  }
  const promises = needed('promises').split(' ')
  const unknown = promises.find((id) => !PROMISE_IDS.has(id))
  if (unknown !== undefined) throw new Error(`${patch}: there is no promise ${unknown}`)
  const pattern = field('case')
  const file = field('test')
  const [first, ...others]: LiarCheck[] = [
    ...(pattern === undefined ? [] : [caseCheck(patch, pattern)]),
    ...(file === undefined ? [] : [{ kind: 'test', file, title: needed('title') } as const]),
  ]
  if (first === undefined) throw new Error(`${patch}: no line "case: ..." or "test: ..." before the diff`)
  return {
    patch,
    name: basename(patch, '.patch'),
    what: needed('what'),
    promises,
    checks: [first, ...others],
    smoke: field('smoke') === 'yes',
  }
}

/** Files that a patch changes, from the root. */
export function patchedFiles(text: string): string[] {
  return [...text.matchAll(/^\+\+\+ b\/(.+)$/gm)].map((match) => match[1] as string)
}
