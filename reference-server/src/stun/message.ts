/** STUN binding (RFC 8489) as far as a server for address discovery needs it. Pure. */
import { crc32 } from 'node:zlib'

const MAGIC_COOKIE = 0x2112_a442
const HEADER_SIZE = 20
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const BINDING_ERROR = 0x0111

const ERROR_CODE = 0x0009
const UNKNOWN_ATTRIBUTES = 0x000a
const XOR_MAPPED_ADDRESS = 0x0020
const FINGERPRINT = 0x8028
const FINGERPRINT_XOR = 0x5354_554e
/** Attributes at or above this may be ignored when they are not known (section 14). */
const OPTIONAL_FROM = 0x8000
/** Known and of no concern here: nobody logs in, and ICE's own checks go between clients. */
const IGNORED = new Set([
  0x0001, 0x0006, 0x0008, 0x0009, 0x000a, 0x0014, 0x0015, 0x001c, 0x001d, 0x001e, 0x0020, 0x0024, 0x0025,
])

export interface BindingRequest {
  readonly transaction: Uint8Array
  /** Attributes that must be understood and are not. */
  readonly unknown: readonly number[]
  readonly hasFingerprint: boolean
}

/** Undefined for anything but a well-formed binding request, which gets no answer (section 6.3). */
export function readBindingRequest(bytes: Buffer): BindingRequest | undefined {
  if (bytes.length < HEADER_SIZE || bytes.readUInt16BE(0) !== BINDING_REQUEST) return undefined
  if (bytes.readUInt16BE(2) !== bytes.length - HEADER_SIZE || bytes.length % 4 !== 0) return undefined
  if (bytes.readUInt32BE(4) !== MAGIC_COOKIE) return undefined
  const unknown: number[] = []
  let hasFingerprint = false
  let at = HEADER_SIZE
  while (at < bytes.length) {
    const type = bytes.readUInt16BE(at)
    const length = bytes.readUInt16BE(at + 2)
    const end = at + 4 + length + (-length & 3)
    if (end > bytes.length) return undefined
    if (type === FINGERPRINT) {
      const right =
        end === bytes.length && length === 4 && bytes.readUInt32BE(at + 4) === fingerprintOf(bytes.subarray(0, at))
      if (!right) return undefined
      hasFingerprint = true
    } else if (type < OPTIONAL_FROM && !IGNORED.has(type)) unknown.push(type)
    at = end
  }
  return { transaction: bytes.subarray(8, HEADER_SIZE), unknown, hasFingerprint }
}

/** Section 14.7: CRC-32 of the message before it, whose length field counts the fingerprint already. */
export function fingerprintOf(before: Uint8Array): number {
  return (crc32(before) ^ FINGERPRINT_XOR) >>> 0
}

/** The attribute, section 14.2. `address`: 4 or 16 bytes. */
export function xorMappedAddress(address: Uint8Array, port: number, transaction: Uint8Array): Buffer {
  const out = Buffer.alloc(8 + address.length)
  out.writeUInt16BE(XOR_MAPPED_ADDRESS, 0)
  out.writeUInt16BE(4 + address.length, 2)
  out[5] = address.length === 4 ? 1 : 2
  out.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 6)
  const mask = Buffer.alloc(16)
  mask.writeUInt32BE(MAGIC_COOKIE, 0)
  mask.set(transaction, 4)
  for (let i = 0; i < address.length; i++) out[8 + i] = (address[i] as number) ^ (mask[i] as number)
  return out
}

/** Section 14.8 and 14.9: 420, with the attributes that were not understood. */
function unknownAttributes(unknown: readonly number[]): Buffer {
  const reason = 'Unknown Attribute'
  const types = unknown.slice(0, 16)
  const error = Buffer.alloc(8 + reason.length + (-reason.length & 3))
  error.writeUInt16BE(ERROR_CODE, 0)
  error.writeUInt16BE(4 + reason.length, 2)
  error[6] = 4
  error[7] = 20
  error.write(reason, 8, 'ascii')
  const list = Buffer.alloc(4 + 2 * types.length + ((2 * types.length) % 4))
  list.writeUInt16BE(UNKNOWN_ATTRIBUTES, 0)
  list.writeUInt16BE(2 * types.length, 2)
  types.forEach((type, index) => {
    list.writeUInt16BE(type, 4 + 2 * index)
  })
  return Buffer.concat([error, list])
}

function message(type: number, transaction: Uint8Array, attributes: Buffer, withFingerprint: boolean): Buffer {
  const header = Buffer.alloc(HEADER_SIZE)
  header.writeUInt16BE(type, 0)
  header.writeUInt16BE(attributes.length + (withFingerprint ? 8 : 0), 2)
  header.writeUInt32BE(MAGIC_COOKIE, 4)
  header.set(transaction, 8)
  const body = Buffer.concat([header, attributes])
  if (!withFingerprint) return body
  const tail = Buffer.alloc(8)
  tail.writeUInt16BE(FINGERPRINT, 0)
  tail.writeUInt16BE(4, 2)
  tail.writeUInt32BE(fingerprintOf(body), 4)
  return Buffer.concat([body, tail])
}

/** The answer to a request that came from `address` (4 or 16 bytes) and `port`. */
export function bindingAnswer(request: BindingRequest, address: Uint8Array, port: number): Buffer {
  const { transaction, unknown, hasFingerprint } = request
  return unknown.length > 0
    ? message(BINDING_ERROR, transaction, unknownAttributes(unknown), hasFingerprint)
    : message(BINDING_SUCCESS, transaction, xorMappedAddress(address, port, transaction), hasFingerprint)
}
