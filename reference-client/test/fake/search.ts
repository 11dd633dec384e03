/** Search of the made-up account: by plain comparison. `indexing` finds in an index that is not whole. */
import type { Contact, Notes, Search } from '../../../sdk/src/client/api.js'

export function fakeSearch(contacts: readonly Contact[], notes: Notes): Search['search'] {
  return async (query, { limit = 20 } = {}) => {
    const wanted = query.trim().toLowerCase()
    const hits = []
    for (const contact of [...contacts, notes]) {
      for (const message of await contact.messages({ limit: 1_000 })) {
        if (message.body.kind !== 'text') continue
        const start = message.body.text.toLowerCase().indexOf(wanted)
        if (start >= 0) {
          hits.push({ order: message.writtenAt, contact, message, ranges: [{ start, end: start + wanted.length }] })
        }
      }
    }
    return { hits: hits.sort((a, b) => b.order - a.order).slice(0, limit), isWhole: wanted !== 'indexing' }
  }
}
