/** The setting "Notifications", in Spanish. */
import type { Catalogue } from './catalogue.js'

export const notifications: Catalogue['notifications'] = {
  title: 'Notificaciones',
  what: 'Con Solo2 cerrado, tu navegador puede avisarte de que alguien quiere contactar contigo. La notificación no contiene nada más: ni nombre ni texto. Pasa por el servicio de avisos del fabricante de tu navegador, que sabe cuándo, no quién.',
  states: {
    unsupported: 'Este navegador no ofrece notificaciones para páginas como esta.',
    denied: 'Las has prohibido para esta página. Permítelas en los ajustes del navegador para esta página y vuelve.',
    off: 'Están desactivadas en este navegador.',
    turning_on: 'Activando. Puede que el navegador te pregunte.',
    on: 'Están activadas en este navegador. Al cerrar la sesión se desactivan.',
    turning_off: 'Desactivando.',
  },
  turnOn: 'Activar',
  turnOff: 'Desactivar',
  pushService: 'Tu navegador no ha podido llegar a su servicio de avisos. Inténtalo de nuevo cuando tengas conexión.',
}
