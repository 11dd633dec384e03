/** Addresses as bytes: 4 for IPv4, 16 for IPv6. */
import { isIP } from 'node:net'

/** The bytes of a textual address, without a zone. Undefined if it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  const address = text.replace(/%.*$/, '')
  const kind = isIP(address)
  if (kind === 0) return undefined
  if (kind === 4) return Uint8Array.from(address.split('.'), Number)
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const hex = (high: string | undefined, low: string | undefined) => ((Number(high) << 8) | Number(low)).toString(16)
  const plain = dotted ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}` : address
  const [head = '', tail] = plain.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const before = groups(head)
  const after = groups(tail ?? '')
  const all =
    tail === undefined ? before : [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]))
}

/** A spelling that `node:net` takes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] as number) << 8) | (bytes[2 * at + 1] as number)).toString(16),
  )
  return groups.join(':')
}

/** An IPv4 address that comes mapped into IPv6 (::ffff:0:0/96) as its 4 bytes; any other address as it is. */
export function unmapped(bytes: Uint8Array): Uint8Array {
  const mapped =
    bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return mapped ? bytes.subarray(12) : bytes
}
