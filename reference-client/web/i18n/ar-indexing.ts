/** The search index being made anew, in Arabic. */
import type { Catalogue } from './catalogue.js'

export const indexing: Catalogue['indexing'] = {
  label: 'فهرس البحث',
  done: (done, total, share) => `${done} من ${total} من الرسائل (${share}). سيُبحث مجددًا عمّا كتبته حين يكتمل.`,
}
