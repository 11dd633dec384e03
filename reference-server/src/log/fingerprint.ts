/**
 * What stands for a client's address everywhere behind the socket: HMAC under a random key that lives in RAM and changes
 * each UTC day, so that it cannot be reversed by trying all addresses later, nor followed from day to day.
 */
import { createHmac } from 'node:crypto'
import type { DayKey } from '../memory/day-key.js'
import { unmapped } from './address.js'

/** Takes an address of 4 or 16 bytes; gives 16 characters of base64url. */
export type Fingerprint = (address: Uint8Array) => string

/** A household holds a whole IPv6 /64, so only that prefix counts. */
const IPV6_PREFIX = 8

/** 4 bytes for IPv4, also when it comes mapped into IPv6; 8 bytes, the /64, for IPv6. */
export function addressKey(address: Uint8Array): Uint8Array {
  const plain = unmapped(address)
  return plain.length === 16 ? plain.subarray(0, IPV6_PREFIX) : plain
}

export function createFingerprint(dayKey: DayKey): Fingerprint {
  return (address) => createHmac('sha256', dayKey()).update(addressKey(address)).digest('base64url').slice(0, 16)
}
