import { describe, expect, it } from 'vitest'
import { ensureCanonicalX25519, ensureLength } from './sizes.js'

/** A number as 32 bytes, the lowest first. */
function key(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

const P = 2n ** 255n - 19n
const refused = expect.objectContaining({ code: 'invalid_key' })

describe('canonical X25519 keys', () => {
  it.each([
    ['0', 0n],
    ['9', 9n],
    ['p - 1', P - 1n],
    ['p - 2^8', P - 256n],
    ['2^254', 2n ** 254n],
    ['what differs from p in its middle', P - 2n ** 128n],
  ])('%s is one', (_, value) => expect(() => ensureCanonicalX25519(key(value))).not.toThrow())

  it.each([
    ['p', P],
    ['p + 1', P + 1n],
    ['p + 18, the last below 2^255', P + 18n],
    ['2^255', 2n ** 255n],
    ['9 with the highest bit set', 9n + 2n ** 255n],
    ['2^256 - 1', 2n ** 256n - 1n],
  ])('%s is none', (_, value) => expect(() => ensureCanonicalX25519(key(value))).toThrow(refused))

  it.each([0, 31, 33])('%d bytes are none', (length) => {
    expect(() => ensureCanonicalX25519(new Uint8Array(length))).toThrow(refused)
  })
})

it('ensureLength names what it wanted', () => {
  expect(() => ensureLength(new Uint8Array(3), 4, 'wrong_size', 'a key')).toThrow('a key has 4 bytes')
  expect(() => ensureLength(new Uint8Array(4), 4, 'wrong_size', 'a key')).not.toThrow()
})
