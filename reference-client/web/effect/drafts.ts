/**
 * Drafts on their way into the vault: at each key, for a page that ends can write nothing more. One write of a contact at a
 * time, and the newest text next, so that fast typing costs no more writes than the disk takes.
 */

/** A contact, or the own notes. */
interface Drafted {
  changeSettings(change: { readonly draft: string }): Promise<void>
}

export interface Drafts {
  keep(contact: string, text: string): void
  /** Resolves when all that was kept is in the vault. */
  flush(): Promise<void>
  drop(contact: string): void
}

export function createDrafts(find: (id: string) => Drafted): Drafts {
  /** The newest text of a contact that no write has taken yet. */
  const waiting = new Map<string, string>()
  const busy = new Set<string>()
  const writes = new Map<string, Promise<void>>()

  async function write(contact: string): Promise<void> {
    busy.add(contact)
    for (let draft = waiting.get(contact); draft !== undefined; draft = waiting.get(contact)) {
      waiting.delete(contact)
      try {
        await find(contact).changeSettings({ draft })
      } catch {
        // Too long for one message, which the composer says; or the contact is gone, or the vault is full: the screen has it still.
      }
    }
    busy.delete(contact)
  }

  return {
    keep(contact, text) {
      waiting.set(contact, text)
      if (!busy.has(contact)) writes.set(contact, write(contact))
    },
    async flush() {
      await Promise.all(writes.values())
    },
    drop: (contact) => void waiting.delete(contact),
  }
}
