/**
 * Removing a contact (spec/11 section 4): one commit replaces its record by a mark, so that the contact is gone whole;
 * then files and tables go, in pieces, and the mark last. An interrupted removal goes on when the vault is opened.
 */
import { type ContactRecord, ContactStage } from '@solo2/proto/vault'
import { toHex } from '../bytes/bytes.js'
import type { Platform } from '../ports/platform.js'
import { blankContact } from './contact-record.js'
import { remove, type Vault } from './vault-store.js'

/** All tables that are named with a conversation. */
export const CONVERSATION_TABLES = ['message', 'seen', 'written', 'change', 'unread', 'life', 'outbox', 'file'] as const

/** How many entries one commit deletes: a long conversation must not be held in memory as a whole. */
const AT_ONCE = 1_000

/** What stays of a contact until all that belonged to it is deleted. */
export function removedContact({ conversation, ed25519, x25519 }: ContactRecord): ContactRecord {
  return { ...blankContact(conversation), ed25519, x25519, stage: ContactStage.REMOVED }
}

/** `conversation`: 16 bytes. Whatever is deleted already stays so; doing it twice does no harm. */
export async function removeConversation(platform: Platform, vault: Vault, conversation: Uint8Array): Promise<void> {
  const name = toHex(conversation)
  const place = { vault: vault.name, conversation: name }
  for (const file of await platform.files.list(place)) await platform.files.remove({ ...place, file })
  for (const table of CONVERSATION_TABLES.map((one) => `${one}/${name}`)) {
    const ids = await vault.ids(table)
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      await vault.commit(ids.slice(at, at + AT_ONCE).map((id) => remove(table, id)))
    }
  }
  await vault.commit([remove('contact', name)])
}
