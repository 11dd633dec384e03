import { Signal } from '@solo2/proto/introduction'
import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { pad } from '../bytes/padding.js'
import { hpkeSeal } from '../crypto/hpke.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { Solo2Error } from '../errors.js'
import {
  type AnySignal,
  ByeReason,
  type Channel,
  composeSignal,
  decodeSealed,
  highestCommonVersion,
  openSealed,
  parseSignal,
  sealSignal,
} from './signal.js'

const p = noblePrimitives
let counter = 0
const env = { primitives: p, random: (length: number) => p.sha256(utf8(`random ${counter++}`)).slice(0, length) }

const id16 = () => env.random(16)
const tags = Array.from({ length: 16 }, id16)
const sdp = 'v=0\r\n'
const hello = { versions: [1], device: id16(), nonce: id16(), tags }
const offer = { from: id16(), to: id16(), peerNonce: id16(), ownNonce: id16(), sdp }
const answer = { from: id16(), to: id16(), offerHash: env.random(32), sdp }
const bye = { from: id16(), to: id16(), peerNonce: id16(), reason: ByeReason.BUSY }
const sound: AnySignal[] = [
  { $case: 'hello', value: hello },
  { $case: 'offer', value: offer },
  { $case: 'answer', value: answer },
  { $case: 'bye', value: bye },
]

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'accepted'
}

describe('signals', () => {
  it('come back as they were composed, from 4,043 bytes each', () => {
    for (const signal of sound) {
      expect(composeSignal(signal)).toHaveLength(4_043)
      expect(parseSignal(composeSignal(signal))).toEqual(signal)
    }
    const longest: AnySignal = { $case: 'offer', value: { ...offer, sdp: 'x'.repeat(3_500) } }
    expect(parseSignal(composeSignal(longest))).toEqual(longest)
    const widest = { ...hello, versions: [1, 2, 3, 4, 5, 6, 7, 0xffff] }
    expect(parseSignal(composeSignal({ $case: 'hello', value: widest }))).toMatchObject({ value: widest })
  })

  const short = new Uint8Array(15)
  it.each<[string, AnySignal, string]>([
    ['no version', { $case: 'hello', value: { ...hello, versions: [] } }, 'malformed'],
    ['version 0', { $case: 'hello', value: { ...hello, versions: [0] } }, 'malformed'],
    ['descending versions', { $case: 'hello', value: { ...hello, versions: [2, 1] } }, 'malformed'],
    ['equal versions', { $case: 'hello', value: { ...hello, versions: [1, 1] } }, 'malformed'],
    ['nine versions', { $case: 'hello', value: { ...hello, versions: [1, 2, 3, 4, 5, 6, 7, 8, 9] } }, 'malformed'],
    ['version 65,536', { $case: 'hello', value: { ...hello, versions: [65_536] } }, 'malformed'],
    ['a short device', { $case: 'hello', value: { ...hello, device: short } }, 'wrong_size'],
    ['a short nonce', { $case: 'hello', value: { ...hello, nonce: short } }, 'wrong_size'],
    ['15 tags', { $case: 'hello', value: { ...hello, tags: tags.slice(1) } }, 'wrong_size'],
    ['17 tags', { $case: 'hello', value: { ...hello, tags: [...tags, id16()] } }, 'wrong_size'],
    ['a short tag', { $case: 'hello', value: { ...hello, tags: [...tags.slice(1), short] } }, 'wrong_size'],
    ['an Offer from nobody', { $case: 'offer', value: { ...offer, from: new Uint8Array(0) } }, 'wrong_size'],
    ['an Offer with a short nonce', { $case: 'offer', value: { ...offer, ownNonce: short } }, 'wrong_size'],
    ['an Offer without an SDP', { $case: 'offer', value: { ...offer, sdp: '' } }, 'malformed'],
    ['an SDP of 3,501 bytes', { $case: 'offer', value: { ...offer, sdp: 'x'.repeat(3_501) } }, 'too_long'],
    [
      'an SDP of 1,751 letters of two bytes',
      { $case: 'answer', value: { ...answer, sdp: 'ü'.repeat(1_751) } },
      'too_long',
    ],
    ['a short offer hash', { $case: 'answer', value: { ...answer, offerHash: new Uint8Array(31) } }, 'wrong_size'],
    ['a Bye without a reason', { $case: 'bye', value: { ...bye, reason: ByeReason.UNSPECIFIED } }, 'malformed'],
    [
      'a Bye of an unknown reason',
      { $case: 'bye', value: { ...bye, reason: 4 as typeof ByeReason.BUSY } },
      'malformed',
    ],
    ['a Bye from nobody', { $case: 'bye', value: { ...bye, from: new Uint8Array(0) } }, 'wrong_size'],
  ])('with %s are refused, composed or received', (_, signal, code) => {
    expect(codeOf(() => composeSignal(signal))).toBe(code)
    expect(codeOf(() => parseSignal(pad(encode(Signal, { signal }), 4_043)))).toBe(code)
  })

  it('are refused in another form', () => {
    const padded = composeSignal(sound[3] as AnySignal)
    expect(codeOf(() => parseSignal(padded.slice(1)))).toBe('wrong_size')
    expect(codeOf(() => parseSignal(new Uint8Array(4_043)))).toBe('malformed')
    expect(codeOf(() => parseSignal(padded.with(4_042, 1)))).toBe('bad_padding')
    expect(codeOf(() => parseSignal(padded.with(0, 255)))).toBe('bad_padding')
    const doubled = encode(Signal, { signal: sound[3] as AnySignal })
    expect(codeOf(() => parseSignal(pad(concat(doubled, doubled), 4_043)))).toBe('not_canonical')
  })

  const secrets = [env.random(32), env.random(32)] as const
  const people = secrets.map((x25519Secret) => ({
    id: env.random(32),
    x25519Secret,
    x25519: p.x25519PublicKey(x25519Secret),
  })) as [Party, Party]
  interface Party {
    id: Uint8Array
    x25519Secret: Uint8Array
    x25519: Uint8Array
  }
  const [a, b] = people
  const topic = id16()
  const psk = env.random(32)
  const own = { kind: 'own', topic, id: a.id, secret: a.x25519Secret, publicKey: a.x25519, psk } as const
  const channels: Record<string, [Channel, Channel]> = {
    pairing: [
      { kind: 'pairing', topic, own: a, peer: b },
      { kind: 'pairing', topic, own: b, peer: a },
    ],
    contact: [
      { kind: 'contact', topic, own: a, peer: b, psk },
      { kind: 'contact', topic, own: b, peer: a, psk },
    ],
    own: [own, own],
  }
  const padded = composeSignal(sound[0] as AnySignal)

  it.each(Object.keys(channels))('on %s topics open on the other side, and nowhere else', (kind) => {
    const [from, to] = channels[kind] as [Channel, Channel]
    const { bytes, enc } = sealSignal(env, from, padded)
    expect(bytes).toHaveLength(4_096)
    const sealed = decodeSealed(bytes)
    expect(sealed.enc).toEqual(enc)
    expect(openSealed(p, to, sealed)).toEqual(padded)
    for (const [other] of Object.values(channels)) {
      if (other !== from) expect(codeOf(() => openSealed(p, other, sealed))).toBe('open_failed')
    }
    expect(codeOf(() => openSealed(p, { ...to, topic: id16() }, sealed))).toBe('open_failed')
    if (to.kind !== 'pairing') {
      expect(codeOf(() => openSealed(p, { ...to, psk: env.random(32) }, sealed))).toBe('open_failed')
    }
    expect(sealSignal(env, from, padded).bytes).not.toEqual(bytes)
  })

  it('are sealed by HPKE with the info and psk_id of spec/06', () => {
    const [from, to] = channels['contact'] as [Channel, Channel]
    const info = concat(utf8('Solo2 v1 signal'), topic, a.id, b.id)
    const { enc, ciphertext } = hpkeSeal(env, {
      info,
      aad: new Uint8Array(0),
      recipientPublic: b.x25519,
      senderSecret: a.x25519Secret,
      psk,
      pskId: utf8('Solo2 v1 rendezvous'),
      plaintext: padded,
    })
    expect(openSealed(p, to, { enc, ciphertext })).toEqual(padded)
    expect(from.kind).toBe('contact')
  })

  it('refuse a small-order encapsulated key as what does not open', () => {
    const [from, to] = channels['pairing'] as [Channel, Channel]
    const { ciphertext } = decodeSealed(sealSignal(env, from, padded).bytes)
    const open = () => openSealed(p, to, { enc: new Uint8Array(32), ciphertext })
    expect(open).toThrowError(
      expect.objectContaining({ code: 'open_failed', cause: expect.objectContaining({ code: 'invalid_key' }) }),
    )
  })

  it('choose the highest version in both lists', () => {
    expect(highestCommonVersion([1, 2, 4], [1, 2, 3])).toBe(2)
    expect(highestCommonVersion([1], [2])).toBeUndefined()
  })
})
