/** Pictures and voice notes, in Spanish. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'es'>): string => plural('es', value, forms)

export const media: Catalogue['media'] = {
  loading: 'Preparando',
  record: 'Grabar una nota de voz',
  opening: 'Abriendo',
  unfit:
    'No es lo que dice quien lo envía, o es demasiado grande para mostrarlo aquí. Puedes guardarlo y abrirlo con cuidado.',
  broken: 'Este navegador no puede reproducir este sonido. Guarda el archivo y escúchalo con otro programa.',
  pictures: {
    label: 'Imágenes por enviar',
    looking: 'Mirando la imagen',
    unreadable:
      'Este navegador no puede leer esta imagen, así que no puede quitarle nada. Solo puede ir como archivo original.',
    drop: (name: string) => `Quitar ${isolated(name)}`,
    original: 'Enviar los archivos originales tal como están',
    originalText:
      'Los originales van sin cambios. Una foto suele llevar el lugar donde se tomó, la hora, la cámara y a veces nombres.',
    cleanedText:
      'Solo se envía lo que se ve: el lugar, la hora, la cámara y todo lo demás que lleva el archivo se quita en este dispositivo.',
    send: (pictures: number) =>
      count(pictures, { one: 'Enviar # imagen', many: 'Enviar # de imágenes', other: 'Enviar # imágenes' }),
    thumbnail: (name: string) => `Vista pequeña de ${isolated(name)}`,
    shown: (name: string) => `Imagen ${isolated(name)}`,
    show: 'Mostrar la imagen',
    hide: 'Ocultar la imagen',
  },
  voice: {
    label: 'Nota de voz',
    asking: 'Pidiendo el micrófono. Puede que el navegador te pregunte.',
    recording: 'Grabando',
    stop: 'Parar la grabación',
    listen: 'Aún no se ha enviado nada. Escúchala antes si quieres.',
    drop: 'Descartar la nota',
    send: 'Enviar la nota de voz',
    again: 'Intentar de nuevo',
    play: 'Reproducir',
    pause: 'Pausar',
    played: 'Cuánto se ha reproducido',
    hear: 'Escuchar',
    said: (time: string) => `Nota de voz, ${time}`,
    problems: {
      denied:
        'Esta página no puede usar el micrófono. Permítelo en los ajustes de esta página en el navegador y vuelve a intentarlo.',
      none: 'No se encontró ningún micrófono, o lo usa otro programa. Conecta uno o libéralo y vuelve a intentarlo.',
    },
  },
}
