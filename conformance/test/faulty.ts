/** The SDK as a testee in this process, each with one fault that a hurried implementation could have. */
import { randomBytes } from 'node:crypto'
import { type Answer, Request } from '@solo2/proto/conformance'
import type { Seen } from '../src/case.js'
import type { Source } from '../src/run.js'
import type { Call, Testee } from '../src/testee/testee.js'
import { content } from '../testees/sdk/content.js'
import { frame } from '../testees/sdk/frame.js'
import type { Outcome } from '../testees/sdk/functions.js'
import { handshake } from '../testees/sdk/handshake.js'
import { introduction } from '../testees/sdk/introduction.js'
import { live } from '../testees/sdk/live.js'
import { ratchet } from '../testees/sdk/ratchet.js'
import { outcomeOf } from '../testees/sdk/serve.js'

const HONEST = { ...frame, ...introduction, ...handshake, ...ratchet, ...content, ...live }
type Functions = typeof HONEST

const NO_PSK = new Uint8Array(32)
const opened = new Map<string, Outcome>()

export const FAULTS = {
  'draws secrets of its own': {
    sealFrame: ({ draws, ...value }) =>
      ratchet.sealFrame({ ...value, draws: draws && { ...draws, secret: new Uint8Array(randomBytes(32)) } }),
  },
  'opens a frame twice': {
    startRatchet(value) {
      opened.clear()
      return ratchet.startRatchet(value)
    },
    openFrame(value) {
      const name = Buffer.from(value.frame).toString('hex')
      const known = opened.get(name)
      if (known !== undefined) return known
      const outcome = ratchet.openFrame(value)
      opened.set(name, outcome)
      return outcome
    },
  },
  'forgets its state with a refused frame': {
    openFrame(value) {
      try {
        return ratchet.openFrame(value)
      } catch (error) {
        ratchet.endSession({ session: value.session })
        throw error
      }
    },
    sealFrame(value) {
      try {
        return ratchet.sealFrame(value)
      } catch {
        return { $case: 'refused', value: 'closed' }
      }
    },
  },
  'shakes hands without a psk': {
    initiate: (value) => handshake.initiate({ ...value, party: value.party && { ...value.party, psk0: NO_PSK } }),
    respond: (value) => handshake.respond({ ...value, party: value.party && { ...value.party, psk0: NO_PSK } }),
  },
  'keeps no secret for the next meeting': {
    choosePsk: (value) => handshake.choosePsk({ ...value, continuity: NO_PSK }),
  },
  'shows no notice': {
    choosePsk(value) {
      const outcome = handshake.choosePsk(value)
      return outcome.$case === 'pskChoice' ? { ...outcome, value: { ...outcome.value, notice: false } } : outcome
    },
  },
  'cuts long texts': {
    decodeContent(value) {
      const outcome = content.decodeContent(value)
      if (outcome.$case !== 'content' || outcome.value.body?.$case !== 'text') return outcome
      const { replyTo, text } = outcome.value.body.value
      return {
        ...outcome,
        value: { ...outcome.value, body: { $case: 'text', value: { replyTo, text: text.slice(0, 40) } } },
      }
    },
  },
  'seals for every topic alike': {
    sealSignal: ({ channel, ...value }) =>
      introduction.sealSignal({ ...value, channel: channel && { ...channel, topic: new Uint8Array(16) } }),
  },
  'hears another text': {
    async liveHear(value) {
      const outcome = await live.liveHear(value)
      if (outcome.$case !== 'content') return outcome
      const body = { $case: 'text', value: { text: 'another', replyTo: new Uint8Array(0) } } as const
      return { ...outcome, value: { ...outcome.value, body } }
    },
  },
  'meets again like a stranger': {
    liveOpen: (value) => live.liveOpen({ ...value, kept: undefined }),
  },
  'tells of a secret that it does not keep': {
    async liveMeet(value) {
      const outcome = await live.liveMeet(value)
      return outcome.$case === 'liveFacts' ? { ...outcome, value: { ...outcome.value, kept: undefined } } : outcome
    },
  },
} as const satisfies Readonly<Record<string, Partial<Functions>>>

export type Fault = keyof typeof FAULTS

/** Each case gets it anew. What is no refusal is a fault of the testee's, as a crash is of one in a process. */
export function faultySource(fault: Fault | undefined): Source<Testee> {
  const functions = { ...HONEST, ...(fault && FAULTS[fault]) } as Functions
  const declaration = { protocol: 1, name: fault ?? 'honest', version: '1', features: [] }
  const call = async (one: Call): Promise<NonNullable<Answer['outcome']>> => {
    // As bytes, as through a pipe: what one side wipes is not the other's.
    const request = Request.decode(Request.encode({ number: 1, call: one }).finish())
    return structuredClone(await outcomeOf(functions as never, request))
  }
  const subject: Testee = { declaration, isOver: false, call, end: async () => undefined }
  return { name: () => declaration.name, open: async (_seen: Seen) => ({ subject }), close: async () => undefined }
}
