import { describe, expect, it } from 'vitest'
import { primitivesAlike } from '../../../test/suites/primitives.suite.js'
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import type { Primitives } from '../../env.js'
import { chosenPrimitives, nodePrimitives } from './primitives.js'

primitivesAlike('node:crypto', nodePrimitives)

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
