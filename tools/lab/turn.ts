/** What TURN requests (RFC 8656) say in clear, read from a recording. */
import type { Datagram } from './recording.js'

/** Allocate, Refresh, CreatePermission, ChannelBind; an answer that refuses one has these bits more. */
const REQUESTS = new Set([0x0003, 0x0004, 0x0008, 0x0009])
const REFUSED = 0x0110
const USERNAME = 0x0006
const ERROR_CODE = 0x0009
const HEADER = 20

/** Attributes by type, of a STUN message. */
export function attributesOf(payload: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>()
  for (let at = HEADER; at + 4 <= payload.length; ) {
    const length = payload.readUInt16BE(at + 2)
    attributes.set(payload.readUInt16BE(at), payload.subarray(at + 4, at + 4 + length))
    at += 4 + Math.ceil(length / 4) * 4
  }
  return attributes
}

/** User names of the credentials that were shown to a mirror, in the order in which they were first shown. */
export function credentialNames(datagrams: readonly Datagram[]): Set<string> {
  const found = new Set<string>()
  for (const { isStun, payload } of datagrams) {
    if (!isStun || !REQUESTS.has(payload.readUInt16BE(0))) continue
    const name = attributesOf(payload).get(USERNAME)
    if (name !== undefined) found.add(name.toString())
  }
  return found
}

/** Codes of the answers that refused requests with a credential. The first request of each allocation has none (RFC 8489 section 9.2.3). */
export function refusals(datagrams: readonly Datagram[]): number[] {
  const withName = new Set<string>()
  const codes: number[] = []
  for (const { isStun, payload } of datagrams) {
    if (!isStun) continue
    const type = payload.readUInt16BE(0)
    const transaction = payload.toString('hex', 8, HEADER)
    const attributes = attributesOf(payload)
    if (REQUESTS.has(type) && attributes.has(USERNAME)) withName.add(transaction)
    const error = attributes.get(ERROR_CODE)
    if (!REQUESTS.has(type & ~REFUSED) || error === undefined || !withName.has(transaction)) continue
    codes.push((error[2] ?? 0) * 100 + (error[3] ?? 0))
  }
  return codes
}
