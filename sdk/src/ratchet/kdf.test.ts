/** The derivations against node:crypto, written out, and against the one published vector of the chain step. */
import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { filled, newPair, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { bytes, published } from '../../test/vectors/published.js'
import { concat, toHex } from '../bytes/bytes.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { decodeHeader } from './header.js'
import { deriveTurn, stepChain } from './kdf.js'
import type { TurnDue } from './ratchet.js'
import { seal } from './seal.js'

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest()
}

describe('stepChain', () => {
  it("gives libsignal's chain and message keys", () => {
    const vectors = published<
      { chain_key: string; info: string; cipher_key: string; mac_key: string; next_chain_key: string }[]
    >('double-ratchet-kdf/chain-key.json')
    expect(vectors).toHaveLength(1)
    for (const vector of vectors) {
      const { messageKey, next } = stepChain(noblePrimitives, bytes(vector.chain_key))
      expect(toHex(next)).toBe(vector.next_chain_key)
      const okm = hkdfSync('sha256', messageKey, new Uint8Array(32), vector.info, 80)
      expect(toHex(new Uint8Array(okm, 0, 64))).toBe(vector.cipher_key + vector.mac_key)
    }
  })
})

describe('deriveTurn', () => {
  const env = testEnv('kdf')
  const input = () => {
    const keys = (n: number) => ({ key: new Uint8Array(32).fill(n), kemKey: new Uint8Array(1184).fill(n + 1) })
    return {
      root: new Uint8Array(32).fill(1),
      dh: new Uint8Array(32).fill(2),
      kemSecret: new Uint8Array(32).fill(3),
      previous: keys(4),
      next: keys(6),
      kemCiphertext: new Uint8Array(1088).fill(8),
    }
  }

  it('is HKDF with the root key as salt over both secrets, bound to the label and all public values', () => {
    const { root, dh, kemSecret, previous, next, kemCiphertext } = input()
    const hash = createHash('sha256')
    for (const part of [previous.key, next.key, previous.kemKey, next.kemKey, kemCiphertext]) hash.update(part)
    const info = concat(new TextEncoder().encode('Solo2 v1 turn'), hash.digest())
    const expected = toHex(new Uint8Array(hkdfSync('sha256', concat(dh, kemSecret), root, info, 64)))
    const derived = deriveTurn(env.primitives, input())
    expect(toHex(derived.root) + toHex(derived.chain)).toBe(expected)
  })

  it('wipes the two shared secrets', () => {
    const given = input()
    deriveTurn(env.primitives, given)
    expect([...given.dh, ...given.kemSecret].every((byte) => byte === 0)).toBe(true)
  })
})

describe('a frame', () => {
  it('is ChaCha20-Poly1305 under the message key, zero nonce, the header as associated data', () => {
    const env = testEnv('frame')
    const pair = newPair(env)
    const first = seal(pair.initiator, filled(9, true), true, env)
    const { sending } = first.state as TurnDue
    const chain = sending?.key as Uint8Array
    const plaintext = filled(7, false)
    const { message } = seal(first.state, plaintext, false, env)
    const cipher = createCipheriv('chacha20-poly1305', hmac(chain, Uint8Array.of(1)), new Uint8Array(12), {
      authTagLength: 16,
    })
    cipher.setAAD(message.header, { plaintextLength: plaintext.length })
    const expected = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
    expect(toHex(message.ciphertext)).toBe(toHex(expected))
    expect(decodeHeader(message.header)).toEqual({ turn: 1, n: 1, fields: undefined })
  })
})
