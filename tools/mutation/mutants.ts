/** Reads Stryker's report (the mutation testing elements' schema) and tells which mutants nothing noticed. */

export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly StrykerMutant[] }>>
}

interface Position {
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

interface StrykerMutant {
  readonly status: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}

/** One change of the code. Named by texts, not by its line, so that a change elsewhere in the file leaves its name alone. */
export interface MutantName {
  readonly file: string
  /** The line in which it begins, without indentation. */
  readonly in: string
  readonly original: string
  readonly replacement: string
}

export interface Mutant extends MutantName {
  readonly line: number
}

export interface Outcome {
  readonly killed: number
  /** They ran into the time or the count of steps that the code needs unchanged. */
  readonly timedOut: number
  /** Code that runs once when its file loads, which cannot be changed and changed back in one process, and texts of errors. */
  readonly leftOut: number
  readonly survivors: readonly Mutant[]
}

const SURVIVED = new Set(['Survived', 'NoCoverage'])

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const part = lines.slice(start.line - 1, end.line)
  const last = part.length - 1
  return part
    .map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined))
    .join('\n')
}

export function outcomeOf({ files }: StrykerReport): Outcome {
  const survivors: Mutant[] = []
  const counts = new Map<string, number>()
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n')
    for (const { status, replacement, location } of mutants) {
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (!SURVIVED.has(status)) continue
      survivors.push({
        file,
        line: location.start.line,
        in: (lines[location.start.line - 1] ?? '').trim(),
        original: oneLine(textBetween(lines, location.start, location.end)),
        replacement: oneLine(replacement),
      })
    }
  }
  const known = new Set(['Killed', 'Timeout', 'Ignored', ...SURVIVED])
  const strange = [...counts.keys()].find((status) => !known.has(status))
  if (strange !== undefined) throw new Error(`${counts.get(strange)} mutants are ${strange}: what is that of them?`)
  survivors.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
  return {
    killed: counts.get('Killed') ?? 0,
    timedOut: counts.get('Timeout') ?? 0,
    leftOut: counts.get('Ignored') ?? 0,
    survivors,
  }
}

/** Of 100 mutants that a test could notice, so many were noticed. */
export function scoreOf({ killed, timedOut, survivors }: Outcome): number {
  const caught = killed + timedOut
  return (100 * caught) / (caught + survivors.length)
}
