/** `ratchet.json`: the two formulas, whole runs, refused frames. */

import type { Testee } from '../../src/testee/testee.js'
import { type OpenEvent, type RatchetTranscript, ratchetVectors, type SealEvent } from './data.js'
import {
  answerOf,
  bytesOf,
  ensureRefused,
  ensureSame,
  hex,
  padded,
  unhex,
  type VectorCase,
  vectorCase,
} from './judge.js'

const { chains, turns, start, transcripts, refusals } = ratchetVectors
const file = 'ratchet'
const promises = ['T7']
const ROOM = 4065
const TURN_ROOM = 1747
const SESSIONS = { I: 1, R: 2 } as const

const formulaCases: VectorCase[] = [
  ...chains.map(({ ck, mk, nextCk }, i) =>
    vectorCase({
      file,
      group: 'chain',
      name: `${i + 1}`,
      title: `a chain step, number ${i + 1}`,
      promises,
      rules: [],
      explain: 'Each frame has a key of its own, from a chain that goes forward only (spec/08 section 3).',
      async run(testee) {
        const call = { $case: 'stepChain', value: { chainKey: unhex(ck) } } as const
        const { messageKey, next } = await answerOf(testee, call, 'chainStepped')
        ensureSame('the message key', hex(messageKey), mk)
        ensureSame('the next chain key', hex(next), nextCk)
      },
    }),
  ),
  ...turns.map(({ rk, dh, ss, X, Xt, ek, ekt, ct, nextRk, ck }, i) =>
    vectorCase({
      file,
      group: 'turn',
      name: `${i + 1}`,
      title: `a root step, number ${i + 1}`,
      promises,
      rules: [],
      explain: 'Fresh secrets of X25519 and ML-KEM enter with each turn, bound to all keys seen (spec/08 section 3).',
      async run(testee) {
        const value = {
          rootKey: unhex(rk),
          dh: unhex(dh),
          ss: unhex(ss),
          peerKey: unhex(X),
          key: unhex(Xt),
          peerKemKey: unhex(ek),
          kemKey: unhex(ekt),
          kemCiphertext: unhex(ct),
        }
        const { rootKey, chainKey } = await answerOf(testee, { $case: 'stepRoot', value }, 'rootStepped')
        ensureSame('the root key', hex(rootKey), nextRk)
        ensureSame('the chain key', hex(chainKey), ck)
      },
    }),
  ),
]

async function begin(testee: Testee): Promise<void> {
  const { rk0, X0, ek0, x0, seed0 } = start
  const keys = { rootKey: unhex(rk0), key: unhex(X0), kemKey: unhex(ek0) }
  const none = new Uint8Array(0)
  const initiator = { session: SESSIONS.I, ...keys, secret: none, kemSeed: none }
  const responder = { session: SESSIONS.R, ...keys, secret: unhex(x0), kemSeed: unhex(seed0) }
  for (const value of [initiator, responder]) await answerOf(testee, { $case: 'startRatchet', value }, 'done')
}

async function end(testee: Testee): Promise<void> {
  for (const session of [SESSIONS.I, SESSIONS.R]) {
    await answerOf(testee, { $case: 'endSession', value: { session } }, 'done')
  }
}

/** Plays events `from` to `to`: each frame must be the vector's, each plaintext what was sealed. */
async function play(testee: Testee, { events }: RatchetTranscript, from: number, to: number): Promise<void> {
  const sealed = events.filter((event): event is SealEvent => event.do === 'seal')
  for (const [i, event] of events.slice(from, to).entries()) {
    if (event.do === 'seal') await playSeal(testee, event, from + i)
    else await playOpen(testee, event, sealed[event.frame] as SealEvent, from + i)
  }
}

async function playSeal(testee: Testee, { side, block, frame, draws }: SealEvent, at: number): Promise<void> {
  const value = {
    session: SESSIONS[side],
    plaintext: padded(block, draws ? TURN_ROOM : ROOM),
    draws: draws && { secret: unhex(draws.x), kemSeed: unhex(draws.seed), encapsulation: unhex(draws.randomness) },
  }
  ensureSame(`event ${at}: the frame of ${side}`, await bytesOf(testee, { $case: 'sealFrame', value }), frame)
}

async function playOpen(testee: Testee, { side }: OpenEvent, sealed: SealEvent, at: number): Promise<void> {
  const call = openCall(side, sealed.frame)
  const plaintext = hex(padded(sealed.block, sealed.draws ? TURN_ROOM : ROOM))
  ensureSame(`event ${at}: what ${side} opened`, await bytesOf(testee, call), plaintext)
}

function openCall(side: 'I' | 'R', frame: string) {
  return { $case: 'openFrame', value: { session: SESSIONS[side], frame: unhex(frame) } } as const
}

const runCases = transcripts.map((transcript) =>
  vectorCase({
    file,
    group: 'run',
    name: transcript.name,
    title: `a whole run, byte by byte: ${transcript.name}`,
    promises,
    rules: ['08-2', '08-3', '08-4'],
    explain: 'Both sides of a tunnel, with the draws of the vector: every frame must be the same, and every one opens.',
    async run(testee) {
      await begin(testee)
      await play(testee, transcript, 0, transcript.events.length)
      await end(testee)
    },
  }),
)

const refusedCases = refusals.map(({ name, comment, transcript: called, after, receiver, message, code }) =>
  vectorCase({
    file,
    group: 'refused',
    name: `${called} ${after} ${receiver} ${name}`,
    title: `refuses a frame after ${after} events of ${called}: ${name}`,
    promises,
    rules: ['08-1', '08-3', '08-4', '13-3', '00-1', '00-6', '00-8'],
    explain: `${comment} The first check that fails in the order of spec/08 section 4 gives the code, and nothing of the state may have changed: the rest of the run still plays.`,
    async run(testee) {
      const transcript = transcripts.find((one) => one.name === called) as RatchetTranscript
      await begin(testee)
      await play(testee, transcript, 0, after)
      await ensureRefused(testee, openCall(receiver, message), code)
      await play(testee, transcript, after, transcript.events.length)
      await end(testee)
    },
  }),
)

export const ratchetCases: readonly VectorCase[] = [...formulaCases, ...runCases, ...refusedCases]
