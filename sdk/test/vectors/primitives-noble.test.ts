import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { chacha20 } from '@noble/ciphers/chacha.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import { primitivesVectors } from './primitives-suite.js'
import { bytes, codeOf, published, wycheproof } from './published.js'

primitivesVectors('noble', noblePrimitives)

/** What `Primitives` does not offer, because nobody here needs it, checked on the library below it all the same. */
describe('noble: below the interface', () => {
  it('ML-KEM-768 with expanded decapsulation keys: ACVP 10 decapsulations and 10 key checks (FIPS 203 section 7.3)', () => {
    const { testGroups } = published<{
      testGroups: { function: string; tests: { dk: string; ek: string; c: string; k: string; testPassed: boolean }[] }[]
    }>('acvp-ml-kem-768/encap-decap.json')
    const tests = (name: string) => testGroups.find((group) => group.function === name)?.tests ?? []
    expect([tests('decapsulation').length, tests('decapsulationKeyCheck').length]).toEqual([10, 10])
    for (const v of tests('decapsulation')) {
      expect(toHex(ml_kem768.decapsulate(bytes(v.c), bytes(v.dk)))).toBe(v.k.toLowerCase())
    }
    for (const v of tests('decapsulationKeyCheck')) {
      const refused = codeOf(() => ml_kem768.decapsulate(new Uint8Array(1088), bytes(v.dk)))
      expect(refused === undefined).toBe(v.testPassed)
    }
  })

  it('ML-KEM-768 with expanded decapsulation keys: Wycheproof, 9 cases', () => {
    const all = wycheproof<object, { dk: string; c: string; K?: string }>('mlkem_768_semi_expanded_decaps_test.json')
    expect(all).toHaveLength(9)
    const wrong = all.filter(({ test }) => {
      const run = () => ml_kem768.decapsulate(bytes(test.c), bytes(test.dk))
      return test.result === 'valid' ? toHex(run()) !== test.K : codeOf(run) === undefined
    })
    expect(wrong.map(({ test }) => test.tcId)).toEqual([])
  })

  it('ChaCha20 and Poly1305 alone: RFC 8439 appendix A.2 and A.3', () => {
    const v = published<{
      chacha20: { key: string; nonce: string; initial_block_counter: string; plaintext: string; ciphertext: string }[]
      poly1305: { key: string; msg: string; tag: string }[]
    }>('chacha20-poly1305-rfc8439/rfc8439.json')
    expect([v.chacha20.length, v.poly1305.length]).toEqual([3, 11])
    for (const c of v.chacha20) {
      const counter = Number(c.initial_block_counter)
      expect(toHex(chacha20(bytes(c.key), bytes(c.nonce), bytes(c.plaintext), undefined, counter))).toBe(c.ciphertext)
    }
    for (const c of v.poly1305) expect(toHex(poly1305(bytes(c.msg), bytes(c.key)))).toBe(c.tag)
  })
})
