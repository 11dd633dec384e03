/** Vectors of spec/06 sections 6 to 9: topics, roots, signals, their seal, and signals that must be refused. */
import { join, pad, zeros } from '../literal/bytes.js'
import { deriveKeyPair, hpkeSeal } from '../literal/hpke.js'
import { x25519Public } from '../literal/primitives.js'
import { write } from '../literal/protobuf.js'
import * as rendezvous from '../literal/rendezvous.js'
import {
  type Correspondence,
  decodeSignal,
  encodeSealed,
  encodeSignal,
  openSignal,
  SIGNAL_PLAINTEXT,
  type Signal,
  sealSignal,
} from '../literal/signals.js'
import { highBit } from './forge.js'
import { codeOf, flip, print, refusal } from './json.js'
import { ownSeals } from './own-signals.js'
import { type Draw, seeded } from './random.js'
import { type Wrong, wrongSignals } from './wrong-signals.js'

interface Person {
  readonly id: Uint8Array
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
}

function person(draw: Draw): Person {
  const secret = draw(32)
  return { id: draw(32), secret, publicKey: x25519Public(secret) }
}

const EPOCH = 20_000

function topics(draw: Draw, [a, b]: readonly [Person, Person]): unknown {
  const p = rendezvous.pairingSecret(a.secret, b.publicKey, a.id, b.id)
  const root = draw(32)
  const ownTopicKey = draw(32)
  const edges = [0, 3_599, 3_600, 43_200, 82_799, 82_800, 86_399].map((s) => EPOCH * 86_400 + s)
  return {
    epochs: [...edges, 0, 3_599, 82_800].map((seconds) => ({ seconds, epochs: rendezvous.epochs(seconds) })),
    pairing: [0, EPOCH, 0xffff_ffff].map((epoch) => ({ p, epoch, topic: rendezvous.pairingTopic(p, epoch) })),
    contact: [0, 1, 30, 3_660].map((steps) => {
      const r = rendezvous.rootAt(root, EPOCH, EPOCH + steps)
      return {
        root,
        rootEpoch: EPOCH,
        epoch: EPOCH + steps,
        rootThen: r,
        topic: rendezvous.contactTopic(r),
        psk: rendezvous.signalPsk(r),
        hash: rendezvous.rootHash(r),
      }
    }),
    contactRefusals: [EPOCH - 1, EPOCH + 3_661, 0xffff_ffff].map((epoch) => ({
      root,
      rootEpoch: EPOCH,
      epoch,
      code: codeOf(`the root in epoch ${epoch}`, () => rendezvous.rootAt(root, EPOCH, epoch)),
    })),
    own: [0, EPOCH].map((epoch) => ({ key: ownTopicKey, epoch, topic: rendezvous.ownTopic(ownTopicKey, epoch) })),
  }
}

function signals(draw: Draw): { name: string; signal: Signal }[] {
  const tags = (): Uint8Array[] => Array.from({ length: 16 }, () => draw(16))
  const [from, to] = [draw(16), draw(16)]
  const [peerNonce, ownNonce] = [draw(16), draw(16)]
  return [
    { name: 'hello', signal: { kind: 'hello', versions: [1], device: from, nonce: ownNonce, tags: tags() } },
    {
      name: 'hello of eight versions',
      signal: {
        kind: 'hello',
        versions: [1, 2, 3, 127, 128, 16_383, 16_384, 65_535],
        device: from,
        nonce: ownNonce,
        tags: tags(),
      },
    },
    { name: 'offer', signal: { kind: 'offer', from, to, peerNonce, ownNonce, sdp: 'v=0\r\n' } },
    { name: 'offer, longest', signal: { kind: 'offer', from, to, peerNonce, ownNonce, sdp: 'x'.repeat(3500) } },
    { name: 'answer', signal: { kind: 'answer', from, to, offerHash: draw(32), sdp: 'v=0\r\n' } },
    ...[1, 2, 3].map((reason) => ({
      name: `bye ${reason}`,
      signal: { kind: 'bye', from, to, peerNonce, reason } as const,
    })),
  ]
}

function seals(
  draw: Draw,
  [a, b]: readonly [Person, Person],
  signal: Uint8Array,
): { seals: unknown[]; refusals: unknown[] } {
  const psk = draw(32)
  const pairing: Correspondence = { topic: draw(16), senderId: a.id, recipientId: b.id }
  const contact: Correspondence = { topic: draw(16), senderId: a.id, recipientId: b.id, psk }
  const ikmE = draw(32)
  const sealed = (between: Correspondence, from = a, to = b, bytes = signal): Uint8Array =>
    sealSignal(between, { senderSecret: from.secret, recipientPublic: to.publicKey, ikmE }, bytes)
  const good = [
    { name: 'pairing topic: Auth', between: pairing },
    { name: 'contact topic: AuthPSK', between: contact },
  ].map(({ name, between }) => ({ name, ...between, psk: between.psk ?? null, ikmE, signal, sealed: sealed(between) }))

  const whole = sealed(contact)
  const [enc, ciphertext] = [whole.slice(2, 34), whole.slice(37)]
  const eve = person(draw)
  const withoutSender = hpkeSeal(
    {
      info: join(new Uint8Array(Buffer.from('Solo2 v1 signal')), contact.topic, a.id, b.id),
      psk,
      pskId: new Uint8Array(Buffer.from('Solo2 v1 rendezvous')),
      pkR: b.publicKey,
      ikmE,
    },
    zeros(0),
    pad(signal, SIGNAL_PLAINTEXT),
  )
  const wrong: readonly Wrong[] = [
    ['truncated by one byte', 'Size before all else.', whole.slice(0, -1), 'wrong_size'],
    ['one byte too long', 'Size before all else.', join(whole, zeros(1)), 'wrong_size'],
    ['no protobuf', '4,096 bytes of ff.', zeros(4096).fill(0xff), 'malformed'],
    [
      'unknown field',
      'Field 3; the ciphertext is two bytes shorter.',
      write([
        [1, enc],
        [2, ciphertext.slice(2)],
        [3, 1],
      ]),
      'not_canonical',
    ],
    [
      'enc of 33 bytes',
      'The ciphertext is one byte shorter.',
      encodeSealed(join(enc, zeros(1)), ciphertext.slice(1)),
      'wrong_size',
    ],
    ['enc changed', 'One bit.', encodeSealed(flip(enc, 0), ciphertext), 'open_failed'],
    ['enc zero', 'X25519 refuses it.', encodeSealed(zeros(32), ciphertext), 'open_failed'],
    ['enc with bit 255 set', 'Not canonical.', encodeSealed(highBit(enc), ciphertext), 'open_failed'],
    ['ciphertext changed', 'One bit.', encodeSealed(enc, flip(ciphertext, 2000)), 'open_failed'],
    ['tag changed', 'One bit.', encodeSealed(enc, flip(ciphertext, -1)), 'open_failed'],
    [
      'another topic',
      'Readdressed: sealed for another topic with the same psk.',
      sealed({ ...contact, topic: draw(16) }),
      'open_failed',
    ],
    ['another psk', 'The psk of another epoch.', sealed({ ...contact, psk: draw(32) }), 'open_failed'],
    [
      'without the psk',
      'Auth where AuthPSK belongs: the recipient does not fall back.',
      sealed({ ...pairing, topic: contact.topic }),
      'open_failed',
    ],
    [
      'without the sender’s key',
      'PSK where AuthPSK belongs.',
      encodeSealed(withoutSender.enc, withoutSender.ciphertext),
      'open_failed',
    ],
    ['another sender', 'Eve has the psk, not the key of the contact.', sealed(contact, eve), 'open_failed'],
    ['another recipient', 'Sealed to Eve.', sealed(contact, a, eve), 'open_failed'],
    [
      'reflected',
      'What the recipient itself sealed for the sender.',
      sealed({ ...contact, senderId: b.id, recipientId: a.id }, b, a),
      'open_failed',
    ],
    [
      'swapped ids',
      'Right keys, ids in the wrong order.',
      sealed({ ...contact, senderId: b.id, recipientId: a.id }),
      'open_failed',
    ],
    [
      'good seal, bad signal',
      'A Bye of reason 4.',
      sealed(contact, a, b, wrongSignals(draw).find(([name]) => name === 'bye of reason 4')?.[2]),
      'malformed',
    ],
  ]
  const keys = { senderPublic: a.publicKey, recipientSecret: b.secret }
  for (const { between } of [{ between: pairing }, { between: contact }]) openSignal(between, keys, sealed(between))
  return {
    seals: good,
    refusals: wrong.map(([name, comment, message, code]) =>
      refusal({ name, comment, message, code }, () => openSignal(contact, keys, message)),
    ),
  }
}

export function introductionVectors(): unknown {
  const draw = seeded('introduction')
  const people = [person(draw), person(draw)] as const
  const all = signals(draw).map(({ name, signal }) => {
    const encoded = encodeSignal(signal)
    if (print(decodeSignal(pad(encoded, SIGNAL_PLAINTEXT))) !== print(signal))
      throw new Error(`${name}: decodes otherwise`)
    return { name, fields: signal, signal: encoded }
  })
  const hello = all[0]?.signal ?? zeros(0)
  const sealed = seals(draw, people, hello)
  const own = ownSeals(people[0].publicKey, hello)
  const derived = draw(32)
  return {
    spec: 'spec/06',
    people: people.map(({ id, secret, publicKey }) => ({ id, secret, publicKey })),
    topics: topics(draw, people),
    own: own.own,
    ephemeral: { ikmE: derived, ...deriveKeyPair(derived) },
    signals: all,
    signalRefusals: wrongSignals(draw).map(([name, comment, signal, code]) =>
      refusal({ name, comment, signal, code }, () => decodeSignal(pad(signal, SIGNAL_PLAINTEXT))),
    ),
    seals: [...sealed.seals, own.seal],
    refusals: sealed.refusals,
    ownRefusals: own.refusals,
  }
}
