import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import type { Primitives } from '../../env.js'
import { Solo2Error } from '../../errors.js'
import { chosenPrimitives, nodePrimitives } from './primitives.js'

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

function alike(inputs: fc.Arbitrary<Run>, row: 'property.sealing' | 'property.key-agreement'): void {
  const check = (run: Run): void => {
    expect(outcome(() => run(nodePrimitives))).toEqual(outcome(() => run(noblePrimitives)))
  }
  fc.assert(fc.property(inputs, check), { numRuns: cases(row) })
}

describe('node:crypto and noble give and refuse the same', () => {
  it('hashes', () =>
    alike(
      any.map((data) => (p) => [p.sha256(data), p.sha512(data)]),
      'property.sealing',
    ))
  it('HMAC', () =>
    alike(
      fc.tuple(any, any, any).map(
        ([key, a, b]): Run =>
          (p) => [p.hmac(key, a), p.hmacPair(key, a, b)],
      ),
      'property.sealing',
    ))
  it('X25519', () =>
    alike(
      fc.tuple(exactly(32), exactly(32)).map(
        ([secret, key]): Run =>
          (p) => [p.x25519PublicKey(secret), outcome(() => p.x25519(secret, key))],
      ),
      'property.key-agreement',
    ))
  it('Ed25519', () =>
    alike(
      fc.tuple(exactly(32), any).map(
        ([seed, message]): Run =>
          (p) => [p.ed25519PublicKey(seed), p.ed25519Sign(seed, message)],
      ),
      'property.key-agreement',
    ))
  it('sealing and opening, a changed bit too', () =>
    alike(
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
})

it('gives memory of its own, so that slice copies and wiping touches nothing else', () => {
  const p = nodePrimitives
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

describe('what Node starts with', () => {
  it('is node:crypto where it agrees with noble', () => {
    expect(chosenPrimitives()).toBe(nodePrimitives)
  })

  const flipped = (bytes: Uint8Array) => bytes.with(0, (bytes[0] as number) ^ 1)
  it.each<[string, Partial<Primitives>]>([
    ['another hash', { sha256: (data) => flipped(noblePrimitives.sha256(data)) }],
    ['another second HMAC', { hmacPair: (key, a) => [noblePrimitives.hmac(key, a), noblePrimitives.hmac(key, a)] }],
    ['another shared secret', { x25519: (secret, key) => flipped(noblePrimitives.x25519(secret, key)) }],
    ['another signature', { ed25519Sign: (seed, message) => flipped(noblePrimitives.ed25519Sign(seed, message)) }],
    ['another ciphertext', { aeadSeal: (...input) => flipped(noblePrimitives.aeadSeal(...input)) }],
    ['seals that are not checked', { aeadOpen: () => new Uint8Array(333).map((_, i) => i * 5) }],
    [
      'no such cipher',
      {
        aeadSeal() {
          throw new Error('unknown cipher')
        },
      },
    ],
  ])('is noble where node:crypto has %s', (_, broken) => {
    expect(chosenPrimitives({ ...nodePrimitives, ...broken })).toBe(noblePrimitives)
  })
})
