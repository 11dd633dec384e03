import load from 'libsodium'
import { expect, it, vi } from 'vitest'
import { primitivesAlike } from '../../test/suites/primitives.suite.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { hastened } from './hastened.js'
import { sodiumPrimitives } from './sodium.js'

const module = await load()
const sodium = { ...noblePrimitives, ...sodiumPrimitives(module, noblePrimitives) }

primitivesAlike('libsodium', sodium)

it('leaves no secret and no plaintext in its memory', () => {
  const secret = (length: number, step: number) => new Uint8Array(length).map((_, i) => 1 + i * step)
  const [key, seed, text, nonce] = [secret(32, 7), secret(64, 11), secret(300, 13), new Uint8Array(12)]
  const kemKey = sodium.mlkemPublicKey(seed)
  const { ciphertext, sharedSecret } = sodium.mlkemEncapsulate(kemKey, key)
  const sealed = sodium.aeadSeal(key, nonce, nonce, text)
  const secrets = [
    key,
    seed,
    text,
    sharedSecret,
    sodium.mlkemDecapsulate(seed, ciphertext),
    sodium.x25519(key, sodium.x25519PublicKey(seed.subarray(0, 32))),
    sodium.hmac(key, text),
    ...sodium.hmacPair(key, nonce, text),
  ]
  sodium.aeadOpen(key, nonce, nonce, sealed)
  expect(() => sodium.aeadOpen(key, nonce, key, sealed)).toThrow(expect.objectContaining({ code: 'open_failed' }))
  const isInMemory = (bytes: Uint8Array) => Buffer.from(module.HEAPU8).includes(Buffer.from(bytes))
  expect(secrets.map(isInMemory)).toEqual(secrets.map(() => false))
  module.HEAPU8.set(text, module._malloc(text.length))
  expect(isInMemory(text), 'what lies there is found').toBe(true)
})

it('seals and opens where it is told to', () => {
  const [key, nonce, text, room] = [
    new Uint8Array(32),
    new Uint8Array(12),
    new Uint8Array(100).fill(3),
    new Uint8Array(116),
  ]
  const sealed = sodium.aeadSeal(key, nonce, nonce, text, room)
  expect(sealed).toBe(room)
  const place = sealed.subarray(0, 100)
  expect(sodium.aeadOpen(key, nonce, nonce, sealed, place)).toBe(place)
  expect(place).toEqual(text)
})

it('takes what does not fit its memory from the other implementation', () => {
  const [key, nonce, long] = [new Uint8Array(32).fill(1), new Uint8Array(12), new Uint8Array(100_000).fill(2)]
  const sealed = sodium.aeadSeal(key, nonce, nonce, long)
  expect(sealed).toEqual(noblePrimitives.aeadSeal(key, nonce, nonce, long))
  expect(sodium.aeadOpen(key, nonce, nonce, sealed)).toEqual(long)
  expect(sodium.hmacPair(key, long, nonce)).toEqual(noblePrimitives.hmacPair(key, long, nonce))
})

it('comes with the first key of a handshake, and only the functions that were named', async () => {
  const primitives = hastened(noblePrimitives, ['hmacPair', 'mlkemPublicKey'])
  primitives.x25519PublicKey(new Uint8Array(32))
  expect(primitives.hmacPair).toBe(noblePrimitives.hmacPair)
  const seed = new Uint8Array(64)
  const key = primitives.mlkemPublicKey(seed)
  await vi.waitUntil(() => primitives.hmacPair !== noblePrimitives.hmacPair)
  expect(primitives.mlkemPublicKey(seed)).toEqual(key)
  expect(primitives.aeadSeal).toBe(noblePrimitives.aeadSeal)
})
