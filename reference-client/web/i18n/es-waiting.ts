/** Why what was written waits, in Spanish. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'
import { plural } from './plural.js'

export const waiting: Catalogue['waiting'] = {
  count: (value) =>
    plural('es', value, {
      one: '# mensaje en espera.',
      many: '# de mensajes en espera.',
      other: '# mensajes en espera.',
    }),
  reasons: {
    session: (name) =>
      `Tu sesión ha terminado y sin ella no se encuentra a ${isolated(name)}. Vuelve a iniciar sesión.`,
    server: (name) =>
      `El servidor no responde y hace falta para encontrar a ${isolated(name)}. Lo escrito saldrá por sí solo cuando vuelva.`,
    account: (name) =>
      `El servidor no atiende ahora tu cuenta y hace falta para encontrar a ${isolated(name)}. Tu cuenta dice por qué.`,
    path: (name) => `Buscando un camino hasta ${isolated(name)}.`,
    asked: (name) => `${isolated(name)} no ha respondido a tu solicitud. Lo escrito saldrá cuando la acepte.`,
    contact: (name) => `${isolated(name)} no está aquí. Lo escrito saldrá por sí solo cuando los dos estéis en línea.`,
  },
  tryNow: 'Probar ahora',
  account: 'Ir a tu cuenta',
}
