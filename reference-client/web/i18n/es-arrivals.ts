/** Waiting for a contact, in Spanish. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'

export const arrivals: Catalogue['arrivals'] = {
  await: 'Avisarme cuando estemos los dos',
  awaitText:
    'Una vez, en esta página, mientras esté abierta y sin bloquear; también como notificación sin nombre, si están activadas. El contacto no se entera.',
  here: (name: string) => `${isolated(name)} está aquí: ahora los dos estáis conectados.`,
  write: 'Escribir',
  somebody: 'Alguien a quien esperas está aquí',
}
