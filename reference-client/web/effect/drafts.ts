/** Drafts on their way into the vault: not at each key, and none lost when the person leaves. */
import type { Contact, Notes } from '../sdk.js'

const WAIT_MS = 400

export interface Drafts {
  keep(contact: string, text: string, now: boolean): Promise<void> | void
  flush(): Promise<void>
  drop(contact: string): void
}

export function createDrafts(find: (id: string) => Contact | Notes): Drafts {
  const waiting = new Map<string, string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function write(contact: string, draft: string): Promise<void> {
    try {
      await find(contact).changeSettings({ draft })
    } catch {
      // Too long for one message, which the composer says; or the contact is gone, or the vault is full: the screen has it still.
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const texts = [...waiting]
    waiting.clear()
    await Promise.all(texts.map(([contact, text]) => write(contact, text)))
  }

  return {
    keep(contact, text, now) {
      waiting.set(contact, text)
      if (now) return flush()
      timer ??= setTimeout(() => void flush(), WAIT_MS)
    },
    flush,
    drop: (contact) => void waiting.delete(contact),
  }
}
