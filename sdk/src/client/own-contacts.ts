/** Brings what came from other own devices to the vault's tables and to the contacts that are open (11-76). */
import { ContactRecord, ContactStage, FileRecord } from '@solo2/proto/vault'
import { equal, fromHex, toHex } from '../bytes/bytes.js'
import { identityId } from '../identity/id.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import { FIELDS, registerOf } from '../vault/merge/registers.js'
import { removedContact } from './contact-removal.js'
import type { OwnStore } from './own-store.js'
import { changesTo, contactOf, isRemoved, recordsOf } from './own-view.js'
import { put } from './vault-store.js'

export interface ShowingOptions {
  readonly host: Host
  readonly store: OwnStore
  /** Ends the contact while its tables change; nothing of it writes meanwhile. */
  close(contact: string): Promise<void>
  /** Opens it anew, as its record is now. */
  open(record: ContactRecord): Promise<void>
  /** It was removed on another device, and is marked so here: deletes what is left of it. */
  removed(contact: string, conversation: Uint8Array): Promise<void>
  takeWakeToken(token: Uint8Array): Promise<void>
}

const KINDS = ['person', 'root', 'content', 'queued', 'file']

/** Shows all that waits to be shown. */
export async function showJoined({ host, store, close, open, removed, takeWakeToken }: ShowingOptions): Promise<void> {
  for (const contact of store.unshown) {
    if (contact === '') await showAccount()
    else await showContact(contact)
  }

  async function showAccount(): Promise<void> {
    const [item] = await store.items('account/')
    const token =
      item?.value?.$case === 'account' ? registerOf(item.value.value, FIELDS.account.WAKE_TOKEN)?.value : undefined
    await store.show(new Uint8Array(0), async () => [])
    if (token !== undefined && token.length > 0) await takeWakeToken(token)
  }

  async function showContact(contact: string): Promise<void> {
    await close(contact)
    const id = fromHex(contact)
    const held = await recordOf(id)
    const conversation = held?.conversation ?? host.random(PROTOCOL.ID_SIZE)
    let shown: ContactRecord | undefined
    let isGone = false
    await store.show(id, async () => {
      const items = (await Promise.all(KINDS.map((kind) => store.items(`${kind}/${contact}/`)))).flat()
      isGone = held !== undefined && isRemoved(items)
      if (held !== undefined && isGone) {
        return [put('contact', toHex(held.conversation), ContactRecord, removedContact(held))]
      }
      shown = contactOf(items, held, conversation, store.replica ?? new Uint8Array(0))
      if (shown === undefined) return []
      const name = toHex(conversation)
      const files = new Map(await store.vault.entries(`file/${name}`, FileRecord))
      return changesTo(store.vault, recordsOf(items, shown, files), name)
    })
    if (shown !== undefined) await open(shown)
    if (isGone) await removed(contact, conversation)
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
