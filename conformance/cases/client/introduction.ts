/** Epochs, topics, signals and their seals for any time, any people and any bytes: spec/06 sections 6 to 9. */
import { Answer, Bye, Hello, Offer, Signal } from '@solo2/proto/introduction'
import fc from 'fast-check'
import { pad, unpad } from '../../literal/bytes.js'
import { deriveKeyPair } from '../../literal/hpke.js'
import { x25519Public } from '../../literal/primitives.js'
import * as rendezvous from '../../literal/rendezvous.js'
import {
  decodeSignal,
  encodeSignal,
  type Signal as LiteralSignal,
  openSignal,
  SIGNAL_PLAINTEXT,
  sealSignal,
} from '../../literal/signals.js'
import { ensureKept } from '../../src/case.js'
import { answerOf, bytesOf, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, drawOf, draws, propertyCase } from './client.js'
import { damage, damaged, judged, judgedAlike } from './damage.js'
import { channelOf, correspondence, drawPerson, ownWire, peerWire } from './people.js'

const features = ['introduction']
const subject = 'introduction'

const DAY = 86_400
const EPOCHS = 2 ** 32
/** Often near midnight, where the neighbours count. */
const seconds = fc
  .record({
    epoch: fc.nat(EPOCHS - 2),
    second: fc.oneof(fc.nat(DAY - 1), fc.constantFrom(0, 3_599, 3_600, 82_799, 82_800)),
  })
  .map(({ epoch, second }) => epoch * DAY + second)

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const id = bytes(16)
const kind = <K extends LiteralSignal['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name)
const sdp = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  fc.integer({ min: 1, max: 3_500 }).map((length) => 'v=0\r\n'.padEnd(length, 'a').slice(0, length)),
)

const signal: fc.Arbitrary<LiteralSignal> = fc.oneof(
  fc.record({
    kind: kind('hello'),
    versions: fc
      .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 8 })
      .map((versions) => versions.sort((a, b) => a - b)),
    device: id,
    nonce: id,
    tags: fc.array(id, { minLength: 16, maxLength: 16 }),
  }),
  fc.record({ kind: kind('offer'), from: id, to: id, peerNonce: id, ownNonce: id, sdp }),
  fc.record({ kind: kind('answer'), from: id, to: id, offerHash: bytes(32), sdp }),
  fc.record({ kind: kind('bye'), from: id, to: id, peerNonce: id, reason: fc.integer({ min: 1, max: 3 }) }),
)

const CODECS = { hello: Hello, offer: Offer, answer: Answer, bye: Bye } as const

export function wireSignal({ kind: $case, ...fields }: LiteralSignal): Signal {
  const value = { ...CODECS[$case].decode(new Uint8Array(0)), ...fields }
  return { signal: { $case, value } } as Signal
}

export function padded(one: LiteralSignal): Uint8Array {
  return pad(encodeSignal(one), SIGNAL_PLAINTEXT)
}

/** What of a seal is another than it was sealed for. */
const WRONG = ['nothing', 'topic', 'psk', 'direction', 'sender', 'recipient'] as const

const topicCases: ClientCase[] = [
  propertyCase({
    subject,
    name: 'epochs',
    title: 'joins the epochs of any time',
    promises: [],
    rules: ['06-20'],
    explain:
      'Near midnight a client also joins the neighbour day, so that two clocks may differ by an hour and still meet.',
    features,
    runs: 40,
    arbitrary: seconds,
    async holds(testee, time) {
      const call = { $case: 'joinedEpochs', value: { seconds: BigInt(time) } } as const
      const got = (await answerOf(testee, call, 'epochs')).epochs
      const expected = rendezvous.epochs(time).filter((epoch) => epoch >= 0)
      ensureKept(got.join() === expected.join(), `the epochs are ${got.join(', ')}, not ${expected.join(', ')}`)
    },
  }),
  propertyCase({
    subject,
    name: 'topics',
    title: 'comes to the same topics as the other side',
    promises: ['T2'],
    rules: ['06-20', '06-28', '06-72'],
    explain:
      'Where two people meet follows from what only they know, and from the day: pairing, contact and own topics.',
    features,
    runs: 15,
    arbitrary: fc.record({ seed: draws, epoch: fc.nat(EPOCHS - 1), ahead: fc.nat(60) }),
    async holds(testee, { seed, epoch, ahead }) {
      const draw = drawOf(seed)
      const [a, b] = [drawPerson(draw), drawPerson(draw)]
      const p = rendezvous.pairingSecret(b.secret, a.publicKey, a.id, b.id)
      const ownP = { $case: 'pairingSecret', value: { own: ownWire(a), peer: peerWire(b) } } as const
      ensureSame('P', await bytesOf(testee, ownP), hex(p))
      const pairing = { $case: 'pairingTopic', value: { secret: p, epoch } } as const
      ensureSame('the pairing topic', await bytesOf(testee, pairing), hex(rendezvous.pairingTopic(p, epoch)))
      const [key, root, rootEpoch] = [draw(32), draw(32), Math.max(0, epoch - ahead)]
      const own = { $case: 'ownTopic', value: { key, epoch } } as const
      ensureSame('the own topic', await bytesOf(testee, own), hex(rendezvous.ownTopic(key, epoch)))
      const contact = { $case: 'contactTopic', value: { root, rootEpoch, epoch } } as const
      const got = await answerOf(testee, contact, 'contactTopics')
      const then = rendezvous.rootAt(root, rootEpoch, epoch)
      ensureSame('the root', hex(got.root), hex(then))
      ensureSame('the contact topic', hex(got.topic), hex(rendezvous.contactTopic(then)))
      ensureSame('the psk', hex(got.psk), hex(rendezvous.signalPsk(then)))
      ensureSame('the hash', hex(got.hash), hex(rendezvous.rootHash(then)))
    },
  }),
]

const signalCases: ClientCase[] = [
  propertyCase({
    subject,
    name: 'signal',
    title: 'writes and reads signals of any content',
    promises: ['T6'],
    rules: ['00-1', '06-30'],
    explain: 'What two clients say through the server, as bytes, padded to one size, both ways.',
    features,
    runs: 60,
    arbitrary: signal,
    async holds(testee, one) {
      const whole = padded(one)
      const wire = wireSignal(one)
      ensureSame('encoded', await bytesOf(testee, { $case: 'encodeSignal', value: { signal: wire } }), hex(whole))
      const got = await answerOf(testee, { $case: 'decodeSignal', value: { padded: whole } }, 'signal')
      ensureSame('decoded', encoded(got), encoded(wire))
    },
  }),
  propertyCase({
    subject,
    name: 'signal-refused',
    title: 'refuses signals that were changed',
    promises: ['T6'],
    rules: ['00-1', '06-30', '06-43'],
    explain: 'Bytes as a contact that means harm would seal them: refused before anything is made of them.',
    features,
    runs: 120,
    arbitrary: fc.record({ one: signal, how: damage, whole: damage, isWhole: fc.boolean() }),
    async holds(testee, { one, how, whole, isWhole }) {
      const block = isWhole ? encodeSignal(one) : damaged(encodeSignal(one), how)
      if (block.length > SIGNAL_PLAINTEXT - 2) return
      const bytesIn = isWhole ? damaged(pad(block, SIGNAL_PLAINTEXT), whole) : pad(block, SIGNAL_PLAINTEXT)
      const literal = judged(() => decodeSignal(bytesIn))
      const outcome = await judgedAlike(testee, { $case: 'decodeSignal', value: { padded: bytesIn } }, literal)
      if (!('value' in literal)) return
      ensureKept(outcome?.$case === 'signal', `decodeSignal gave ${outcome?.$case}`)
      ensureSame('decoded', encoded(outcome.value), hex(unpad(bytesIn)))
    },
  }),
  propertyCase({
    subject,
    name: 'seal',
    title: 'seals what the other side opens, and opens what the other side seals',
    promises: ['T6'],
    rules: ['06-30', '06-31', '06-32'],
    explain: 'On pairing and contact topics, between any two: 4,096 bytes that only the recipient can read.',
    features,
    runs: 12,
    arbitrary: fc.record({ seed: draws, one: signal, isContact: fc.boolean() }),
    async holds(testee, { seed, one, isContact }) {
      const draw = drawOf(seed)
      const [own, peer] = [drawPerson(draw), drawPerson(draw)]
      const place = { topic: draw(16), psk: isContact ? draw(32) : undefined }
      const ikm = draw(32)
      ensureSame(
        'the ephemeral secret',
        await bytesOf(testee, { $case: 'ephemeralSecret', value: { ikm } }),
        hex(deriveKeyPair(ikm).sk),
      )
      const whole = padded(one)
      const sealing = { channel: channelOf(place, own, peer), padded: whole, ikm }
      const sealed = await answerOf(testee, { $case: 'sealSignal', value: sealing }, 'bytes')
      const opening = { senderPublic: own.publicKey, recipientSecret: peer.secret }
      const opened = judged(() => openSignal(correspondence(place, own, peer), opening, sealed))
      ensureKept('value' in opened, `what it seals is refused by the recipient: ${'code' in opened && opened.code}`)
      ensureSame('what the recipient opened', hex(opened.value.padded), hex(whole))
      ensureSame('the ephemeral key', hex(sealed.slice(2, 34)), hex(x25519Public(deriveKeyPair(ikm).sk)))

      const keys = { senderSecret: peer.secret, recipientPublic: own.publicKey, ikmE: draw(32) }
      const answer = sealSignal(correspondence(place, peer, own), keys, encodeSignal(one))
      const call = { $case: 'openSignal', value: { channel: channelOf(place, own, peer), sealed: answer } } as const
      ensureSame('what it opened', encoded(await answerOf(testee, call, 'signal')), hex(encodeSignal(one)))
    },
  }),
  propertyCase({
    subject,
    name: 'seal-refused',
    title: 'refuses what was changed, or sealed by, to or for another',
    promises: ['T6'],
    rules: ['06-32', '06-43'],
    explain: 'A server that changes, cuts, reflects or sends a signal elsewhere, and a stranger who seals one.',
    features,
    runs: 30,
    arbitrary: fc.record({
      seed: draws,
      one: signal,
      isContact: fc.boolean(),
      how: damage,
      wrong: fc.constantFrom(...WRONG),
    }),
    async holds(testee, { seed, one, isContact, how, wrong }) {
      const draw = drawOf(seed)
      const [own, peer, stranger] = [drawPerson(draw), drawPerson(draw), drawPerson(draw)]
      const place = { topic: draw(16), psk: isContact ? draw(32) : undefined }
      const sender = wrong === 'sender' ? stranger : wrong === 'direction' ? own : peer
      const recipient = wrong === 'recipient' ? stranger : wrong === 'direction' ? peer : own
      const sealedFor = {
        topic: wrong === 'topic' ? draw(16) : place.topic,
        psk: wrong === 'psk' ? draw(32) : place.psk,
      }
      const keys = { senderSecret: sender.secret, recipientPublic: recipient.publicKey, ikmE: draw(32) }
      const between = correspondence(sealedFor, sender, recipient)
      const sealed = damaged(sealSignal(between, keys, encodeSignal(one)), wrong === 'nothing' ? how : UNCHANGED)
      const opening = { senderPublic: peer.publicKey, recipientSecret: own.secret }
      const literal = judged(() => openSignal(correspondence(place, peer, own), opening, sealed))
      const call = { $case: 'openSignal', value: { channel: channelOf(place, own, peer), sealed } } as const
      await judgedAlike(testee, call, literal)
    },
  }),
]

const UNCHANGED = { how: 'none', at: 0, value: 0 } as const

function encoded(one: Signal): string {
  return hex(Signal.encode(one).finish())
}

export const introductionCases: readonly ClientCase[] = [...topicCases, ...signalCases]
