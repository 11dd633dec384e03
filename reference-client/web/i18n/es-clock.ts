/** A wrong clock, in Spanish. */
import type { Catalogue } from './catalogue.js'

export const clock: Catalogue['clock'] = {
  ahead: (by) => `El reloj de este dispositivo va adelantado ${by} respecto al del servidor.`,
  behind: (by) => `El reloj de este dispositivo va atrasado ${by} respecto al del servidor.`,
  meaning: 'Por él se rigen las horas de los mensajes, los mensajes que desaparecen y el final de las invitaciones.',
  meeting: 'Puede que tú y tus contactos no os encontréis.',
  todo: 'Ajusta su fecha, su hora y su zona horaria. Si están bien, se equivoca el servidor: nada aquí lo sigue.',
}
