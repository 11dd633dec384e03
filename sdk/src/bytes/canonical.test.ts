import { ByeReason, Signal } from '@solo2/proto/introduction'
import { expect, it } from 'vitest'
import { decodeCanonical, encode } from './canonical.js'

it('keeps a copy: what is decoded outlives the bytes that it came in', () => {
  const bye = {
    from: new Uint8Array(16).fill(1),
    to: new Uint8Array(16).fill(2),
    peerNonce: new Uint8Array(16).fill(3),
    reason: ByeReason.BUSY,
  }
  const bytes = encode(Signal, { signal: { $case: 'bye', value: bye } })
  const { signal } = decodeCanonical(Signal, bytes)
  bytes.fill(0xff)
  expect(signal).toEqual({ $case: 'bye', value: bye })
})
