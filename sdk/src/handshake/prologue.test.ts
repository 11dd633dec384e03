import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { flip, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { codeOf } from '../../test/vectors/published.js'
import { toHex } from '../bytes/bytes.js'
import { makePrologue, type PrologueInput } from './prologue.js'

const env = testEnv('prologue')
const input: Required<PrologueInput> = {
  helloI: new Uint8Array(4043).fill(1),
  helloR: new Uint8Array(4043).fill(2),
  offer: new Uint8Array(4043).fill(3),
  answer: new Uint8Array(4043).fill(4),
  idI: new Uint8Array(32).fill(5),
  idR: new Uint8Array(32).fill(6),
  deviceI: new Uint8Array(16).fill(7),
  deviceR: new Uint8Array(16).fill(8),
  movedFrom: new Uint8Array(32).fill(9),
}

describe('makePrologue', () => {
  it('joins label, signal hashes, identities and devices; a move’s old hash', () => {
    const hash = (n: number) => createHash('sha256').update(new Uint8Array(4043).fill(n)).digest('hex')
    const expected = [
      Buffer.from('Solo2 v1 tunnel').toString('hex'),
      ...[1, 2, 3, 4].map(hash),
      '05'.repeat(32),
      '06'.repeat(32),
      '07'.repeat(16),
      '08'.repeat(16),
    ].join('')
    const { movedFrom, ...first } = input
    expect(toHex(makePrologue(first, env))).toBe(expected)
    expect(makePrologue(first, env)).toHaveLength(239)
    expect(toHex(makePrologue(input, env))).toBe(expected + toHex(movedFrom))
  })

  it.each(Object.keys(input) as (keyof PrologueInput)[])('changes with %s and asks for its length', (field) => {
    const value = input[field]
    const whole = toHex(makePrologue(input, env))
    expect(toHex(makePrologue({ ...input, [field]: flip(value, value.length - 1) }, env))).not.toBe(whole)
    expect(codeOf(() => makePrologue({ ...input, [field]: value.subarray(1) }, env))).toBe('invalid_argument')
  })
})
