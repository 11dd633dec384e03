/** How the vault's tables show what was joined of one contact (11-71, 11-76): from items to records, as pure as reading allows. */
import { ContentKind } from '@solo2/proto/content'
import type { Registers, SyncItem } from '@solo2/proto/sync'
import {
  ContactRecord,
  ContactSettings,
  ContactStage,
  FileRecord,
  FileState,
  Life,
  MessageChanges,
  MessageRecord,
  MessageState,
  OutboxRecord,
  Position,
  type RendezvousState,
} from '@solo2/proto/vault'
import { compare, equal, fromUtf8, toHex } from '../bytes/bytes.js'
import { type Codec, decodeCanonical, encode } from '../bytes/canonical.js'
import { decodeContent } from '../content/parse.js'
import { PROTOCOL } from '../limits.js'
import { orderContents } from '../vault/merge/content.js'
import type { ItemValue } from '../vault/merge/item.js'
import { FIELDS, isVerified, registerOf } from '../vault/merge/registers.js'
import { compareStamps, type Stamp } from '../vault/merge/stamp.js'
import { outboxId } from './message-queue.js'
import { type Change, numberId, type Vault } from './vault-store.js'

const NONE = new Uint8Array(0)
const { person: PERSON, root: ROOT } = FIELDS
/** Roots beside the one in use (11-66). */
const SIBLING_ROOTS = 3

type Value<Case extends ItemValue['$case']> = Extract<ItemValue, { $case: Case }>['value']

function ofKind<Case extends ItemValue['$case']>(items: readonly SyncItem[], $case: Case): [Uint8Array, Value<Case>][] {
  return items.flatMap(({ id, value }) => (value?.$case === $case ? [[id, value.value as Value<Case>]] : []))
}

/** `held`: the record that is there; `conversation`: 16 random bytes for one that is not. */
export function contactOf(
  items: readonly SyncItem[],
  held: ContactRecord | undefined,
  conversation: Uint8Array,
  slot: Uint8Array,
): ContactRecord | undefined {
  const registers = ofKind(items, 'person')[0]?.[1]
  const keys = bytesIn(registers, PERSON.KEYS)
  if (registers === undefined || keys.length !== 64 || bytesIn(registers, PERSON.STAGE)[0] === 0) return undefined
  const text = (field: number) => fromUtf8(bytesIn(registers, field))
  const number = (field: number) => numberOf(bytesIn(registers, field))
  const timer = bytesIn(registers, PERSON.TIMER)
  const roots = rootsOf(items, slot)
  return {
    devices: [],
    pendingDevices: [],
    pendingRendezvous: undefined,
    conversation,
    ...held,
    ed25519: keys.slice(0, 32),
    x25519: keys.slice(32),
    alias: text(PERSON.ALIAS),
    displayName: text(PERSON.DISPLAY_NAME),
    stage: bytesIn(registers, PERSON.STAGE)[0] === 2 ? ContactStage.PAIRED : ContactStage.ASKED,
    addedAt: number(PERSON.ADDED_AT),
    code: text(PERSON.CODE),
    verified: isVerified(registers),
    nextSequence: number(PERSON.NEXT_SEQUENCE) || 1n,
    wakeToken: bytesIn(registers, PERSON.WAKE_TOKEN),
    expirySeconds: Number(numberOf(timer.subarray(4))),
    timerRevision: Number(numberOf(timer.subarray(0, 4))),
    readByThem: number(PERSON.READ_BY_THEM),
    readByUs: number(PERSON.TOLD_READ),
    settings: settingsOf(registers),
    rendezvous: roots[0],
    siblingRoots: roots.slice(1, 1 + SIBLING_ROOTS),
    readmitted: held?.readmitted ?? false,
    // What an invitation verified stays with the device that met (04-11).
    invited: held?.invited ?? false,
    invitation: held?.invitation ?? new Uint8Array(0),
  }
}

/** The person removed the contact, on whichever device. */
export function isRemoved(items: readonly SyncItem[]): boolean {
  const registers = ofKind(items, 'person')[0]?.[1]
  return registers !== undefined && bytesIn(registers, PERSON.STAGE)[0] === 0
}

function settingsOf(registers: Registers): ContactSettings | undefined {
  const bytes = bytesIn(registers, PERSON.SETTINGS)
  const nickname = fromUtf8(bytesIn(registers, PERSON.NICKNAME))
  const draft = fromUtf8(bytesIn(registers, PERSON.DRAFT))
  return { ...decodeCanonical(ContactSettings, bytes), nickname, draft }
}

/** Own first, then those agreed last. */
function rootsOf(items: readonly SyncItem[], slot: Uint8Array): RendezvousState[] {
  const found = ofKind(items, 'root').flatMap(([id, registers]) => {
    const root = registerOf(registers, ROOT.ROOT)
    const agreed = registerOf(registers, ROOT.AGREED_AT)
    if (root === undefined || agreed === undefined || root.value.length !== 36) return []
    const epoch = Number(numberOf(root.value.subarray(0, 4)))
    const state: RendezvousState = { root: root.value.slice(4), epoch, agreedAt: numberOf(agreed.value) }
    return [{ id, state, stamp: agreed.stamp as Stamp }]
  })
  const isOwn = (id: Uint8Array) => equal(id, slot)
  found.sort(
    (a, b) => Number(isOwn(b.id)) - Number(isOwn(a.id)) || compareStamps(b.stamp, a.stamp) || compare(b.id, a.id),
  )
  return found
    .map(({ state }) => state)
    .filter((state, i, all) => all.findIndex(({ root }) => equal(root, state.root)) === i)
}

function bytesIn(registers: Registers | undefined, field: number): Uint8Array {
  return registerOf(registers, field)?.value ?? NONE
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

/** Table/ID, to the encoded record. */
type Records = Map<string, { readonly table: string; readonly id: string; readonly value: Uint8Array }>

/** Every record that one contact's items give. `local`: of files, what only this device knows. */
export function recordsOf(
  items: readonly SyncItem[],
  contact: ContactRecord,
  local: ReadonlyMap<string, FileRecord>,
): Records {
  const records: Records = new Map()
  const name = toHex(contact.conversation)
  function give<T>(kind: string, id: string, codec: Codec<T>, record: T): void {
    const table = kind === 'contact' ? kind : `${kind}/${name}`
    records.set(`${table}#${id}`, { table, id, value: encode(codec, record) })
  }
  give('contact', name, ContactRecord, contact)
  const registers = ofKind(items, 'person')[0]?.[1]
  const read = numberOf(bytesIn(registers, PERSON.READ))
  const contents = ofKind(items, 'content')
  const lines = contents.flatMap(([id, value]) => {
    if (value.content.length === 0) return []
    const content = decodeContent(value.content)
    return [{ ...value, id, content, bytes: value.content, sequence: content.sequence, place: value.place as Stamp }]
  })
  for (const [i, line] of orderContents(lines).entries()) {
    const { content, bytes, outgoing, storedAt, state, changes } = line
    const position = i + 1
    const at = numberId(position)
    give('message', at, MessageRecord, { content: bytes, outgoing, storedAt, state, position, changes })
    give(outgoing ? 'written' : 'seen', toHex(line.id), Position, { position })
    if (content.expirySeconds > 0) give('life', at, Life, { storedAt, seconds: content.expirySeconds })
    const isDeleted = changes?.deleted === true
    const isNews = !isDeleted && content.kind !== ContentKind.TIMER
    if (!outgoing && isNews && content.sequence > read) give('unread', at, Position, { position })
    if (outgoing && !isDeleted && state === MessageState.WAITING) {
      give('outbox', outboxId(content), OutboxRecord, { position, content: NONE })
    }
  }
  for (const [id, { content, changes, gone, outgoing }] of contents) {
    if (gone)
      give(outgoing ? 'written' : 'seen', toHex(id), Position, {
        position: lines.length + 1 + PROTOCOL.SYNC_BATCH_ITEMS,
      })
    else if (content.length === 0 && changes !== undefined) give('change', toHex(id), MessageChanges, changes)
  }
  for (const [, { content, done }] of ofKind(items, 'queued')) {
    if (!done) give('outbox', outboxId(decodeContent(content)), OutboxRecord, { position: 0, content })
  }
  for (const [id, { offer, outgoing, state }] of ofKind(items, 'file')) {
    const here = local.get(toHex(id))
    const { offset, key, prefix, source, paused, completedAt } = here ?? NOT_HERE
    const { conversation } = contact
    give('file', toHex(id), FileRecord, {
      offer,
      outgoing,
      state: stateHere(state, here),
      offset,
      conversation,
      key,
      prefix,
      source,
      paused,
      completedAt,
    })
  }
  return records
}

/** Bytes are on the device that took them: what another one accepted or completed is here as far as it is here. */
function stateHere(state: FileState, here: FileRecord | undefined): FileState {
  if (here?.state === FileState.ACCEPTED && state === FileState.COMPLETE) return FileState.ACCEPTED
  return here?.key.length || state !== FileState.ACCEPTED ? state : FileState.OFFERED
}

const NOT_HERE = { offset: 0n, key: NONE, prefix: NONE, source: NONE, paused: false, completedAt: 0n }

const TABLES = ['message', 'written', 'seen', 'life', 'unread', 'outbox', 'change', 'file']

/** What must change in the vault for these records to be all that it has of the contact. */
export async function changesTo(vault: Vault, records: Records, conversation: string): Promise<Change[]> {
  const codecs: { readonly [kind: string]: Codec<unknown> } = {
    message: MessageRecord,
    written: Position,
    seen: Position,
    life: Life,
    unread: Position,
    outbox: OutboxRecord,
    change: MessageChanges,
    file: FileRecord,
    contact: ContactRecord,
  } as unknown as { readonly [kind: string]: Codec<unknown> }
  const changes: Change[] = []
  const wanted = new Map(records)
  for (const kind of [...TABLES, 'contact']) {
    const table = kind === 'contact' ? kind : `${kind}/${conversation}`
    const codec = codecs[kind] as Codec<unknown>
    const ids = kind === 'contact' ? [conversation] : await vault.ids(table)
    for (const id of ids) {
      const next = wanted.get(`${table}#${id}`)
      wanted.delete(`${table}#${id}`)
      if (next === undefined) {
        changes.push({ table, id, value: undefined })
        continue
      }
      const held = await vault.read(table, id, codec)
      if (held === undefined || !equal(encode(codec, held), next.value)) changes.push(next)
    }
  }
  return [...changes, ...wanted.values()]
}
