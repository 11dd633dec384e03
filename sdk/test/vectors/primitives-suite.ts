/** Every published vector of every primitive, for any implementation of `Primitives`. */
import { describe, expect, it } from 'vitest'
import { concat, equal, toHex } from '../../src/bytes/bytes.js'
import { hkdf, hkdfExpand, hkdfExtract } from '../../src/crypto/hkdf.js'
import type { Primitives } from '../../src/env.js'
import { bytes, codeOf, published, wycheproof } from './published.js'

interface AeadCase {
  key: string
  iv: string
  aad: string
  msg: string
  ct: string
  tag: string
}

const P25519 = 2n ** 255n - 19n

function littleEndian(hex: string): bigint {
  return BigInt(`0x${toHex(bytes(hex).reverse())}`)
}

export function primitivesVectors(name: string, p: Primitives): void {
  describe(`${name}: ChaCha20-Poly1305`, () => {
    it('RFC 8439 sections 2.8.2 and A.5', () => {
      const { aead } = published<{
        aead: { key: string; nonce: string; aad: string; msg: string; ct: string; tag: string }[]
      }>('chacha20-poly1305-rfc8439/rfc8439.json')
      expect(aead).toHaveLength(2)
      for (const v of aead) {
        const sealed = p.aeadSeal(bytes(v.key), bytes(v.nonce), bytes(v.aad), bytes(v.msg))
        expect(toHex(sealed)).toBe(v.ct + v.tag)
        expect(toHex(p.aeadOpen(bytes(v.key), bytes(v.nonce), bytes(v.aad), sealed))).toBe(v.msg)
      }
    })

    it('Wycheproof, 325 cases', () => {
      const all = wycheproof<{ ivSize: number }, AeadCase>('chacha20_poly1305_test.json')
      expect(all).toHaveLength(325)
      const wrong = all.filter(({ test }) => {
        const [key, nonce, aad] = [bytes(test.key), bytes(test.iv), bytes(test.aad)]
        const sealed = concat(bytes(test.ct), bytes(test.tag))
        if (test.result === 'valid') {
          if (!equal(p.aeadSeal(key, nonce, aad, bytes(test.msg)), sealed)) return true
          return toHex(p.aeadOpen(key, nonce, aad, sealed)) !== test.msg
        }
        // Nonces of another length are the caller's fault, everything else does not open.
        const code = nonce.length === 12 ? 'open_failed' : 'invalid_argument'
        return codeOf(() => p.aeadOpen(key, nonce, aad, sealed)) !== code
      })
      expect(wrong.map(({ test }) => test.tcId)).toEqual([])
    })
  })

  describe(`${name}: X25519`, () => {
    it('RFC 7748 sections 5.2 and 6.1; a public key with the highest bit set is refused', () => {
      const all = published<{ scalar: string; input: string; output: string }[]>('x25519-rfc7748/kat.json')
      expect(all).toHaveLength(6)
      const refused: string[] = []
      for (const v of all) {
        const input = bytes(v.input)
        if ((input[31] as number) > 127) {
          // spec/00: canonical keys only. The RFC masks this bit; so does the test, to check the arithmetic.
          expect(codeOf(() => p.x25519(bytes(v.scalar), input))).toBe('invalid_key')
          refused.push(v.input)
          input[31] = (input[31] as number) & 127
        }
        expect(toHex(p.x25519(bytes(v.scalar), input))).toBe(v.output)
      }
      expect(refused).toHaveLength(1)
    })

    it('RFC 7748 section 5.2, 1 and 1,000 iterations', () => {
      const times = published<{ times: number; key: string }[]>('x25519-rfc7748/times.json')
      let [k, u] = [new Uint8Array(32), new Uint8Array(32)] as [Uint8Array, Uint8Array]
      k[0] = u[0] = 9
      const results: Record<number, string> = {}
      for (let round = 1; round <= 1_000; round++) {
        ;[k, u] = [p.x25519(k, u), k]
        // The next u is a scalar that may be no canonical key: masked, as the RFC does.
        u = u.slice()
        u[31] = (u[31] as number) & 127
        results[round] = toHex(k)
      }
      expect(results[1]).toBe(times.find((v) => v.times === 1)?.key)
      expect(results[1_000]).toBe(times.find((v) => v.times === 1_000)?.key)
    })

    it('Wycheproof, 518 cases: all, but keys that are not canonical and zero results are refused', () => {
      const all = wycheproof<object, { public: string; private: string; shared: string }>('x25519_test.json')
      expect(all).toHaveLength(518)
      let refused = 0
      const wrong = all.filter(({ test }) => {
        const run = () => p.x25519(bytes(test.private), bytes(test.public))
        if (littleEndian(test.public) < P25519 && !/^0+$/.test(test.shared)) return toHex(run()) !== test.shared
        refused++
        return codeOf(run) !== 'invalid_key'
      })
      expect(wrong.map(({ test }) => test.tcId)).toEqual([])
      expect(refused).toBe(44)
    })

    it('gives the public key of a secret (RFC 7748 section 6.1)', () => {
      const secret = '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'
      expect(toHex(p.x25519PublicKey(bytes(secret)))).toBe(
        '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
      )
    })
  })

  describe(`${name}: Ed25519`, () => {
    it('RFC 8032 section 7.1', () => {
      const all =
        published<{ secretKey: string; publicKey: string; message: string; signature: string }[]>(
          'ed25519-rfc8032/ed25519.json',
        )
      expect(all).toHaveLength(5)
      for (const v of all) {
        expect(toHex(p.ed25519PublicKey(bytes(v.secretKey)))).toBe(v.publicKey)
        expect(toHex(p.ed25519Sign(bytes(v.secretKey), bytes(v.message)))).toBe(v.signature)
        expect(p.ed25519Verify(bytes(v.publicKey), bytes(v.message), bytes(v.signature))).toBe(true)
      }
    })

    it('Wycheproof, 151 cases', () => {
      const all = wycheproof<{ publicKey: { pk: string } }, { msg: string; sig: string }>('ed25519_test.json')
      expect(all).toHaveLength(151)
      const wrong = all.filter(
        ({ group, test }) =>
          p.ed25519Verify(bytes(group.publicKey.pk), bytes(test.msg), bytes(test.sig)) !== (test.result === 'valid'),
      )
      expect(wrong.map(({ test }) => test.tcId)).toEqual([])
    })

    it('refuses the small-order public keys, under which a signature of zeros would verify', () => {
      const smallOrder = [
        '0100000000000000000000000000000000000000000000000000000000000000',
        'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
        '0000000000000000000000000000000000000000000000000000000000000080',
        '0000000000000000000000000000000000000000000000000000000000000000',
        'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
        'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
        '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
        '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      ]
      // R = identity, S = 0: verifies for every message under the identity as public key, unless keys are checked.
      const signature = bytes(`01${'00'.repeat(63)}`)
      for (const key of smallOrder) expect(p.ed25519Verify(bytes(key), new Uint8Array(3), signature)).toBe(false)
    })

    it('never throws, whatever the lengths', () => {
      expect(p.ed25519Verify(new Uint8Array(31), new Uint8Array(0), new Uint8Array(64))).toBe(false)
      expect(p.ed25519Verify(new Uint8Array(32).fill(255), new Uint8Array(0), new Uint8Array(64).fill(255))).toBe(false)
      expect(p.ed25519Verify(new Uint8Array(32), new Uint8Array(0), new Uint8Array(0))).toBe(false)
    })
  })

  describe(`${name}: HMAC and HKDF`, () => {
    it('RFC 4231', () => {
      const all = published<{ key: string; msg: string; md: string }[]>('hmac-rfc4231/hmac-sha256.json')
      expect(all).toHaveLength(6)
      for (const v of all) {
        // Case 5 is truncated to 128 bits in the RFC.
        expect(toHex(p.hmac(bytes(v.key), bytes(v.msg))).slice(0, v.md.length)).toBe(v.md)
      }
    })

    it('Wycheproof HMAC, 174 cases, and the same by pairs', () => {
      const all = wycheproof<{ tagSize: number }, { key: string; msg: string; tag: string }>('hmac_sha256_test.json')
      expect(all).toHaveLength(174)
      const wrong = all.filter(({ group, test }) => {
        const [key, message] = [bytes(test.key), bytes(test.msg)]
        const tag = p.hmac(key, message)
        const [second, first] = p.hmacPair(key, Uint8Array.of(2), message)
        if (!equal(first, tag) || !equal(second, p.hmac(key, Uint8Array.of(2)))) return true
        return (toHex(tag.subarray(0, group.tagSize / 8)) === test.tag) !== (test.result === 'valid')
      })
      expect(wrong.map(({ test }) => test.tcId)).toEqual([])
    })

    it('RFC 5869 appendix A.1 to A.3', () => {
      const all = published<{ ikm: string; salt: string; info: string; l: string; prk: string; okm: string }[]>(
        'hkdf-rfc5869/hkdf-sha256.json',
      )
      expect(all).toHaveLength(3)
      for (const v of all) {
        const prk = hkdfExtract(p, bytes(v.salt), bytes(v.ikm))
        expect(toHex(prk)).toBe(v.prk)
        expect(toHex(hkdfExpand(p, prk, bytes(v.info), Number(v.l)))).toBe(v.okm)
      }
    })

    it('Wycheproof HKDF, 86 cases', () => {
      const all = wycheproof<object, { ikm: string; salt: string; info: string; size: number; okm: string }>(
        'hkdf_sha256_test.json',
      )
      expect(all).toHaveLength(86)
      const wrong = all.filter(({ test }) => {
        const run = () => hkdf(p, bytes(test.ikm), bytes(test.info), test.size, bytes(test.salt))
        return test.result === 'valid' ? toHex(run()) !== test.okm : codeOf(run) !== 'invalid_argument'
      })
      expect(wrong.map(({ test }) => test.tcId)).toEqual([])
    })
  })

  describe(`${name}: ML-KEM-768`, () => {
    interface Acvp<Case> {
      testGroups: { function?: string; tests: (Case & { tcId: number })[] }[]
    }

    it('ACVP key generation, 25 cases', () => {
      const [group] = published<Acvp<{ d: string; z: string; ek: string }>>('acvp-ml-kem-768/keygen.json').testGroups
      expect(group?.tests).toHaveLength(25)
      for (const v of group?.tests ?? []) expect(toHex(p.mlkemPublicKey(bytes(v.d + v.z)))).toBe(v.ek.toLowerCase())
    })

    it('ACVP encapsulation, 25 cases, and encapsulation key check (FIPS 203 section 7.2), 10 cases', () => {
      const { testGroups } = published<Acvp<{ ek: string; m: string; c: string; k: string; testPassed: boolean }>>(
        'acvp-ml-kem-768/encap-decap.json',
      )
      const encapsulation = testGroups.find((group) => group.function === 'encapsulation')?.tests ?? []
      expect(encapsulation).toHaveLength(25)
      for (const v of encapsulation) {
        const { ciphertext, sharedSecret } = p.mlkemEncapsulate(bytes(v.ek), bytes(v.m))
        expect(toHex(ciphertext)).toBe(v.c.toLowerCase())
        expect(toHex(sharedSecret)).toBe(v.k.toLowerCase())
      }
      const checks = testGroups.find((group) => group.function === 'encapsulationKeyCheck')?.tests ?? []
      expect(checks).toHaveLength(10)
      for (const v of checks) {
        const code = codeOf(() => p.mlkemEncapsulate(bytes(v.ek), new Uint8Array(32)))
        expect([v.tcId, code]).toEqual([v.tcId, v.testPassed ? undefined : 'invalid_key'])
      }
    })

    it('Wycheproof decapsulation from seeds, 193 cases', () => {
      const all = wycheproof<object, { seed: string; ek: string; c: string; K: string }>('mlkem_768_test.json')
      expect(all).toHaveLength(193)
      const wrong = all.filter(({ test }) => {
        const run = () => p.mlkemDecapsulate(bytes(test.seed), bytes(test.c))
        if (test.result !== 'valid') {
          return !['invalid_argument', 'wrong_size'].includes(codeOf(run) ?? '')
        }
        return toHex(run()) !== test.K || toHex(p.mlkemPublicKey(bytes(test.seed))) !== test.ek
      })
      expect(wrong.map(({ test }) => test.tcId)).toEqual([])
    })
  })

  describe(`${name}: input lengths`, () => {
    const b = (length: number) => new Uint8Array(length).fill(7)
    const refusals: [string, string, () => unknown][] = [
      ['X25519 secret', 'invalid_argument', () => p.x25519PublicKey(b(31))],
      ['X25519 secret in agreement', 'invalid_argument', () => p.x25519(b(33), b(32))],
      ['X25519 public key', 'invalid_key', () => p.x25519(b(32), b(31))],
      ['Ed25519 seed', 'invalid_argument', () => p.ed25519PublicKey(b(64))],
      ['Ed25519 seed in signing', 'invalid_argument', () => p.ed25519Sign(b(31), b(1))],
      ['ML-KEM seed', 'invalid_argument', () => p.mlkemPublicKey(b(32))],
      ['ML-KEM encapsulation key', 'invalid_key', () => p.mlkemEncapsulate(b(1183), b(32))],
      ['ML-KEM randomness', 'invalid_argument', () => p.mlkemEncapsulate(p.mlkemPublicKey(b(64)), b(31))],
      ['ML-KEM seed in decapsulation', 'invalid_argument', () => p.mlkemDecapsulate(b(63), b(1088))],
      ['ML-KEM ciphertext', 'wrong_size', () => p.mlkemDecapsulate(b(64), b(1087))],
      ['AEAD key', 'invalid_argument', () => p.aeadSeal(b(31), b(12), b(0), b(1))],
      ['AEAD nonce', 'invalid_argument', () => p.aeadSeal(b(32), b(24), b(0), b(1))],
      ['AEAD key in opening', 'invalid_argument', () => p.aeadOpen(b(31), b(12), b(0), b(17))],
      ['AEAD nonce in opening', 'invalid_argument', () => p.aeadOpen(b(32), b(8), b(0), b(17))],
      ['AEAD ciphertext below its tag', 'open_failed', () => p.aeadOpen(b(32), b(12), b(0), b(15))],
    ]
    it.each(refusals)('%s: %s', (_, code, run) => expect(codeOf(run)).toBe(code))

    it('never changes its inputs', () => {
      const [seed, secret, message] = [b(64), b(32), b(100)]
      p.mlkemPublicKey(seed)
      p.x25519PublicKey(secret)
      const sealed = p.aeadSeal(secret, b(12), message, message)
      const kept = sealed.slice()
      p.aeadOpen(secret, b(12), message, sealed)
      expect([seed, secret, message, sealed]).toEqual([b(64), b(32), b(100), kept])
    })
  })
}
