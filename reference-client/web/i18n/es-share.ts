/** What another app shared, in Spanish. */
import type { Catalogue } from './catalogue.js'

export const share: Catalogue['share'] = {
  title: 'Enviar a',
  text: 'Todavía no se envía nada. El texto pasa al lugar donde escribes y las imágenes se te muestran antes. Los demás archivos se ofrecen enseguida a quien elijas.',
  nobody: 'Aún no hay nadie a quien enviarlo. Cancela, añade un contacto y vuelve a compartirlo.',
  search: 'Buscar un contacto',
  notFound: 'Ningún contacto tiene esto en el nombre.',
  note: {
    waiting: 'Se compartió algo con Solo2. Abre tu bóveda y elige a quién va.',
    gone: 'Lo que se compartió ya no está: solo se guarda en memoria, y el navegador lo soltó. No se envió nada. Compártelo otra vez.',
    too_large:
      'Lo que se compartió es demasiado grande: el máximo son 32 MB, 32 archivos y 65.536 caracteres. No se tomó nada. Abre la conversación y adjúntalo allí.',
  },
}
