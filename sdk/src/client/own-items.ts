/** What a change of the vault's tables means for the items of spec/11 section 8. Pure: records in, values out. */
import type { Stamp } from '@solo2/proto/sync'
import {
  type ContactRecord,
  ContactSettings,
  ContactStage,
  type FileRecord,
  type MessageChanges,
  type MessageRecord,
  MessageState,
} from '@solo2/proto/vault'
import { concat, equal, u32be, u64be, utf8 } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { joinContents, joinFiles, joinQueued } from '../vault/merge/content.js'
import type { ItemValue, SyncItem } from '../vault/merge/item.js'
import { FIELDS, isVerified, type RegisterKind, verifiedField, withFields } from '../vault/merge/registers.js'
import { DEFAULT_SETTINGS } from './contact-settings.js'

const NONE = new Uint8Array(0)
const { person: PERSON, root: ROOT, account: ACCOUNT, device: DEVICE } = FIELDS

/** An item that a change touches, and what becomes of it. */
export interface ItemChange {
  readonly key: Pick<SyncItem, 'contact' | 'id'>
  /** Of an item that is not there yet: decides kind and side. */
  readonly blank: ItemValue
  make(held: ItemValue | undefined, stamp: Stamp): ItemValue
}

function registersChange(
  kind: RegisterKind,
  key: ItemChange['key'],
  fields: (held: Parameters<typeof withFields>[0]) => ReadonlyMap<number, Uint8Array>,
): ItemChange {
  const empty = { registers: [] }
  return {
    key,
    blank: { $case: kind, value: empty },
    make(held, stamp) {
      const registers = held?.$case === kind ? held.value : empty
      return { $case: kind, value: withFields(registers, fields(registers), stamp, kind) }
    },
  }
}

export function accountChange(wakeToken: Uint8Array): ItemChange {
  return registersChange('account', { contact: NONE, id: NONE }, () => new Map([[ACCOUNT.WAKE_TOKEN, wakeToken]]))
}

export interface OwnDeviceFields {
  readonly key?: Uint8Array
  readonly name?: string
  readonly removed?: boolean
}

export function deviceChange(id: Uint8Array, { key, name, removed }: OwnDeviceFields): ItemChange {
  const fields = new Map<number, Uint8Array>()
  if (key !== undefined) fields.set(DEVICE.KEY, key)
  if (name !== undefined) fields.set(DEVICE.NAME, utf8(name))
  if (removed === true) fields.set(DEVICE.REMOVED, Uint8Array.of(1))
  return registersChange('device', { contact: NONE, id }, () => fields)
}

/**
 * `contact`: the identity, 32 bytes. `before`: what the table had. Only what this commit changes is a change: the rest of the
 * record may be older than what came from another device and is not shown yet.
 */
export function personChange(
  contact: Uint8Array,
  record: ContactRecord,
  before: ContactRecord | undefined,
): ItemChange {
  return registersChange('person', { contact, id: NONE }, (held) => {
    const known = held.registers.length === 0 ? undefined : before
    const former = known && personFields(known)
    const fields = new Map(
      [...personFields(record)].filter(([field, value]) => {
        const was = former?.get(field)
        return was === undefined || !equal(value, was)
      }),
    )
    if (record.verified !== known?.verified && record.verified !== isVerified(held)) {
      fields.set(PERSON.VERIFIED, verifiedField(held, record.verified))
      if (!record.verified) fields.set(PERSON.WITHDRAWN, NONE)
    }
    return fields
  })
}

function personFields(record: ContactRecord): Map<number, Uint8Array> {
  const { nickname, draft, ...others } = record.settings ?? DEFAULT_SETTINGS
  return new Map<number, Uint8Array>([
    [PERSON.KEYS, concat(record.ed25519, record.x25519)],
    [PERSON.ALIAS, utf8(record.alias)],
    [PERSON.DISPLAY_NAME, utf8(record.displayName)],
    [PERSON.STAGE, Uint8Array.of(record.stage === ContactStage.PAIRED ? 2 : 1)],
    [PERSON.ADDED_AT, u64be(record.addedAt)],
    [PERSON.CODE, utf8(record.code)],
    [PERSON.WAKE_TOKEN, record.wakeToken],
    [PERSON.NEXT_SEQUENCE, u64be(record.nextSequence)],
    [PERSON.NICKNAME, utf8(nickname)],
    [PERSON.SETTINGS, encode(ContactSettings, { ...others, nickname: '', draft: '' })],
    [PERSON.DRAFT, utf8(draft)],
    [PERSON.TIMER, concat(u32be(record.timerRevision), u32be(record.expirySeconds))],
    [PERSON.READ_BY_THEM, u64be(record.readByThem)],
    [PERSON.TOLD_READ, u64be(record.readByUs)],
  ])
}

/** The person removed the contact; its messages go one by one. */
export function removedPersonChange(contact: Uint8Array): ItemChange {
  const { STAGE, ALIAS, DISPLAY_NAME, NICKNAME, DRAFT, CODE, WAKE_TOKEN } = PERSON
  const emptied = [ALIAS, DISPLAY_NAME, NICKNAME, DRAFT, CODE, WAKE_TOKEN].map((field) => [field, NONE] as const)
  return registersChange('person', { contact, id: NONE }, () => new Map([[STAGE, Uint8Array.of(0)], ...emptied]))
}

/** The person saw the contact's content with that sequence number. */
export function readChange(contact: Uint8Array, sequence: bigint): ItemChange {
  return registersChange('person', { contact, id: NONE }, () => new Map([[PERSON.READ, u64be(sequence)]]))
}

/** `slot`: the replica whose device agreed the root. */
export function rootChange(
  contact: Uint8Array,
  slot: Uint8Array,
  rendezvous: NonNullable<ContactRecord['rendezvous']>,
): ItemChange {
  const { root, epoch, agreedAt } = rendezvous
  const fields = new Map([
    [ROOT.ROOT, concat(u32be(epoch ?? 0), root)],
    [ROOT.AGREED_AT, u64be(agreedAt)],
  ])
  return registersChange('root', { contact, id: slot }, () => fields)
}

export function messageChange(contact: Uint8Array, id: Uint8Array, record: MessageRecord): ItemChange {
  const { content, outgoing, changes, state, storedAt } = record
  return contentChange(contact, id, { outgoing, content, changes, state, storedAt, gone: false })
}

/** A message that went without leaving a line. */
export function goneChange(contact: Uint8Array, id: Uint8Array, outgoing: boolean): ItemChange {
  const nothing = { content: NONE, changes: undefined, state: MessageState.UNSPECIFIED, storedAt: 0n }
  return contentChange(contact, id, { ...nothing, outgoing, gone: true })
}

/** Changes that came before their content. */
export function earlyChange(contact: Uint8Array, id: Uint8Array, changes: MessageChanges): ItemChange {
  const unknown = { content: NONE, state: MessageState.UNSPECIFIED, storedAt: 0n, gone: false }
  return contentChange(contact, id, { ...unknown, outgoing: false, changes })
}

function contentChange(
  contact: Uint8Array,
  id: Uint8Array,
  now: Omit<Extract<ItemValue, { $case: 'content' }>['value'], 'place'>,
): ItemChange {
  return {
    key: { contact, id },
    blank: { $case: 'content', value: { ...now, place: undefined } },
    make(held, place) {
      const value = { ...now, place }
      return { $case: 'content', value: held?.$case === 'content' ? joinContents(held.value, value) : value }
    },
  }
}

/** `content` empty: its receipt came, or a newer one took it out. */
export function queuedChange(contact: Uint8Array, id: Uint8Array, content: Uint8Array): ItemChange {
  const value = { content, done: content.length === 0 }
  return {
    key: { contact, id },
    blank: { $case: 'queued', value },
    make: (held) => ({ $case: 'queued', value: held?.$case === 'queued' ? joinQueued(held.value, value) : value }),
  }
}

export function fileChange(contact: Uint8Array, id: Uint8Array, record: FileRecord): ItemChange {
  const { offer, outgoing, state } = record
  const value = { offer, outgoing, state }
  return {
    key: { contact, id },
    blank: { $case: 'file', value },
    make: (held) => ({ $case: 'file', value: held?.$case === 'file' ? joinFiles(held.value, value) : value }),
  }
}
