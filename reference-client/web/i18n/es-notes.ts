/** Notas para uno mismo, in Spanish. */
import type { Catalogue } from './catalogue.js'

export const notes: Catalogue['notes'] = {
  title: 'Nota para mí',
  lead: 'Solo tú, en tus dispositivos',
  details: 'Acerca de tus notas',
  empty:
    'Aún no has anotado nada. Lo que escribas aquí se guarda solo para ti: cifrado en este dispositivo, en tus otros dispositivos y en tus copias de seguridad. No se envía a nadie.',
  beginning: 'Este es el principio. Lo que anotes está en tus propios dispositivos y en ningún otro lugar.',
  composer: { label: 'Nota para mí', placeholder: 'Nota', send: 'Guardar' },
  menu: {
    remove: 'Eliminar',
    removeAsk: '¿Eliminar esta nota aquí y en tus otros dispositivos? No queda nada de ella y no se puede recuperar.',
    removeGo: 'Eliminar ahora',
  },
  place: {
    preview: 'Esto es lo que se guardaría con tus notas, solo para ti.',
    sendIt: 'Guardar esta ubicación',
  },
  chosen: 'En tu lista',
  timerText:
    'Para lo que anotes desde ahora. Cada uno de tus dispositivos lo elimina pasado ese tiempo según su propio reloj.',
  where: 'Dónde están tus notas',
  stored: [
    'En este dispositivo, cifradas: tus notas.',
    'En tus otros dispositivos: lo mismo, en cuanto dos de ellos se encuentran.',
    'En el servidor: nada.',
  ],
  write: 'Volver a las notas',
}
