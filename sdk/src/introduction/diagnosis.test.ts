import { describe, expect, it } from 'vitest'
import { type Advice, countCandidates, diagnose, followTrial, type Trial } from './diagnosis.js'
import type { MeetingOutput } from './meeting-state.js'

const LINES = {
  host: 'a=candidate:1 1 udp 2113937151 192.0.2.1 48748 typ host generation 0',
  hidden: 'a=candidate:2 1 UDP 2113937151 0940722e-a3e3-4508-a172-d63ae06ae958.local 48748 typ host',
  reflexive: 'a=candidate:3 1 udp 1677729535 198.51.100.7 48748 typ srflx raddr 0.0.0.0 rport 0',
  relay: 'a=candidate:4 1 udp 41885439 203.0.113.9 49160 typ relay raddr 0.0.0.0 rport 0',
}
type Kind = keyof typeof LINES

const sdp = (...kinds: Kind[]) => ['v=0', 'm=application 9', ...kinds.map((kind) => LINES[kind]), ''].join('\r\n')

interface Way {
  readonly own?: Kind[]
  readonly theirs?: Kind[]
  readonly opened?: true
  readonly mirror?: boolean
  readonly relayOnly?: boolean
}

/** An offerer's try as far as `way` goes, and its end. */
function tried({ own, theirs, opened, mirror = false, relayOnly = false }: Way): Trial | undefined {
  const follow = (trial: Trial | undefined, input: Parameters<typeof followTrial>[1], ...outputs: MeetingOutput[]) =>
    followTrial(trial, input, outputs, 1_000)
  let trial = follow(undefined, { type: 'tick' }, { type: 'createOffer', attempt: 7 })
  if (trial !== undefined) trial = { ...trial, mirror, relayOnly }
  if (own !== undefined) trial = follow(trial, { type: 'localOffer', attempt: 7, sdp: sdp(...own) })
  if (theirs !== undefined) {
    trial = follow(trial, { type: 'tick' }, { type: 'acceptAnswer', attempt: 7, sdp: sdp(...theirs) })
  }
  if (opened && trial !== undefined) trial = { ...trial, stage: 'handshake' }
  expect(diagnose(trial)).toBeUndefined()
  return follow(trial, { type: 'failed', attempt: 7 }, { type: 'abandoned', attempt: 7, reason: 'failed' })
}

describe('a diagnosis', () => {
  it('counts candidates by type, an mDNS name apart', () => {
    expect(countCandidates(sdp('host', 'host', 'hidden', 'reflexive', 'relay', 'relay'))).toEqual({
      ...{ host: 2, hidden: 1, reflexive: 1, relay: 2 },
    })
    expect(countCandidates(`a=x ${LINES.host}\r\na=${LINES.hidden}`)).toEqual(countCandidates(''))
    expect(countCandidates('no SDP')).toEqual({ host: 0, hidden: 0, reflexive: 0, relay: 0 })
  })

  const rows: readonly [Advice, Way][] = [
    ['mirror_missing', { relayOnly: true }],
    ['no_network', {}],
    ['no_network', { own: [] }],
    ['no_network', { own: [], theirs: ['host'] }],
    ['no_answer', { own: ['hidden'] }],
    ['mirror_unreachable', { mirror: true, relayOnly: true }],
    ['mirror_unreachable', { own: [], theirs: ['host'], mirror: true, relayOnly: true }],
    ['no_answer', { own: ['host'] }],
    ['mirror_unreachable', { own: ['host'], theirs: ['host', 'relay'], mirror: true }],
    ['mirror_unreachable', { own: [], mirror: true, relayOnly: true }],
    ['no_mirror', { own: ['host', 'reflexive'], theirs: ['hidden'] }],
    ['mirror_fails', { own: ['host', 'relay'], theirs: ['hidden'], mirror: true }],
    ['mirror_fails', { own: ['host'], theirs: ['relay'] }],
    ['handshake', { own: ['host'], theirs: ['host'], opened: true }],
  ]
  it.each(rows)('[T10] says %s', (advice, way) => {
    expect(diagnose(tried(way))?.advice).toBe(advice)
  })

  it('tells nothing of a try that was ended on purpose, and nothing once a tunnel stands', () => {
    const failed = tried({ own: ['host'] })
    const begun = followTrial(failed, { type: 'tick' }, [{ type: 'createOffer', attempt: 8 }], 2_000)
    expect(diagnose(begun)).toBeUndefined()
    const left: MeetingOutput = { type: 'abandoned', attempt: 8, reason: 'left' }
    expect(followTrial(begun, { type: 'leave' }, [left], 3_000)).toBeUndefined()
    expect(followTrial(begun, { type: 'connected', attempt: 8 }, [], 3_000)).toBeUndefined()
    // Another try's end is none of it.
    expect(followTrial(failed, { type: 'failed', attempt: 6 }, [], 3_000)).toBe(failed)
  })

  it('follows an answerer from their Offer to its own Answer, and to the end of its time', () => {
    const accept: MeetingOutput = { type: 'acceptOffer', attempt: 3, sdp: sdp('relay') }
    const begun = followTrial(undefined, { type: 'tick' }, [accept], 1_000)
    const theirs = { host: 0, hidden: 0, reflexive: 0, relay: 1 }
    const none = { ...theirs, relay: 0 }
    const common = { attempt: 3, failedAt: undefined, theirs, mirror: false, relayOnly: false }
    expect(begun).toEqual({ ...common, stage: 'gathering', own: none })
    const answered = followTrial(begun, { type: 'localAnswer', attempt: 3, sdp: sdp('host') }, [], 2_000)
    expect(answered).toEqual({ ...common, stage: 'path', own: { ...none, host: 1 } })
    const late: MeetingOutput = { type: 'abandoned', attempt: 3, reason: 'timeout' }
    const over = followTrial(answered, { type: 'tick' }, [late], 3_000)
    expect(diagnose(over)).toEqual({
      stage: 'path',
      failedAt: 3_000,
      own: answered?.own,
      theirs,
      advice: 'mirror_fails',
    })
  })

  it('is of this try only', () => {
    const { failedAt: _, ...fields } = tried({ own: ['host'] }) as Trial
    const trial: Trial = { ...fields, failedAt: undefined }
    for (const type of ['localOffer', 'localAnswer', 'connected'] as const)
      expect(followTrial(trial, { type, attempt: 6, sdp: sdp('relay') }, [], 2_000)).toBe(trial)
    const others: MeetingOutput[] = [
      { type: 'acceptAnswer', attempt: 6, sdp: sdp('relay') },
      { type: 'abandoned', attempt: 6, reason: 'failed' },
      { type: 'refused', code: 'replayed' },
    ]
    expect(followTrial(trial, { type: 'tick' }, others, 2_000)).toBe(trial)
    expect(followTrial(undefined, { type: 'failed', attempt: 6 }, others, 2_000)).toBeUndefined()
    expect(diagnose(undefined)).toBeUndefined()
    expect(diagnose({ ...trial, stage: 'path', theirs: undefined, failedAt: 1 })?.advice).toBe('no_mirror')
  })
})
