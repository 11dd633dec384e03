/** `handshake.json`: device tags, choices, move secrets, whole handshakes, refused messages. */
import { type Continuity, type HandshakeKeys, Kept } from '@solo2/proto/conformance'
import { x25519Public } from '../../literal/primitives.js'
import { ensureKept } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { handshakeVectors, type Kept as JsonKept } from './data.js'
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

const { tags, choices, moves, transcripts, refusals } = handshakeVectors
type Transcript = (typeof transcripts)[number]

const file = 'handshake'
const SIGNAL_PLAINTEXT = 4043
const SESSION = 1

const derivedCases: VectorCase[] = [
  ...tags.map(({ secret, device, nonce, tag }, i) =>
    vectorCase({
      file,
      group: 'tag',
      name: `${i + 1}`,
      title: `a device tag, number ${i + 1}`,
      promises: ['T1'],
      rules: ['07-9', '07-7'],
      explain: 'By tags two devices find what both hold of each other, and nobody else can tell that they do.',
      async run(testee) {
        const value = { secret: unhex(secret), device: unhex(device), nonce: unhex(nonce) }
        ensureSame('the tag', await bytesOf(testee, { $case: 'deviceTag', value }), tag)
      },
    }),
  ),
  ...moves.map(({ exporter, nonce, secret }, i) =>
    vectorCase({
      file,
      group: 'move',
      name: `${i + 1}`,
      title: `the secret of a move, number ${i + 1}`,
      promises: ['T8'],
      rules: ['09-23'],
      explain: 'A tunnel that moves to another path proves by it that it is the same two.',
      async run(testee) {
        const value = { exporter: unhex(exporter), nonce: unhex(nonce) }
        ensureSame('the secret', await bytesOf(testee, { $case: 'moveSecret', value }), secret)
      },
    }),
  ),
]

function keptOf({ held, beside }: JsonKept): Kept {
  const continuity = (pair: JsonKept['held']): Continuity | undefined =>
    pair === null
      ? undefined
      : {
          newest: unhex(pair.new),
          used: ['none', 'absent'].includes(pair.used) ? new Uint8Array(0) : unhex(pair.used),
          usedIsNone: pair.used === 'none',
          usedIsInvitation: pair.usedIsInvitation,
        }
  return { held: continuity(held), beside: continuity(beside) }
}

function keptHex(kept: Kept | undefined): string {
  return kept === undefined ? '' : hex(Kept.encode(kept).finish())
}

const choiceCases = choices.map((choice) =>
  vectorCase({
    file,
    group: 'choice',
    name: choice.name,
    title: `psk0, notice and what is kept: ${choice.name}`,
    promises: ['T7'],
    rules: ['07-7', '07-9', '07-13', '07-14', '07-15', '07-16', '07-17', '07-19', '07-20'],
    explain: `${choice.comment}. Two devices that choose differently never meet; one that keeps the wrong secret is taken for a stranger next time.`,
    async run(testee) {
      const { kept, invitations, contact, peer, afterwards } = choice
      const value = {
        kept: keptOf(kept),
        invitations: invitations.map(unhex),
        otherAccepted: contact.otherAccepted,
        device: unhex(peer.device),
        nonce: unhex(peer.nonce),
        tags: peer.tags.map(unhex),
        continuity: unhex(afterwards.continuity),
      }
      const got = await answerOf(testee, { $case: 'choosePsk', value }, 'pskChoice')
      const { kind, psk0, notice, spent } = choice.expect
      ensureKept(got.kind === kind, `the match is ${JSON.stringify(got.kind)}, not "${kind}"`)
      ensureSame('psk0', hex(got.psk0), psk0)
      ensureKept(got.notice === notice, `a notice ${got.notice ? 'opens' : 'does not open'}`)
      ensureSame('the invitation that is spent', hex(got.spent), spent ?? '')
      for (const name of ['initiatorStored', 'initiatorConfirmed', 'responderStored'] as const) {
        ensureSame(name, keptHex(got[name]), keptHex(keptOf(afterwards[name])))
      }
    },
  }),
)

/** The vectors hold secrets only. */
function publicKey(secret: string): Uint8Array {
  return x25519Public(unhex(secret))
}

function parties({ psk0, prologue, initiator, responder }: Transcript) {
  const common = { psk0: unhex(psk0), prologue: unhex(prologue) }
  return {
    initiator: { ...common, staticSecret: unhex(initiator.static), peerStatic: publicKey(responder.static) },
    responder: { ...common, staticSecret: unhex(responder.static), peerStatic: publicKey(initiator.static) },
  }
}

async function initiate(testee: Testee, transcript: Transcript): Promise<string> {
  const { ephemeral, kemSeed } = transcript.initiator
  const party = parties(transcript).initiator
  const value = { session: SESSION, party, ephemeral: unhex(ephemeral), kemSeed: unhex(kemSeed) }
  return await bytesOf(testee, { $case: 'initiate', value })
}

function respondCall(transcript: Transcript, message: string) {
  const { ephemeral, encapsulation, ratchetSecret, ratchetKemSeed } = transcript.responder
  const value = {
    party: parties(transcript).responder,
    ephemeral: unhex(ephemeral),
    encapsulation: unhex(encapsulation),
    ratchetSecret: unhex(ratchetSecret),
    ratchetKemSeed: unhex(ratchetKemSeed),
    message: unhex(message),
  }
  return { $case: 'respond', value } as const
}

function finishCall(message: string) {
  return { $case: 'finish', value: { session: SESSION, message: unhex(message) } } as const
}

function ensureKeys(side: string, got: HandshakeKeys | undefined, { keys, X0, ek0 }: Transcript): void {
  ensureKept(got !== undefined, `the ${side} has no keys`)
  const expected = [
    ['hash', keys.h],
    ['rootKey', keys.rk0],
    ['continuity', keys.continuity],
    ['exporter', keys.exporter],
    ['rendezvousRoot', keys.rendezvousRoot],
    ['ratchetKey', X0],
    ['ratchetKemKey', ek0],
  ] as const
  for (const [name, value] of expected) ensureSame(`${name} of the ${side}`, hex(got[name]), value)
}

const runCases = transcripts.flatMap((transcript) => [
  vectorCase({
    file,
    group: 'prologue',
    name: transcript.name,
    title: `the prologue: ${transcript.name}`,
    promises: ['T6'],
    rules: ['07-2'],
    explain:
      'Both sides mix in what they saw of the introduction: a server that changed any of it keeps them from meeting.',
    async run(testee) {
      const { signals, idI, idR, oldH } = transcript
      const signal = (encoded: string): Uint8Array => padded(encoded, SIGNAL_PLAINTEXT)
      const value = {
        helloI: signal(signals.helloI),
        helloR: signal(signals.helloR),
        offer: signal(signals.offer),
        answer: signal(signals.answer),
        idI: unhex(idI),
        idR: unhex(idR),
        deviceI: unhex(signals.deviceI),
        deviceR: unhex(signals.deviceR),
        movedFrom: unhex(oldH ?? ''),
      }
      ensureSame('the prologue', await bytesOf(testee, { $case: 'makePrologue', value }), transcript.prologue)
    },
  }),
  vectorCase({
    file,
    group: 'run',
    name: transcript.name,
    title: `a whole handshake, byte by byte: ${transcript.name}`,
    promises: ['T1', 'T7'],
    rules: ['07-1', '07-3', '07-4'],
    explain:
      'Both messages and all keys that follow, from the secrets of the vector. The trace in handshake.json shows the first step that differs.',
    async run(testee) {
      ensureSame('message 1', await initiate(testee, transcript), transcript.message1)
      const call = respondCall(transcript, transcript.message1)
      const responded = await answerOf(testee, call, 'responded')
      ensureSame('message 2', hex(responded.message), transcript.message2)
      ensureKeys('responder', responded.keys, transcript)
      const finished = await answerOf(testee, finishCall(transcript.message2), 'handshakeKeys')
      ensureKeys('initiator', finished, transcript)
    },
  }),
])

const refusedCases = refusals.map(({ name, comment, transcript: called, receiver, message, code }) =>
  vectorCase({
    file,
    group: `refused-by-${receiver}`,
    name,
    title: `the ${receiver} refuses: ${name}`,
    promises: ['T1'],
    rules: ['07-11', '00-1', '00-6', '00-8', '00-13', '07-5', '07-10', '07-27', '08-5'],
    explain: `${comment} Who is no side of this introduction gets no tunnel, and who changes a message of one ends it.`,
    async run(testee) {
      const transcript = transcripts.find((one) => one.name === called) as Transcript
      if (receiver === 'responder') return await ensureRefused(testee, respondCall(transcript, message), code)
      await initiate(testee, transcript)
      await ensureRefused(testee, finishCall(message), code)
    },
  }),
)

export const handshakeCases: readonly VectorCase[] = [...derivedCases, ...choiceCases, ...runCases, ...refusedCases]
