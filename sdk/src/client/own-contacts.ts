/** Brings what came from other own devices to the vault's tables and to the contacts that are open (11-76). */
import { ContactRecord, ContactStage, FileRecord } from '@solo2/proto/vault'
import { equal, fromHex, toHex } from '../bytes/bytes.js'
import { identityId } from '../identity/id.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import { FIELDS, registerOf } from '../vault/merge/registers.js'
import { removedContact } from './contact-removal.js'
import type { LiveContact, Rewritten } from './live-contact.js'
import type { OwnStore } from './own-store.js'
import { changesTo, contactOf, isRemoved, recordsOf } from './own-view.js'
import { type Change, put } from './vault-store.js'

export interface ShowingOptions {
  readonly host: Host
  readonly store: OwnStore
  /** The contact, if it is open. */
  live(contact: string): Pick<LiveContact, 'rewrite' | 'conversation'> | undefined
  close(contact: string): Promise<void>
  /** Opens one that was not there. */
  open(record: ContactRecord): Promise<void>
  /** It was removed on another device, and is marked so here: deletes what is left of it. */
  removed(contact: string, conversation: Uint8Array): Promise<void>
  takeWakeToken(token: Uint8Array): Promise<void>
}

interface Shown extends Rewritten {
  readonly conversation: Uint8Array | undefined
}

const SAID = ['person', 'root']
const LINES = ['content', 'queued', 'file']

/** Shows all that waits to be shown. */
export async function showJoined(options: ShowingOptions): Promise<void> {
  const { host, store, takeWakeToken } = options
  for (const contact of store.unshown) {
    if (contact === '') await showAccount()
    else await showContact(contact)
  }

  async function showAccount(): Promise<void> {
    const [item] = await store.items('account/')
    const token =
      item?.value?.$case === 'account' ? registerOf(item.value.value, FIELDS.account.WAKE_TOKEN)?.value : undefined
    await store.show(new Uint8Array(0), async () => ({ changes: [], result: undefined }))
    if (token !== undefined && token.length > 0) await takeWakeToken(token)
  }

  async function showContact(contact: string): Promise<void> {
    const live = options.live(contact)
    let shown: Shown = { record: undefined, isGone: false, conversation: undefined }
    const job = async () => {
      shown = await store.show(fromHex(contact), () => changesOf(contact, live?.conversation))
      return shown
    }
    await (live === undefined ? job() : live.rewrite(job))
    const { record, isGone, conversation } = shown
    if (live === undefined && record !== undefined) await options.open(record)
    if (!isGone || conversation === undefined) return
    await options.close(contact)
    await options.removed(contact, conversation)
  }

  /** `named`: the conversation, in hex, of one that is open and perhaps not stored yet. */
  async function changesOf(
    contact: string,
    named: string | undefined,
  ): Promise<{ changes: readonly Change[]; result: Shown }> {
    const held = await recordOf(fromHex(contact))
    // Else the lines are as they are shown, and reading all of them would cost what the conversation is long.
    const isWhole = held === undefined || store.hasUnshownLines(contact)
    const kinds = isWhole ? [...SAID, ...LINES] : SAID
    const items = (await Promise.all(kinds.map((kind) => store.items(`${kind}/${contact}/`)))).flat()
    if (held !== undefined && isRemoved(items)) {
      const { conversation } = held
      const changes = [put('contact', toHex(conversation), ContactRecord, removedContact(held))]
      return { changes, result: { record: undefined, isGone: true, conversation } }
    }
    const fresh = () => (named === undefined ? host.random(PROTOCOL.ID_SIZE) : fromHex(named))
    const conversation = held?.conversation ?? fresh()
    const record = contactOf(items, held, conversation, store.replica ?? new Uint8Array(0))
    const result: Shown = { record, isGone: false, conversation }
    if (record === undefined) return { changes: [], result }
    const name = toHex(conversation)
    if (!isWhole) return { changes: [put('contact', name, ContactRecord, record)], result }
    const files = new Map(await store.vault.entries(`file/${name}`, FileRecord))
    return { changes: await changesTo(store.vault, recordsOf(items, record, files), name), result }
  }

  async function recordOf(id: Uint8Array): Promise<ContactRecord | undefined> {
    for (const [, record] of await store.vault.entries('contact', ContactRecord)) {
      const { ed25519, x25519, stage } = record
      // One that is being removed is no contact any more: who comes back begins anew (11-90).
      if (stage !== ContactStage.REMOVED && equal(identityId(host.primitives, { ed25519, x25519 }), id)) return record
    }
    return undefined
  }
}
