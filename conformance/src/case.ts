/**
 * What a conformance run looks at, one thing each. `Subject`: what it looks at it with, a server's address or a testee.
 *
 *   returns            kept
 *   throws Broken      broken: the subject did otherwise
 *   throws Untestable  not testable here: what it needs is not there, and why
 *   throws other       the runner's own fault, told as such and never as the subject's
 */
export interface Case<Subject> {
  /** Stable and unique, from the general to the particular: `server/headers/policy`. */
  readonly id: string
  /** What holds. */
  readonly title: string
  /** Of PROMISES, for example `T2`; the report is by these. */
  readonly promises: readonly string[]
  /** Of the chapters, for example `05-29`. */
  readonly rules: readonly string[]
  /** How it is looked at, and what it means if it is broken: for `explain`. */
  readonly explain: string
  /** What a testee must declare for it; none: all must pass it. */
  readonly features?: readonly string[]
  /** Milliseconds after which it is broken; the runner's own bound if not given. */
  readonly longestMs?: number
  run(subject: Subject, seen: Seen): Promise<void>
}

/** Takes what was seen, in order, for the report: bytes in hex, requests, answers. Never a secret of anybody else's. */
export interface Seen {
  note(text: string): void
}

export type Verdict = 'kept' | 'broken' | 'untestable' | 'failed'

export interface Result {
  readonly id: string
  readonly verdict: Verdict
  /** Why it is not kept. */
  readonly reason: string | undefined
  readonly seen: readonly string[]
  readonly ms: number
}

/** The subject does not do what the specification says. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/** What a case needs is not there, so that it tells nothing. */
export class Untestable extends Error {
  override readonly name = 'Untestable'
}

/** Throws `Broken` with `what`. */
export function ensureKept(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what)
}
