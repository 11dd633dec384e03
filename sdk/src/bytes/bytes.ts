/** Small pure helpers over bytes. */
import { ensure } from '../errors.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** All parts in one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

/** Compares in time that depends on the lengths only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}

/** Lexicographic order of unsigned bytes; for public values only (it stops at the first difference). */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Overwrites secrets with zeros. JavaScript may have moved or copied them: what this cannot promise is in spec/02. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0)
}

/** The UTF-8 bytes of a text. Lone surrogates become U+FFFD, as the platform does it. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Throws `malformed` for bytes that are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    ensure(false, 'malformed', 'not UTF-8')
  }
}

const HEX = encoder.encode('0123456789abcdef')

/** Lower case. One flat string: a sum of digits would stay a tree of them in memory, and clients keep one for each message. */
export function toHex(bytes: Uint8Array): string {
  const out = new Uint8Array(2 * bytes.length)
  for (const [i, byte] of bytes.entries()) {
    out[2 * i] = HEX[byte >> 4] as number
    out[2 * i + 1] = HEX[byte & 15] as number
  }
  return decoder.decode(out)
}

/** Lower- or upper-case hex, even length. Throws `malformed`. */
export function fromHex(hex: string): Uint8Array {
  ensure(/^([0-9a-fA-F]{2})*$/.test(hex), 'malformed', 'not hex')
  const out = new Uint8Array(hex.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return out
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 section 5 without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const digits = Math.min(bytes.length - i, 3) + 1
    for (let d = 0; d < digits; d++) out += BASE64URL[(group >> (18 - 6 * d)) & 63]
  }
  return out
}

/** Accepts the one canonical spelling only. Throws `malformed`. */
export function fromBase64url(text: string): Uint8Array {
  ensure(/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1, 'malformed', 'not base64url')
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let group = 0
  let bits = 0
  let offset = 0
  for (const char of text) {
    group = (group << 6) | BASE64URL.indexOf(char)
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[offset++] = (group >> bits) & 255
      group &= (1 << bits) - 1
    }
  }
  ensure(group === 0, 'malformed', 'not canonical base64url')
  return out
}

/** 4 bytes, big-endian. `value`: 0 to 2^32 - 1. */
export function u32be(value: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, value)
  return out
}

export function u64be(value: bigint): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, value)
  return out
}
