/** What an implementation of the primitives must have in common with noble, whatever it is given. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import type { Primitives } from '../../src/env.js'
import { Solo2Error } from '../../src/errors.js'

const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const any = fc.uint8Array({ maxLength: 5_000, size: 'max' })

/** Its result, or the code of its refusal. */
function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error instanceof Solo2Error ? error.code : error
  }
}

type Run = (primitives: Primitives) => unknown

function alike(
  candidate: Primitives,
  inputs: fc.Arbitrary<Run>,
  row: 'property.sealing' | 'property.key-agreement',
): void {
  const check = (run: Run): void => {
    expect(outcome(() => run(candidate))).toEqual(outcome(() => run(noblePrimitives)))
  }
  fc.assert(fc.property(inputs, check), { numRuns: cases(row) })
}

export function primitivesAlike(name: string, candidate: Primitives): void {
  describe(`${name} and noble give and refuse the same`, () => {
    it('hashes', () =>
      alike(
        candidate,
        any.map((data) => (p) => [p.sha256(data), p.sha512(data)]),
        'property.sealing',
      ))
    it('HMAC', () =>
      alike(
        candidate,
        fc.tuple(any, any, any).map(
          ([key, a, b]): Run =>
            (p) => [p.hmac(key, a), p.hmacPair(key, a, b)],
        ),
        'property.sealing',
      ))
    it('X25519', () =>
      alike(
        candidate,
        fc.tuple(exactly(32), exactly(32)).map(
          ([secret, key]): Run =>
            (p) => [p.x25519PublicKey(secret), outcome(() => p.x25519(secret, key))],
        ),
        'property.key-agreement',
      ))
    it('Ed25519', () =>
      alike(
        candidate,
        fc.tuple(exactly(32), any).map(
          ([seed, message]): Run =>
            (p) => [p.ed25519PublicKey(seed), p.ed25519Sign(seed, message)],
        ),
        'property.key-agreement',
      ))
    it('ML-KEM, a changed bit too', () =>
      alike(
        candidate,
        fc.tuple(exactly(64), exactly(32), fc.nat()).map(
          ([seed, randomness, at]): Run =>
            (p) => {
              const key = p.mlkemPublicKey(seed)
              const sealed = p.mlkemEncapsulate(key, randomness)
              const bit = at % (8 * sealed.ciphertext.length)
              const changed = sealed.ciphertext.slice()
              changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
              const unreduced = key.with(0, 0xff).with(1, 0xff)
              const refused = outcome(() => p.mlkemEncapsulate(unreduced, randomness))
              return [
                key,
                sealed,
                p.mlkemDecapsulate(seed, sealed.ciphertext),
                p.mlkemDecapsulate(seed, changed),
                refused,
              ]
            },
        ),
        'property.key-agreement',
      ))
    it('sealing and opening, a changed bit too', () =>
      alike(
        candidate,
        fc.tuple(exactly(32), exactly(12), any, any, fc.nat()).map(
          ([key, nonce, ad, plaintext, at]): Run =>
            (p) => {
              const sealed = p.aeadSeal(key, nonce, ad, plaintext)
              const opened = p.aeadOpen(key, nonce, ad, sealed)
              const bit = at % (8 * sealed.length)
              const changed = sealed.slice()
              changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
              return [sealed, opened, outcome(() => p.aeadOpen(key, nonce, ad, changed))]
            },
        ),
        'property.sealing',
      ))
    it('sealing and opening where they are told to, and a changed bit leaves it as it was', () =>
      alike(
        candidate,
        fc.tuple(exactly(32), exactly(12), any, any, fc.nat()).map(
          ([key, nonce, ad, plaintext, at]): Run =>
            (p) => {
              const room = new Uint8Array(plaintext.length + 20)
              const sealed = p.aeadSeal(key, nonce, ad, plaintext, room.subarray(3, -1)).slice()
              const place = sealed.slice()
              const opened = p.aeadOpen(key, nonce, ad, place, place.subarray(0, plaintext.length)).slice()
              const changed = sealed.slice()
              const bit = at % (8 * sealed.length)
              changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
              const before = changed.slice()
              const refused = outcome(() => p.aeadOpen(key, nonce, ad, changed, changed.subarray(0, plaintext.length)))
              expect(changed).toEqual(before)
              return [sealed, opened, refused]
            },
        ),
        'property.sealing',
      ))
  })

  it('gives memory of its own, so that slice copies and wiping touches nothing else', () => {
    const p = candidate
    const [key, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(12)]
    const sealed = p.aeadSeal(key, nonce, nonce, key)
    const results = [
      p.sha256(key),
      p.hmac(key, key),
      ...p.hmacPair(key, key, nonce),
      p.x25519PublicKey(key),
      p.ed25519Sign(key, key),
      p.aeadOpen(key, nonce, nonce, sealed),
      sealed,
    ]
    for (const result of results) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype)
      expect(result.buffer.byteLength).toBe(result.length)
    }
  })
}
