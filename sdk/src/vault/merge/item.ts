/** Items of the synchronised state: their keys, their form, and how two versions of one become one (spec/11 sections 7, 8). */
import { type Stamp, SyncItem } from '@solo2/proto/sync'
import { compare, toHex } from '../../bytes/bytes.js'
import { encode } from '../../bytes/canonical.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { checkContent, checkFile, checkQueued, joinContents, joinFiles, joinQueued } from './content.js'
import { checkRegisters, joinRegisters } from './registers.js'
import { checkStamp, compareStamps } from './stamp.js'

export type { SyncItem }
/** What an item holds, by its kind. */
export type ItemValue = NonNullable<SyncItem['value']>
type Case<Name extends ItemValue['$case']> = Extract<ItemValue, { $case: Name }>['value']

const IDENTITY_SIZE = 32

/** Whether an item of that kind names a contact, and whether it has an ID of its own. */
const NAMED: { readonly [kind in ItemValue['$case']]: readonly [contact: boolean, id: boolean] } = {
  account: [false, false],
  device: [false, true],
  person: [true, false],
  root: [true, true],
  content: [true, true],
  queued: [true, true],
  file: [true, true],
}

/** The same for all versions of one item. A file ID belongs to its author, so a contact's and an own one never meet. */
export function itemKey({ contact, id, value }: Pick<SyncItem, 'contact' | 'id' | 'value'>): string {
  ensure(value !== undefined, 'malformed', 'an item without a value')
  const side = value.$case === 'file' && value.value.outgoing ? 'own' : ''
  return [value.$case, toHex(contact), toHex(id), side].join('/')
}

/** Throws `malformed`. */
export function checkItem(item: SyncItem): asserts item is SyncItem & { dot: Stamp; value: ItemValue } {
  const { dot, contact, id, value } = item
  checkStamp(dot)
  ensure(value !== undefined, 'malformed', 'an item without a value')
  const [hasContact, hasId] = NAMED[value.$case]
  ensure(contact.length === (hasContact ? IDENTITY_SIZE : 0), 'malformed', 'an item of that kind has another contact')
  ensure(id.length === (hasId ? PROTOCOL.ID_SIZE : 0), 'malformed', 'an item of that kind has another ID')
  switch (value.$case) {
    case 'content':
      return checkContent(value.value, id)
    case 'queued':
      return checkQueued(value.value)
    case 'file':
      return checkFile(value.value)
    default:
      return checkRegisters(value.value)
  }
}

function joinValues(a: ItemValue, b: ItemValue): ItemValue {
  ensure(a.$case === b.$case, 'internal', 'two items of one key are of one kind')
  const $case = a.$case
  switch ($case) {
    case 'content':
      return { $case, value: joinContents(a.value, b.value as Case<'content'>) }
    case 'queued':
      return { $case, value: joinQueued(a.value, b.value as Case<'queued'>) }
    case 'file':
      return { $case, value: joinFiles(a.value, b.value as Case<'file'>) }
    default:
      return { $case, value: joinRegisters($case, a.value, b.value as Case<'person'>) } as ItemValue
  }
}

/**
 * Both versions as one. What is one of the two keeps its dot; what is neither is a new change, and `next` names it: so it
 * reaches whoever has only one of the two.
 */
export function joinItems(mine: SyncItem, theirs: SyncItem, next: () => Stamp): SyncItem {
  const value = joinValues(mine.value as ItemValue, theirs.value as ItemValue)
  const isMine = isSame(mine, value)
  const isTheirs = isSame(theirs, value)
  if (isMine && isTheirs) return compareStamps(mine.dot as Stamp, theirs.dot as Stamp) >= 0 ? mine : theirs
  if (isMine) return mine
  return isTheirs ? theirs : { ...mine, dot: next(), value }
}

function isSame(item: SyncItem, value: ItemValue): boolean {
  return compare(encode(SyncItem, { ...item, value }), encode(SyncItem, item)) === 0
}

/** The highest counter in an item: the next change of whoever takes it comes after all that it tells. */
export function highestCounter({ dot, value }: SyncItem): bigint {
  const stamps = [dot]
  if (value?.$case === 'content') stamps.push(value.value.place)
  else if (value !== undefined && 'registers' in value.value) {
    stamps.push(...value.value.registers.map(({ stamp }) => stamp))
  }
  return stamps.reduce((highest, stamp) => {
    const counter = stamp?.counter ?? 0n
    return counter > highest ? counter : highest
  }, 0n)
}
