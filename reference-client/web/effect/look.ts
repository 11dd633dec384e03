/** Looking at the past of a conversation: before a position, around it, after it. */
import type { Contact, Message, Notes } from '../sdk.js'

const PAGE = 50

export interface Looked {
  readonly messages: readonly Message[]
  /** Whether there may be earlier ones. */
  readonly earlier: boolean
}

export async function look(
  contact: Contact | Notes,
  way: 'around' | 'before' | 'after',
  from: number,
): Promise<Looked> {
  if (way === 'after') return { messages: await after(contact, from), earlier: false }
  const before = await contact.messages({ before: way === 'before' ? from : from + 1, limit: PAGE })
  const earlier = before.length === PAGE
  if (way === 'before') return { messages: before, earlier }
  return { messages: [...before, ...(await after(contact, from))], earlier }
}

/** The next ones. Positions have gaps where messages were: a page of positions may hold none. */
async function after(contact: Contact | Notes, from: number): Promise<Message[]> {
  const last = (await contact.messages({ limit: 1 }))[0]?.position ?? 0
  for (let start = from; start < last; start += PAGE) {
    const page = await contact.messages({ before: start + PAGE + 1, limit: PAGE })
    const found = page.filter(({ position }) => position > start)
    if (found.length > 0) return found
  }
  return []
}
