/** What a run showed, by case and by promise. Pure: no clock, no files. */
import type { Case, Result, Verdict } from '../case.js'
import { matchesAny } from '../select.js'

export interface Promised {
  readonly id: string
  readonly text: string
}

export type ReportedCase = Result & Pick<Case<never>, 'title' | 'promises' | 'rules'> & { readonly isKnown: boolean }

/** Of a promise: the worst that its cases say; `unseen` if none of them ran. */
export type PromiseVerdict = Verdict | 'unseen'

export interface PromiseRow extends Promised {
  readonly verdict: PromiseVerdict
  readonly cases: readonly ReportedCase[]
}

export interface Report {
  /** What was looked at: an address, or a testee's name and version. */
  readonly subject: string
  readonly cases: readonly ReportedCase[]
  readonly promises: readonly PromiseRow[]
  /** Known to fail, and kept: the list is out of date. */
  readonly surprises: readonly ReportedCase[]
  /** Nothing is broken but what is known, nothing failed, and there is no surprise. */
  readonly isGood: boolean
}

export interface ReportInput {
  readonly subject: string
  readonly cases: readonly Pick<Case<never>, 'id' | 'title' | 'promises' | 'rules'>[]
  readonly results: readonly Result[]
  readonly promises: readonly Promised[]
  readonly knownFailing: readonly string[]
}

export function makeReport({ subject, cases, results, promises, knownFailing }: ReportInput): Report {
  const byId = new Map(cases.map((one) => [one.id, one]))
  const reported = results.flatMap((result): ReportedCase[] => {
    const one = byId.get(result.id)
    if (one === undefined) return []
    const { title, promises: ids, rules } = one
    return [{ ...result, title, promises: ids, rules, isKnown: matchesAny(knownFailing, result.id) }]
  })
  const surprises = reported.filter(({ isKnown, verdict }) => isKnown && verdict === 'kept')
  const bad = reported.filter((one) => one.verdict === 'failed' || (one.verdict === 'broken' && !one.isKnown))
  return {
    subject,
    cases: reported,
    promises: promises.map((promised) => rowOf(promised, reported)),
    surprises,
    isGood: bad.length === 0 && surprises.length === 0,
  }
}

function rowOf(promised: Promised, reported: readonly ReportedCase[]): PromiseRow {
  const cases = reported.filter(({ promises }) => promises.includes(promised.id))
  return { ...promised, cases, verdict: worst(cases.map(({ verdict }) => verdict)) }
}

/** One that is kept tells more than one that could not be looked at; one that is broken tells most. */
function worst(verdicts: readonly Verdict[]): PromiseVerdict {
  for (const verdict of ['broken', 'failed', 'kept', 'untestable'] as const) {
    if (verdicts.includes(verdict)) return verdict
  }
  return 'unseen'
}

export const WORDS: Readonly<Record<PromiseVerdict, string>> = {
  kept: 'kept',
  broken: 'BROKEN',
  untestable: 'not testable here',
  failed: 'RUNNER FAILED',
  unseen: 'not looked at',
}

/** So many of each verdict, in words: `12 kept, 1 BROKEN`. */
export function countsOf(cases: readonly ReportedCase[]): string {
  return (['kept', 'broken', 'failed', 'untestable'] as const)
    .map((verdict) => [cases.filter((one) => one.verdict === verdict).length, WORDS[verdict]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')
}
