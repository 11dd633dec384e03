/**
 * Notes to oneself (spec/11 section 13): a conversation in the vault with nobody at the other end. Its record has the own
 * identity's keys, and is stored with what is first written.
 */
import { type ContactRecord, ContactStage } from '@solo2/proto/vault'
import { toHex } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import type { Host } from '../ports/host.js'
import type { MeEvents, Notes } from './api.js'
import { newContact } from './contact-record.js'
import { changedSettings, shownSettings } from './contact-settings.js'
import { openConversation } from './conversation.js'
import { createCorrespondence } from './correspondence.js'
import type { Emitter } from './emitter.js'
import { keepRecord } from './kept-record.js'
import type { LiveContact, Self } from './live-contact.js'
import type { Change, Vault } from './vault-store.js'

/** What `Me` holds of them; the application sees `view`. */
export interface LiveNotes extends Pick<LiveContact, 'conversation' | 'rewrite' | 'stop'> {
  readonly view: Notes
}

export interface NotesOptions {
  readonly host: Host
  readonly vault: Vault
  readonly events: Emitter<MeEvents>
  readonly self: Pick<Self, 'keys' | 'id'>
  /** Undefined if nothing was written yet. */
  readonly record: ContactRecord | undefined
  /** The identity may still be another one. */
  isUndecided(): boolean
}

const NOTHING = { commit: [], after: async () => undefined }

export async function openNotes(options: NotesOptions): Promise<LiveNotes> {
  const { host, vault, events, self } = options
  const contact = toHex(self.id)
  const kept = keepRecord(vault, options.record ?? newNotes(self, host))
  const name = toHex(kept.now.conversation)
  const conversation = await openConversation({
    host,
    vault,
    conversation: name,
    author: self.id,
    isOwn: true,
    isShared: () => false,
    readByThem: () => 0n,
    dropFile: () => NOTHING,
    onOver: () => void correspondence.expire(),
  })

  function ready(): void {
    ensure(!options.isUndecided(), 'wrong_state', 'whose notes these are is not decided yet')
  }

  function changed(change: Partial<ContactRecord>): Change {
    ready()
    return kept.changed(change)
  }

  const correspondence = createCorrespondence({
    host,
    conversation,
    contact,
    events,
    record: () => kept.now,
    changed,
    filesFor: () => NOTHING,
    onWritten: () => undefined,
  })
  // Before anything is shown.
  await correspondence.expire()

  const { send, edit, react, sendPlace, setTimer, messages, message } = correspondence.writing
  const view: Notes = {
    id: contact,
    ...{ send, edit, react, sendPlace, setTimer, messages, message },
    get timerSeconds() {
      return kept.now.expirySeconds
    },
    async delete(id) {
      await conversation.discard(id)
      events.emit('gone', { contact, ids: [id] })
    },
    get settings() {
      const { archived, pinned, draft } = shownSettings(kept.now.settings)
      return { archived, pinned, draft }
    },
    async changeSettings(change) {
      ready()
      await kept.save({ settings: changedSettings(kept.now.settings, change) })
    },
  }

  return {
    view,
    conversation: name,
    async rewrite(job) {
      await conversation.rewrite(() => kept.rewrite(job))
      if (kept.isOver) return
      await correspondence.expire()
      events.emit('notes', view)
    },
    async stop() {
      await correspondence.close()
      await kept.close()
    },
  }
}

function newNotes({ keys }: NotesOptions['self'], host: Host): ContactRecord {
  const nobody = { alias: '', displayName: '', code: '', invitation: new Uint8Array(0) }
  return newContact({ ...keys, ...nobody, stage: ContactStage.PAIRED }, host)
}
