import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js'
import { describe, expect, it } from 'vitest'
import { checkedArgon2id } from '../../src/adapters/argon2.js'
import { toHex, utf8 } from '../../src/bytes/bytes.js'
import { bytes, published } from './published.js'

describe('Argon2id v1.3', () => {
  it('reference implementation, 8 cases, by hash-wasm', { timeout: 60_000 }, async () => {
    const all = published<{ t: number; m_log2: number; p: number; password: string; salt: string; hash: string }[]>(
      'argon2id-rfc9106/phc-reference.json',
    )
    expect(all).toHaveLength(8)
    for (const v of all) {
      const parameters = { memoryKiB: 2 ** v.m_log2, passes: v.t, lanes: v.p }
      const hash = await checkedArgon2id(utf8(v.password), utf8(v.salt), parameters)
      expect(toHex(hash)).toBe(v.hash)
    }
  })

  it('RFC 9106 section 5.3 by @noble/hashes: it has associated data, which hash-wasm does not take and we do not use', () => {
    const [v] = published<
      {
        t: number
        m_kib: number
        p: number
        password: string
        salt: string
        secret: string
        ad: string
        tag: string
      }[]
    >('argon2id-rfc9106/rfc9106.json')
    if (v === undefined) throw new Error('no case')
    const options = {
      t: v.t,
      m: v.m_kib,
      p: v.p,
      dkLen: 32,
      version: 0x13,
      key: bytes(v.secret),
      personalization: bytes(v.ad),
    }
    expect(toHex(nobleArgon2id(bytes(v.password), bytes(v.salt), options))).toBe(v.tag)
  })
})
