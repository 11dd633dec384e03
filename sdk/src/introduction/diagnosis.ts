/**
 * Why nobody was reached: how far the last try came, what each side offered, and what can be done (spec/06 section 14). To be
 * shown to a person; nothing is decided by it.
 */
import type { MeetingInput } from './meeting.js'
import type { MeetingOutput } from './meeting-state.js'

/** ICE candidates of an SDP by type (RFC 8445 section 4). `hidden`: a host's, under an mDNS name. */
export interface CandidateCount {
  readonly host: number
  readonly hidden: number
  readonly reflexive: number
  readonly relay: number
}

/** Where a try stands: making an own SDP, waiting for theirs, looking for a path, agreeing on keys. */
export type TrialStage = 'gathering' | 'answer' | 'path' | 'handshake'

/** One try to reach a contact. */
export interface Trial {
  readonly attempt: number
  readonly stage: TrialStage
  /** Unix milliseconds of its end, if it came to nothing. */
  readonly failedAt: number | undefined
  readonly own: CandidateCount
  /** Undefined before an SDP of theirs came. */
  readonly theirs: CandidateCount | undefined
  /** The server named a mirror. */
  readonly mirror: boolean
  readonly relayOnly: boolean
}

/**
 * `mirror_missing`: the person chose the mirror, and there is none. `no_network`: this device found no address of its own.
 * `no_answer`: the contact was there and did not answer. `mirror_unreachable`: the mirror does not answer from this network.
 * `no_mirror`: no direct path, and no mirror is configured. `mirror_fails`: no path although a mirror was offered.
 * `handshake`: a path stood, and the keys did not agree in time.
 */
export type Advice =
  | 'mirror_missing'
  | 'no_network'
  | 'no_answer'
  | 'mirror_unreachable'
  | 'no_mirror'
  | 'mirror_fails'
  | 'handshake'

/** How far a try to reach a contact came, and what may help. */
export interface Diagnosis {
  readonly stage: TrialStage
  /** Unix milliseconds. */
  readonly failedAt: number
  readonly own: CandidateCount
  readonly theirs: CandidateCount | undefined
  readonly advice: Advice
}

const NONE: CandidateCount = { host: 0, hidden: 0, reflexive: 0, relay: 0 }

export function countCandidates(sdp: string): CandidateCount {
  const count = { ...NONE }
  for (const line of sdp.split('\r\n')) {
    const [, type] = /^a=candidate:.* typ (host|srflx|prflx|relay)(?: |$)/.exec(line) ?? []
    if (type === undefined) continue
    if (type === 'relay') count.relay++
    else if (type !== 'host') count.reflexive++
    else if (/^a=candidate:(?:\S+ ){4}\S+\.local /.test(line)) count.hidden++
    else count.host++
  }
  return count
}

/** The try after one step of the meeting. A try that somebody ended on purpose leaves what was known before it. */
export function followTrial(
  trial: Trial | undefined,
  input: MeetingInput,
  outputs: readonly MeetingOutput[],
  now: number,
): Trial | undefined {
  let next = trial
  if (next !== undefined && 'attempt' in input && input.attempt === next.attempt) {
    if (input.type === 'connected') return undefined
    if (input.type === 'localOffer') next = { ...next, stage: 'answer', own: countCandidates(input.sdp) }
    if (input.type === 'localAnswer') next = { ...next, stage: 'path', own: countCandidates(input.sdp) }
  }
  for (const output of outputs) {
    if (output.type === 'createOffer') next = begun(output.attempt, undefined)
    if (output.type === 'acceptOffer') next = begun(output.attempt, countCandidates(output.sdp))
    if (next === undefined || !('attempt' in output) || output.attempt !== next.attempt) continue
    if (output.type === 'acceptAnswer') next = { ...next, stage: 'path', theirs: countCandidates(output.sdp) }
    if (output.type !== 'abandoned') continue
    const failed = output.reason === 'timeout' || output.reason === 'failed'
    next = failed ? { ...next, failedAt: now } : undefined
  }
  return next
}

function begun(attempt: number, theirs: CandidateCount | undefined): Trial {
  return { attempt, stage: 'gathering', failedAt: undefined, own: NONE, theirs, mirror: false, relayOnly: false }
}

/** Of a try that failed; undefined while one is under way. */
export function diagnose(trial: Trial | undefined): Diagnosis | undefined {
  if (trial?.failedAt === undefined) return undefined
  const { stage, failedAt, own, theirs } = trial
  return { stage, failedAt, own, theirs, advice: adviceOf(trial) }
}

function adviceOf({ stage, own, theirs, mirror, relayOnly }: Trial): Advice {
  if (relayOnly && !mirror) return 'mirror_missing'
  const offered = own.host + own.hidden + own.reflexive + own.relay
  switch (stage) {
    case 'gathering':
      return relayOnly ? 'mirror_unreachable' : 'no_network'
    case 'handshake':
      return 'handshake'
    case 'answer':
      return offered > 0 ? 'no_answer' : relayOnly ? 'mirror_unreachable' : 'no_network'
    case 'path':
      if (offered === 0) return relayOnly ? 'mirror_unreachable' : 'no_network'
      if (own.relay === 0 && mirror) return 'mirror_unreachable'
      return own.relay > 0 || (theirs?.relay ?? 0) > 0 ? 'mirror_fails' : 'no_mirror'
  }
}
