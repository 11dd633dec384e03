/** Files on their way, in Spanish. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'

export const file: Catalogue['file'] = {
  preparing: 'Preparando',
  offered: 'Ofrecido. Esperando el consentimiento.',
  offeredAway: 'Se ofrecerá cuando los dos estéis en línea.',
  incoming: 'quiere enviarte este archivo',
  accept: 'Aceptar',
  refuse: 'Rechazar',
  cancel: 'Cancelar',
  pause: 'Pausar',
  resume: 'Continuar',
  retry: 'Reintentar',
  choose: 'Elegirlo otra vez',
  held: {
    source:
      'Sus bytes hacen falta otra vez: esta página se cerró entretanto, o el archivo se movió o cambió. Elige el mismo archivo.',
    paused: 'Pausado aquí. No se pierde nada de lo que llegó.',
    storage_full: 'Este dispositivo no tiene más espacio. Continuará solo cuando lo haya.',
    storage_failed: 'El disco no lo acepta por ahora. Continuará solo cuando lo acepte.',
  },
  save: 'Guardar',
  receiving: 'Recibiendo',
  sending: 'Enviando',
  paused: 'En pausa hasta que los dos estéis en línea',
  damaged: (part) => `La parte ${part} llegó dañada y se pide de nuevo.`,
  left: (duration) => `quedan ${duration}`,
  of: (done, size) => `${done} de ${size}`,
  complete: { sent: 'Recibido por el otro lado', received: 'Recibido y guardado como descarga' },
  gone: 'Recibido hace tiempo. Este dispositivo ya no tiene sus bytes.',
  saveNow: 'Recibido. Está cifrado en este dispositivo hasta que lo guardes.',
  refused: { sent: 'Rechazado por el otro lado', received: 'Rechazado' },
  cancelled: 'Cancelado',
  failed: 'Ha fallado: los bytes que llegaron no eran el archivo ofrecido.',
  saveHint: 'Guardado como descarga. Solo2 nunca abre un archivo recibido.',
  progress: (name) => `Progreso de ${isolated(name)}`,
}
