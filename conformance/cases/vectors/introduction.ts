/** `introduction.json`: epochs, topics, roots, signals and their seals. */

import type { SignalChannel } from '@solo2/proto/conformance'
import { Answer, Bye, Hello, Offer, Signal } from '@solo2/proto/introduction'
import { ensureKept } from '../../src/case.js'
import { introductionVectors, type JsonRecord } from './data.js'
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
import { wireOf } from './wire.js'

const {
  people,
  topics,
  own: ownKey,
  ephemeral,
  signals,
  signalRefusals,
  seals,
  refusals,
  ownRefusals,
} = introductionVectors
const file = 'introduction'
const SIGNAL_PLAINTEXT = 4043
const NONE = new Uint8Array(0)

type Person = (typeof people)[number]

function own({ id, secret, publicKey }: Person) {
  return { id: unhex(id), x25519Secret: unhex(secret), x25519: unhex(publicKey) }
}

function peer(person: Person) {
  return { ...own(person), x25519Secret: NONE }
}

const [a, b] = people

const topicCases: VectorCase[] = [
  ...topics.epochs.map(({ seconds, epochs }, i) =>
    vectorCase({
      file,
      group: 'epochs',
      name: `${i + 1}`,
      title: `the epochs joined at Unix time ${seconds}`,
      promises: [],
      rules: ['06-20'],
      explain:
        'Near midnight a client also joins the neighbour day, so that two clocks may differ by an hour and still meet.',
      async run(testee) {
        const call = { $case: 'joinedEpochs', value: { seconds: BigInt(seconds) } } as const
        const got = (await answerOf(testee, call, 'epochs')).epochs
        ensureKept(got.join() === epochs.join(), `the epochs are ${got.join(', ')}, not ${epochs.join(', ')}`)
      },
    }),
  ),
  ...topics.pairing.map(({ p, epoch, topic }) =>
    vectorCase({
      file,
      group: 'pairing-topic',
      name: `${epoch}`,
      title: `P from either side, and the pairing topic of epoch ${epoch}`,
      promises: ['T2'],
      rules: ['06-20'],
      explain:
        'Where two people meet before their first tunnel: from their keys and the day, so that the server reads nobody from it.',
      async run(testee) {
        for (const [one, other] of [[a, b] as const, [b, a] as const]) {
          const value = { own: own(one), peer: peer(other) }
          ensureSame('P', await bytesOf(testee, { $case: 'pairingSecret', value }), p)
        }
        const value = { secret: unhex(p), epoch }
        ensureSame('the topic', await bytesOf(testee, { $case: 'pairingTopic', value }), topic)
      },
    }),
  ),
  ...topics.contact.map(({ root, rootEpoch, epoch, rootThen, topic, psk, hash }, i) =>
    vectorCase({
      file,
      group: 'contact-topic',
      name: `${i + 1}`,
      title: `a root of epoch ${rootEpoch} in epoch ${epoch}, and what follows from it`,
      promises: ['T2'],
      rules: ['06-20', '06-28'],
      explain:
        'The rendezvous root goes forward by a hash each day: who learns it later does not learn where the two met before.',
      async run(testee) {
        const value = { root: unhex(root), rootEpoch, epoch }
        const got = await answerOf(testee, { $case: 'contactTopic', value }, 'contactTopics')
        ensureSame('the root', hex(got.root), rootThen)
        ensureSame('the topic', hex(got.topic), topic)
        ensureSame('the psk', hex(got.psk), psk)
        ensureSame('the hash', hex(got.hash), hash)
      },
    }),
  ),
  ...topics.contactRefusals.map(({ root, rootEpoch, epoch, code }) =>
    vectorCase({
      file,
      group: 'refused-contact-topic',
      name: `${epoch}`,
      title: `a root of epoch ${rootEpoch} gives nothing in epoch ${epoch}`,
      promises: ['T2'],
      rules: ['06-28'],
      explain: 'A root never goes back, and a clock that is years ahead must not make a client hash for ever.',
      run: (testee) =>
        ensureRefused(testee, { $case: 'contactTopic', value: { root: unhex(root), rootEpoch, epoch } }, code),
    }),
  ),
  ...topics.own.map(({ key, epoch, topic }) =>
    vectorCase({
      file,
      group: 'own-topic',
      name: `${epoch}`,
      title: `the topic of own devices in epoch ${epoch}`,
      promises: ['T2'],
      rules: ['06-72'],
      explain: 'Where the devices of one person meet.',
      async run(testee) {
        const value = { key: unhex(key), epoch }
        ensureSame('the topic', await bytesOf(testee, { $case: 'ownTopic', value }), topic)
      },
    }),
  ),
  vectorCase({
    file,
    group: 'ephemeral',
    name: 'derived',
    title: 'the ephemeral secret of a seal',
    promises: [],
    rules: ['06-31'],
    explain: 'DeriveKeyPair of RFC 9180: with it a seal can be compared byte by byte.',
    async run(testee) {
      const value = { ikm: unhex(ephemeral.ikmE) }
      ensureSame('the secret', await bytesOf(testee, { $case: 'ephemeralSecret', value }), ephemeral.sk)
    },
  }),
]

const SIGNALS = { hello: Hello, offer: Offer, answer: Answer, bye: Bye } as const

function signalOf({ kind, ...fields }: JsonRecord): Signal {
  const value = wireOf<object>(SIGNALS[kind as keyof typeof SIGNALS], fields)
  return { signal: { $case: kind, value } } as Signal
}

const signalCases: VectorCase[] = [
  ...signals.map(({ name, fields, signal: encoded }) =>
    vectorCase({
      file,
      group: 'signal',
      name,
      title: `writes and reads a signal: ${name}`,
      promises: ['T6'],
      rules: ['00-1', '06-30'],
      explain: 'What two clients say through the server, as bytes, padded to one size, both ways.',
      async run(testee) {
        const signal = signalOf(fields)
        const whole = padded(encoded, SIGNAL_PLAINTEXT)
        ensureSame('encoded', await bytesOf(testee, { $case: 'encodeSignal', value: { signal } }), hex(whole))
        const got = await answerOf(testee, { $case: 'decodeSignal', value: { padded: whole } }, 'signal')
        ensureSame('decoded', hex(Signal.encode(got).finish()), hex(Signal.encode(signal).finish()))
      },
    }),
  ),
  ...signalRefusals.map(({ name, comment, signal, code }) =>
    vectorCase({
      file,
      group: 'refused-signal',
      name,
      title: `refuses a signal: ${name}`,
      promises: ['T6'],
      rules: ['00-1', '00-2', '06-30', '06-43'],
      explain: `${comment} Such a signal is refused before anything is made of it.`,
      run: (testee) =>
        ensureRefused(testee, { $case: 'decodeSignal', value: { padded: padded(signal, SIGNAL_PLAINTEXT) } }, code),
    }),
  ),
]

type Seal = (typeof seals)[number]

/** As `one` has it. On an own topic both are the own signal key. */
function channel({ topic, psk, senderId, recipientId }: Seal, one: Person, other: Person): SignalChannel {
  const [mine, theirs] = senderId === recipientId ? [ownKey, ownKey] : [one, other]
  return { topic: unhex(topic), own: own(mine), peer: peer(theirs), psk: psk === null ? NONE : unhex(psk) }
}

const [, contactSeal, ownSeal] = seals as unknown as [Seal, Seal, Seal]

const sealCases: VectorCase[] = [
  ...seals.map((seal) =>
    vectorCase({
      file,
      group: 'seal',
      name: seal.name,
      title: `seals and opens, byte by byte: ${seal.name}`,
      promises: ['T6'],
      rules: ['06-30', '06-31'],
      explain: 'A signal is sealed to its recipient for one topic; the server sees 4,096 bytes of one form.',
      async run(testee) {
        const { signal, ikmE, sealed } = seal
        const whole = padded(signal, SIGNAL_PLAINTEXT)
        const value = { channel: channel(seal, a, b), padded: whole, ikm: unhex(ikmE) }
        ensureSame('sealed', await bytesOf(testee, { $case: 'sealSignal', value }), sealed)
        const opening = { channel: channel(seal, b, a), sealed: unhex(sealed) }
        const got = await answerOf(testee, { $case: 'openSignal', value: opening }, 'signal')
        ensureSame('opened', hex(Signal.encode(got).finish()), signal)
      },
    }),
  ),
  ...[
    ...refusals.map((refusal) => ({ ...refusal, seal: contactSeal })),
    ...ownRefusals.map((refusal) => ({ ...refusal, seal: ownSeal })),
  ].map(({ name, comment, message, code, seal }) =>
    vectorCase({
      file,
      group: 'refused-seal',
      name,
      title: `refuses a sealed signal: ${name}`,
      promises: ['T6'],
      rules: ['06-32', '06-43'],
      explain: `${comment} What was tampered with, cut, sent elsewhere or sealed by another is refused by the recipient.`,
      run: (testee) => {
        const value = { channel: channel(seal, b, a), sealed: unhex(message) }
        return ensureRefused(testee, { $case: 'openSignal', value }, code)
      },
    }),
  ),
]

export const introductionCases: readonly VectorCase[] = [...topicCases, ...signalCases, ...sealCases]
