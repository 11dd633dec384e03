/** The search index being made anew, in Spanish. */
import type { Catalogue } from './catalogue.js'

export const indexing: Catalogue['indexing'] = {
  label: 'El índice de búsqueda',
  done: (done, total, share) =>
    `${done} de ${total} mensajes (${share}). Lo que has escrito se volverá a buscar cuando esté completo.`,
}
