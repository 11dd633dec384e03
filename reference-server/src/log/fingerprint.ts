/**
 * What stands for a client's address everywhere behind the socket: HMAC under a random key that lives in RAM and changes
 * each UTC day, so that it cannot be reversed by trying all addresses later, nor followed from day to day.
 */
import { hash } from 'node:crypto'
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

/** Of SHA-256, in bytes. */
const BLOCK_SIZE = 64
const HASH_SIZE = 32

/** HMAC-SHA-256 (RFC 2104) by two one-shot hashes: each request needs one, and an object for it costs three times as much. */
export function createFingerprint(dayKey: DayKey): Fingerprint {
  const block = new Uint8Array(new ArrayBuffer(BLOCK_SIZE + HASH_SIZE))
  const padded = (key: Uint8Array, pad: number) => {
    block.fill(pad)
    for (let at = 0; at < key.length; at++) block[at] = (key[at] as number) ^ pad
  }
  return (address) => {
    const [key, message] = [dayKey(), addressKey(address)]
    padded(key, 0x36)
    block.set(message, BLOCK_SIZE)
    const inner = hash('sha256', block.subarray(0, BLOCK_SIZE + message.length), 'buffer')
    padded(key, 0x5c)
    block.set(inner, BLOCK_SIZE)
    const text = hash('sha256', block, 'base64url').slice(0, 16)
    block.fill(0)
    return text
  }
}
