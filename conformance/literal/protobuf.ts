/** As much of protobuf's wire format as the tunnel plane uses, and spec/00's canonical form: fields in ascending order. */
import { join, must, same } from './bytes.js'

/** One field as it is on the wire: [number, value]. Bytes are length-delimited, numbers varint, bigint those beyond 2^53 - 1. */
export type Value = Uint8Array | number | bigint | { readonly fixed: 4 | 8; readonly value: bigint }
export type Field = readonly [number: number, value: Value]

function varint(value: number | bigint): Uint8Array {
  const out: number[] = []
  let rest = BigInt(value)
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  out.push(Number(rest))
  return Uint8Array.from(out)
}

export function fixed32(value: number): Value {
  return { fixed: 4, value: BigInt(value) }
}

export function fixed64(value: bigint): Value {
  return { fixed: 8, value }
}

function littleEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

/** Writes the fields as given. A canonical caller gives them in order and leaves out empty bytes and zero varints. */
export function write(fields: readonly Field[]): Uint8Array {
  return join(
    ...fields.map(([number, value]) => {
      if (value instanceof Uint8Array) return join(varint(number * 8 + 2), varint(value.length), value)
      if (typeof value === 'number' || typeof value === 'bigint') return join(varint(number * 8), varint(value))
      return join(varint(number * 8 + (value.fixed === 4 ? 5 : 1)), littleEndian(value.value, value.fixed))
    }),
  )
}

/** As a number only where that is the same number. */
function exact(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** Every field of any protobuf message; `malformed` if the bytes are none. */
export function read(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  const take = (length: number): Uint8Array => {
    must(at + length <= bytes.length, 'malformed', 'cut off')
    at += length
    return bytes.slice(at - length, at)
  }
  const takeVarint = (): bigint => {
    let value = 0n
    for (let i = 0; i < 10; i++) {
      const byte = take(1)[0] ?? 0
      value |= BigInt(byte & 127) << BigInt(7 * i)
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    must(false, 'malformed', 'varint of more than ten bytes')
    return 0n
  }
  const takeFixed = (length: 4 | 8): Value => {
    const raw = take(length)
    return { fixed: length, value: raw.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) }
  }
  while (at < bytes.length) {
    const key = Number(takeVarint())
    const number = Math.floor(key / 8)
    must(number > 0, 'malformed', 'field number zero')
    const type = key % 8
    if (type === 0) fields.push([number, exact(takeVarint())])
    else if (type === 1) fields.push([number, takeFixed(8)])
    else if (type === 2) fields.push([number, take(Number(takeVarint()))])
    else if (type === 5) fields.push([number, takeFixed(4)])
    else must(false, 'malformed', 'wire type')
  }
  return fields
}

/** What a field of a message may be. A message inside is present also when empty; a wide varint has up to 64 bits. */
export type Kind = 'bytes' | 'message' | 'many' | 'varint' | 'wide' | 'bool' | 'fixed32' | 'fixed64'
export type Shape = Readonly<Record<number, Kind>>

const WIRE: Readonly<Record<Kind, (value: Value) => boolean>> = {
  bytes: (value) => value instanceof Uint8Array,
  message: (value) => value instanceof Uint8Array,
  many: (value) => value instanceof Uint8Array,
  varint: (value) => typeof value === 'number',
  wide: (value) => typeof value === 'number' || typeof value === 'bigint',
  bool: (value) => typeof value === 'number',
  fixed32: (value) => typeof value === 'object' && 'fixed' in value && value.fixed === 4,
  fixed64: (value) => typeof value === 'object' && 'fixed' in value && value.fixed === 8,
}

/**
 * spec/00: reads the fields of one message and refuses (`not_canonical`) all that its only right encoding would not have:
 * unknown fields, another order, repeated single fields, empty bytes, zero varints, longer varints than needed.
 */
export function readCanonical(bytes: Uint8Array, shape: Shape): Map<number, Value[]> {
  const fields = read(bytes)
  const found = new Map<number, Value[]>()
  let last = 0
  for (const [number, value] of fields) {
    const kind = shape[number]
    must(kind !== undefined && WIRE[kind](value), 'not_canonical', `unknown field ${number}`)
    must(number > last || (number === last && kind === 'many'), 'not_canonical', `order of field ${number}`)
    must(value !== 0 && !(kind === 'bytes' && (value as Uint8Array).length === 0), 'not_canonical', `empty ${number}`)
    if (kind === 'bool') must(value === 1, 'not_canonical', 'a bool is one')
    if (kind === 'varint') must((value as number) < 2 ** 32, 'not_canonical', 'more than 32 bits')
    found.set(number, [...(found.get(number) ?? []), value])
    last = number
  }
  must(same(write(fields), bytes), 'not_canonical', 'varint longer than needed')
  return found
}

export function bytesOf(fields: Map<number, Value[]>, number: number): Uint8Array {
  const value = fields.get(number)?.[0]
  return value instanceof Uint8Array ? value : new Uint8Array(0)
}

export function numberOf(fields: Map<number, Value[]>, number: number): number {
  const value = fields.get(number)?.[0]
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0
}

/** A fixed field that must be on the wire. */
export function presentOf(fields: Map<number, Value[]>, number: number): bigint {
  const value = fields.get(number)?.[0]
  must(typeof value === 'object' && 'fixed' in value, 'malformed', `field ${number} is missing`)
  return (value as { value: bigint }).value
}
