import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressKey, createFingerprint } from './fingerprint.js'

const address = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc
    .uint8Array({ minLength: 4, maxLength: 4 })
    .map((v4) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4)),
)

test('[L1] a fingerprint is the HMAC-SHA-256 of the address under the key of the day, one after the other', () => {
  const key = new Uint8Array(32)
  const fingerprint = createFingerprint(() => key)
  const step = fc.tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), address)
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      for (const [day, who] of steps) {
        key.set(day)
        const expected = createHmac('sha256', day).update(addressKey(who)).digest('base64url').slice(0, 16)
        expect(fingerprint(who)).toBe(expected)
      }
    }),
  )
})
