import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { noblePrimitives as p } from '../crypto/primitives-noble.js'
import { identityId } from './id.js'
import { matchesSafetyQr, safetyNumber, safetyQr } from './safety-number.js'

const b = (value: number) => new Uint8Array(32).fill(value)
const [amy, bob, eve] = [
  { ed25519: b(1), x25519: b(2) },
  { ed25519: b(3), x25519: b(4) },
  { ed25519: b(3), x25519: b(5) },
]
const coded = (code: string) => expect.objectContaining({ code })

/** The half of one person by Node's hashes and big integers. */
function half(keys: typeof amy): string {
  const both = Buffer.concat([keys.ed25519, keys.x25519])
  let digest = Buffer.concat([Buffer.from([0, 1]), both])
  for (let i = 1; i <= 5_200; i++) digest = createHash('sha512').update(digest).update(both).digest()
  let digits = ''
  for (let i = 0; i < 6; i++) {
    digits += (BigInt(`0x${digest.subarray(5 * i, 5 * i + 5).toString('hex')}`) % 100_000n).toString().padStart(5, '0')
  }
  return digits
}

describe('[V19] safety number', () => {
  it('is both halves in order, by other means, and the same on both sides', () => {
    const number = safetyNumber(p, amy, bob)
    expect(number.replaceAll(' ', '')).toBe([half(amy), half(bob)].sort().join(''))
    expect(number).toMatch(/^([0-9]{5} ){11}[0-9]{5}$/)
    expect(safetyNumber(p, bob, amy)).toBe(number)
  })

  it('changes with either key', () => {
    expect(safetyNumber(p, amy, eve)).not.toBe(safetyNumber(p, amy, bob))
    expect(() => safetyNumber(p, amy, { ...bob, ed25519: new Uint8Array(31) })).toThrow(coded('invalid_key'))
  })
})

describe('[V19] safety code', () => {
  it('holds version and both ids, own first, and matches on the other side only', () => {
    const shown = safetyQr(p, bob, amy)
    expect(shown).toEqual(Uint8Array.of(1, ...identityId(p, bob), ...identityId(p, amy)))
    expect(matchesSafetyQr(p, shown, amy, bob)).toBe(true)
    expect(matchesSafetyQr(p, shown, bob, amy)).toBe(false)
    expect(matchesSafetyQr(p, shown, amy, eve)).toBe(false)
    expect(matchesSafetyQr(p, safetyQr(p, bob, eve), amy, bob)).toBe(false)
  })

  it('refuses what is no such code', () => {
    expect(() => matchesSafetyQr(p, new Uint8Array(64), amy, bob)).toThrow(coded('wrong_size'))
    expect(() => matchesSafetyQr(p, new Uint8Array(65).fill(2), amy, bob)).toThrow(coded('unsupported_version'))
  })
})
