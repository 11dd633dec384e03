/**
 * Registers: fields that each hold one value (spec/11 section 8). The last write by stamp stays; in a few fields, where
 * only growth means anything, the higher value.
 */
import type { Register, Registers, Stamp } from '@solo2/proto/sync'
import { compare, concat, u64be } from '../../bytes/bytes.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { checkStamp, compareStamps } from './stamp.js'

export type RegisterKind = 'account' | 'device' | 'person' | 'root'

/** Numbers of fields, as in the table of spec/11 section 8. */
export const FIELDS = {
  account: { WAKE_TOKEN: 1 },
  device: { KEY: 1, NAME: 2, REMOVED: 3 },
  person: {
    KEYS: 1,
    ALIAS: 2,
    DISPLAY_NAME: 3,
    STAGE: 4,
    ADDED_AT: 5,
    CODE: 6,
    VERIFIED: 7,
    WITHDRAWN: 8,
    WAKE_TOKEN: 9,
    NEXT_SEQUENCE: 10,
    READ: 11,
    NICKNAME: 12,
    SETTINGS: 13,
    DRAFT: 14,
    TIMER: 15,
    READ_BY_THEM: 16,
    TOLD_READ: 17,
  },
  root: { ROOT: 1, AGREED_AT: 2 },
} as const

/** Fields that only grow: as unsigned bytes the higher value stays, whoever wrote it. */
const GROWING: { readonly [kind in RegisterKind]: readonly number[] } = {
  account: [],
  device: [FIELDS.device.REMOVED],
  person: [
    FIELDS.person.NEXT_SEQUENCE,
    FIELDS.person.READ,
    FIELDS.person.TIMER,
    FIELDS.person.READ_BY_THEM,
    FIELDS.person.TOLD_READ,
  ],
  root: [FIELDS.root.ROOT],
}

/** Throws `malformed` for too many, another order, a bad stamp or a value that is too long. */
export function checkRegisters({ registers }: Registers): void {
  ensure(registers.length <= PROTOCOL.SYNC_REGISTERS, 'malformed', 'too many registers')
  let last = 0
  for (const { field, stamp, value } of registers) {
    ensure(field > last && field <= PROTOCOL.SYNC_FIELD_MAX, 'malformed', 'fields stand in ascending order, each once')
    checkStamp(stamp)
    ensure(value.length <= PROTOCOL.CONTENT_BODY_BYTES, 'malformed', 'a register holds at most 66,560 bytes')
    last = field
  }
}

export function joinRegisters(kind: RegisterKind, a: Registers, b: Registers): Registers {
  const joined = new Map(a.registers.map((register) => [register.field, register]))
  for (const register of b.registers) {
    const mine = joined.get(register.field)
    joined.set(register.field, mine === undefined ? register : later(kind, mine, register))
  }
  return { registers: [...joined.values()].sort((x, y) => x.field - y.field) }
}

function later(kind: RegisterKind, a: Register, b: Register): Register {
  const byValue = compare(a.value, b.value)
  const byStamp = compareStamps(a.stamp as Stamp, b.stamp as Stamp)
  const growing = GROWING[kind].includes(a.field)
  const order = growing ? byValue || byStamp : byStamp || byValue
  return order < 0 ? b : a
}

export function registerOf(registers: Registers | undefined, field: number): Register | undefined {
  return registers?.registers.find((register) => register.field === field)
}

/** Puts values into fields, under one stamp; those that hold the value already stay. */
export function withFields(
  registers: Registers,
  fields: ReadonlyMap<number, Uint8Array>,
  stamp: Stamp,
  kind: RegisterKind,
): Registers {
  const written = [...fields]
    .filter(([field, value]) => {
      const held = registerOf(registers, field)
      return held === undefined || compare(held.value, value) !== 0
    })
    .map(([field, value]) => ({ field, stamp, value }))
  return joinRegisters(kind, registers, { registers: written.sort((x, y) => x.field - y.field) })
}

/** 11-65: whoever withdrew a verification wins over whoever verified without having seen that. */
export function isVerified(person: Registers): boolean {
  const { VERIFIED, WITHDRAWN } = FIELDS.person
  const verified = registerOf(person, VERIFIED)?.value
  if (verified?.[0] !== 1) return false
  const withdrawn = registerOf(person, WITHDRAWN)?.stamp
  return (
    withdrawn === undefined || (verified.length === SEEN_SIZE && compare(verified.subarray(1), orderOf(withdrawn)) >= 0)
  )
}

/** What field VERIFIED holds when the person compares, or takes that back. */
export function verifiedField(person: Registers, verified: boolean): Uint8Array {
  const withdrawn = registerOf(person, FIELDS.person.WITHDRAWN)?.stamp
  return concat(Uint8Array.of(verified ? 1 : 0), withdrawn === undefined ? new Uint8Array(0) : orderOf(withdrawn))
}

const SEEN_SIZE = 1 + 8 + PROTOCOL.ID_SIZE

/** u64be(counter) ‖ replica: as bytes in the order of stamps. */
function orderOf({ counter, replica }: Stamp): Uint8Array {
  return concat(u64be(counter), replica)
}
