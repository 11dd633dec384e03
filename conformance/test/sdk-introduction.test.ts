/** The SDK's topics, root and signals judged by the vectors of spec/06. */
import { describe, expect, test } from 'vitest'
import { pad } from '../../sdk/src/bytes/padding.js'
import { hpkeDeriveSecret } from '../../sdk/src/crypto/hpke.js'
import { rootAt, rootHash, signalPsk } from '../../sdk/src/introduction/rendezvous.js'
import {
  type AnySignal,
  type Channel,
  composeSignal,
  decodeSealed,
  openSealed,
  parseSignal,
  sealSignal,
} from '../../sdk/src/introduction/signal.js'
import { contactTopic, epochsAt, ownTopic, pairingSecret, pairingTopic } from '../../sdk/src/introduction/topics.js'
import { ownKeys } from '../../sdk/src/keys/derivation.js'
import { introductionVectors, type JsonRecord } from '../cases/vectors/data.js'
import { hex, unhex } from '../literal/bytes.js'
import { codeOf, scripted } from './sdk-side.js'

const { people, topics, own, ephemeral, signals, signalRefusals, seals, refusals, ownRefusals } = introductionVectors
const { primitives } = scripted()
const [a, b] = people.map(({ id, secret, publicKey }) => ({
  id: unhex(id),
  x25519Secret: unhex(secret),
  x25519: unhex(publicKey),
})) as unknown as [Person, Person]

interface Person {
  readonly id: Uint8Array
  readonly x25519Secret: Uint8Array
  readonly x25519: Uint8Array
}

test('epochs, topics and roots', () => {
  for (const { seconds, epochs } of topics.epochs) expect(epochsAt(seconds * 1000 + 999)).toEqual(epochs)
  for (const { p, epoch, topic } of topics.pairing) {
    expect(hex(pairingSecret(primitives, a, b))).toBe(p)
    expect(hex(pairingSecret(primitives, b, a))).toBe(p)
    expect(hex(pairingTopic(primitives, unhex(p), epoch))).toBe(topic)
  }
  for (const { root, rootEpoch, epoch, rootThen, topic, psk, hash } of topics.contact) {
    const stored = { epoch: rootEpoch, root: unhex(root) }
    const then = rootAt(primitives, stored, epoch) as Uint8Array
    expect(hex(then)).toBe(rootThen)
    expect([hex(contactTopic(primitives, then)), hex(signalPsk(primitives, then))]).toEqual([topic, psk])
    expect(hex(rootHash(primitives, stored, epoch))).toBe(hash)
  }
  for (const { root, rootEpoch, epoch } of topics.contactRefusals) {
    expect(rootAt(primitives, { epoch: rootEpoch, root: unhex(root) }, epoch)).toBeUndefined()
  }
  for (const { key, epoch, topic } of topics.own) expect(hex(ownTopic(primitives, unhex(key), epoch))).toBe(topic)
  expect(hex(hpkeDeriveSecret(primitives, unhex(ephemeral.ikmE)))).toBe(ephemeral.sk)
})

function toWire({ kind, ...fields }: JsonRecord): AnySignal {
  const plain = new Set(['versions', 'sdp', 'reason'])
  const value = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (plain.has(name)) return [name, field]
      return [name, Array.isArray(field) ? field.map((one) => unhex(String(one))) : unhex(String(field))]
    }),
  )
  return { $case: kind, value } as unknown as AnySignal
}

test.each(signals)('signal: $name', ({ fields, signal }) => {
  const padded = pad(unhex(signal), 4043)
  expect(hex(composeSignal(toWire(fields)))).toBe(hex(padded))
  expect(parseSignal(padded)).toEqual(toWire(fields))
})

test.each(signalRefusals)('[T6] refused signal: $name', ({ signal, code }) => {
  expect(codeOf(() => parseSignal(pad(unhex(signal), 4043)))).toBe(code)
})

describe('seals', () => {
  type Seal = (typeof seals)[number]

  function channel({ name, topic, psk }: Seal, own: Person, peer: Person): Channel {
    if (name === 'own topic: PSK') return ownChannel(unhex(topic))
    const between = { topic: unhex(topic), own, peer }
    return psk === null ? { ...between, kind: 'pairing' } : { ...between, kind: 'contact', psk: unhex(psk) }
  }

  test.each(seals)('$name, byte by byte', (seal) => {
    const padded = pad(unhex(seal.signal), 4043)
    expect(hex(sealSignal(scripted(unhex(seal.ikmE)), channel(seal, a, b), padded).bytes)).toBe(seal.sealed)
    const opened = openSealed(primitives, channel(seal, b, a), decodeSealed(unhex(seal.sealed)))
    expect(hex(opened)).toBe(hex(padded))
  })

  /** From the master key, as a client derives it. */
  function ownChannel(topic: Uint8Array): Channel {
    const { id, signal } = ownKeys(primitives, unhex(own.masterKey))
    const derived = [id, signal.secret, signal.publicKey, signal.psk].map(hex)
    expect(derived).toEqual([own.id, own.secret, own.publicKey, own.psk])
    return { kind: 'own', topic, id, ...signal }
  }

  test.each(ownRefusals)('[T6] refused on an own topic: $name', ({ message, code }) => {
    const { topic } = seals.find(({ senderId, recipientId }) => senderId === recipientId) as Seal
    const open = (): AnySignal =>
      parseSignal(openSealed(primitives, ownChannel(unhex(topic)), decodeSealed(unhex(message))))
    expect(codeOf(open)).toBe(code)
  })

  test.each(refusals)('[T6] refused on the contact topic: $name', ({ message, code }) => {
    const contact = seals.find(({ psk }) => psk !== null) as Seal
    const open = (): AnySignal =>
      parseSignal(openSealed(primitives, channel(contact, b, a), decodeSealed(unhex(message))))
    expect(codeOf(open)).toBe(code)
  })
})
