/** Every published vector of AES-256-GCM, for any implementation of `Aead`. */
import { describe, expect, it } from 'vitest'
import { concat, equal, toHex } from '../../src/bytes/bytes.js'
import type { Aead } from '../../src/env.js'
import { bytes, wycheproof } from './published.js'

export function aeadVectors(name: string, aead: Aead): void {
  describe(`${name}: AES-256-GCM`, () => {
    it('Wycheproof, the 66 cases with a 12-byte nonce of 105: other nonces do not exist here', async () => {
      const all = wycheproof<
        { ivSize: number },
        { key: string; iv: string; aad: string; msg: string; ct: string; tag: string }
      >('aes_gcm_256_test.json')
      expect(all).toHaveLength(105)
      const used = all.filter(({ group }) => group.ivSize === 96)
      expect(used).toHaveLength(66)
      const wrong: number[] = []
      for (const { test } of used) {
        const [key, nonce, aad] = [bytes(test.key), bytes(test.iv), bytes(test.aad)]
        const sealed = concat(bytes(test.ct), bytes(test.tag))
        if (test.result === 'valid') {
          const same = equal(await aead.seal(key, nonce, aad, bytes(test.msg)), sealed)
          if (!same || toHex(await aead.open(key, nonce, aad, sealed)) !== test.msg) wrong.push(test.tcId)
        } else {
          const code = await aead.open(key, nonce, aad, sealed).then(
            () => 'opened',
            (error: { code?: string }) => error.code,
          )
          if (code !== 'open_failed') wrong.push(test.tcId)
        }
      }
      expect(wrong).toEqual([])
    })
  })
}
