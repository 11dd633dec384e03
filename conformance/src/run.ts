/** Runs cases, one after the other, each with its deadline. What a case looks at comes from a `Source`. */
import { Broken, type Case, type Result, type Seen, Untestable, type Verdict } from './case.js'

/** Where the cases of a run get what they look at. */
export interface Source<Subject> {
  /** Of what is looked at, as far as is known by now. */
  name(): string
  /** For one case. Throws `Broken` if the subject itself is at fault. */
  open(seen: Seen): Promise<Opened<Subject>>
  /** After the last case. */
  close(): Promise<void>
}

export interface Opened<Subject> {
  readonly subject: Subject
  /** What it declares; absent: everything. */
  readonly features?: ReadonlySet<string>
  /** Called behind a case that found nothing. Throws `Broken` if the subject did something that no case asked for. */
  settle?(): void
  /** Called when the case took too long. */
  abandon?(): void
}

export interface Clock {
  /** Milliseconds. */
  now(): number
  /** Calls back after so many milliseconds; gives what takes that back. */
  after(ms: number, run: () => void): () => void
}

/** For a case that names no bound of its own, in milliseconds. */
export const LONGEST_MS = 120_000
const NOTES_MAX = 10_000

export interface RunOptions {
  readonly clock: Clock
  onResult?(result: Result): void
}

export async function runCases<Subject>(
  cases: readonly Case<Subject>[],
  source: Source<Subject>,
  { clock, onResult }: RunOptions,
): Promise<Result[]> {
  const results: Result[] = []
  try {
    for (const one of cases) {
      const result = await runCase(one, source, clock)
      results.push(result)
      onResult?.(result)
    }
  } finally {
    await source.close()
  }
  return results
}

async function runCase<Subject>(one: Case<Subject>, source: Source<Subject>, clock: Clock): Promise<Result> {
  const seen: string[] = []
  const began = clock.now()
  const note = (text: string): void => {
    if (seen.length < NOTES_MAX) seen.push(text)
  }
  const result = (verdict: Verdict, reason?: string): Result => ({
    id: one.id,
    verdict,
    reason,
    seen,
    ms: Math.round(clock.now() - began),
  })
  try {
    const opened = await source.open({ note })
    const missing = one.features?.filter((feature) => opened.features?.has(feature) === false) ?? []
    if (missing.length > 0) return result('untestable', `it does not declare ${missing.join(', ')}`)
    await within(one.longestMs ?? LONGEST_MS, clock, one.run(opened.subject, { note }), () => opened.abandon?.())
    opened.settle?.()
    return result('kept')
  } catch (error) {
    if (error instanceof Broken) return result('broken', error.message)
    if (error instanceof Untestable) return result('untestable', error.message)
    return result('failed', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}

async function within(ms: number, clock: Clock, work: Promise<void>, abandon: () => void): Promise<void> {
  let inTime = (): void => undefined
  const deadline = new Promise<never>((_, reject) => {
    inTime = clock.after(ms, () => {
      abandon()
      reject(new Broken(`not done within ${ms / 1_000} s`))
    })
  })
  // Whatever becomes of it later, its verdict has been given.
  work.catch(() => undefined)
  try {
    await Promise.race([work, deadline])
  } finally {
    inTime()
  }
}
