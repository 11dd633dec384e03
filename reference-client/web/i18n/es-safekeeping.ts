/** Backup, readable copy, storage and diagnosis, in Spanish. */
import type { Catalogue } from './catalogue.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'es'>): string => plural('es', value, forms)

export const safekeeping: Catalogue['safekeeping'] = {
  title: 'Resguardo',
  open: 'Copia de seguridad y almacenamiento',
  openText:
    'Tus datos están solo en este dispositivo. Aquí los copias, los recuperas y ves qué promete el navegador sobre ellos.',
  unknown: 'no se sabe',
  storage: {
    title: 'Almacenamiento en este navegador',
    persisted: 'Se conserva hasta que lo borres',
    notPersisted: 'Puede borrarse si se llena el disco',
    promise: 'Promesa del navegador',
    used: 'Ocupado',
    quota: 'Espacio',
    lastBackup: 'Última copia de seguridad',
    never: 'nunca',
    isPrivate:
      'Esto parece una ventana privada. Lo que se guarda aquí desaparece al cerrar la última: haz antes una copia de seguridad.',
    ask: 'Pedir al navegador que lo conserve',
    askText:
      'Sin su promesa, el navegador puede borrar tu bóveda cuando se llene el disco o tras semanas sin visitarla.',
    refused:
      'El navegador ha dicho que no. Suele aceptar cuando la aplicación está instalada o las notificaciones activadas. Mientras tanto te protege una copia de seguridad.',
  },
  gone: {
    title: 'La bóveda de este navegador ya no está',
    text: 'Aquí se usó Solo2, y tus contactos, mensajes y archivos ya no están. Los navegadores borran lo que guardan las páginas cuando el disco se llena o tras semanas sin visitas; también puede haberlo borrado alguien. Tu cuenta sigue intacta.',
    help: 'Inicia sesión con tu contraseña o tus 24 palabras: abren la cuenta, pero no contienen el historial. Ese llega de otro dispositivo tuyo, al que te unes, o de una copia de seguridad. Elige uno de los dos antes de empezar de nuevo: después ya no sirve ninguno. Sin ninguno de los dos se ha perdido, y empiezas de nuevo.',
  },
  backup: {
    title: 'Copia de seguridad',
    due: 'Toca hacer una copia de seguridad. Si pierdes este dispositivo, solo ella u otro dispositivo tuyo te devuelven tu historial.',
    text: 'Un archivo cifrado con tu identidad, contactos, mensajes y archivos, con una contraseña propia. Guárdalo fuera de este dispositivo.',
    open: 'Hacer una copia de seguridad',
    password: 'Contraseña de la copia',
    passwordHint: 'Al menos 8 caracteres. Abre este archivo y nada más: sin ella el archivo no sirve, tampoco a ti.',
    again: 'La misma contraseña otra vez',
    differs: 'Las dos contraseñas son distintas. Escribe ambas de nuevo.',
    go: 'Escribir la copia',
    done: (contents: string) => `La copia está escrita y se ha vuelto a leer para comprobarla: ${contents}.`,
  },
  import: {
    title: 'Recuperar una copia',
    text: 'Añade lo que falta en esta bóveda. Lo que hay se queda y nada se duplica. Solo se acepta una copia de tu propia identidad.',
    open: 'Elegir una copia',
    file: 'Archivo de la copia',
    needFile: 'Elige primero el archivo.',
    go: 'Recuperarla',
    nothing: 'Todo lo de esta copia ya estaba aquí. No se ha cambiado nada.',
    done: (contents: string) => `Añadido: ${contents}.`,
    wrongPassword: {
      title: 'Esta contraseña no abre la copia',
      text: 'Tiene una contraseña propia, elegida al hacerla. Revisa las mayúsculas y los espacios de los extremos. No se ha cambiado nada.',
    },
    damagedAt: (position) => `El daño empieza en el byte ${position} del archivo.`,
  },
  copy: {
    title: 'Copia legible',
    text: 'Un archivo ZIP con todos los mensajes como páginas, texto y JSON, y tus archivos. Para leerlo no hace falta Solo2.',
    warning:
      'No está cifrada. Quien tenga este archivo lo lee todo: guárdalo donde solo llegues tú y bórralo cuando lo hayas usado.',
    open: 'Hacer una copia legible',
    password: 'Tu contraseña',
    go: 'Escribirla sin cifrar',
    done: (contents: string) => `La copia está escrita y se ha vuelto a leer para comprobarla: ${contents}.`,
  },
  left: (files) =>
    count(files, {
      one: 'Falta # archivo: esta bóveda no ha podido leerlo.',
      many: 'Faltan # de archivos: esta bóveda no ha podido leerlos.',
      other: 'Faltan # archivos: esta bóveda no ha podido leerlos.',
    }),
  counts: {
    contacts: (value: number) => count(value, { one: '# contacto', many: '# de contactos', other: '# contactos' }),
    messages: (value: number) => count(value, { one: '# mensaje', many: '# de mensajes', other: '# mensajes' }),
    files: (value: number) => count(value, { one: '# archivo', many: '# de archivos', other: '# archivos' }),
  },
  stages: {
    keys: 'Creando la clave a partir de la contraseña',
    writing: (size) => `Escribiendo: ${size}`,
    checking: (size) => `Leyéndola de nuevo: ${size}`,
    merging: (size) => `Añadiendo lo que falta: ${size}`,
  },
  diagnosis: {
    title: 'Diagnóstico',
    text: 'Un archivo para quien te ayude: versiones, lo que puede este navegador, cifras y códigos de error. No contiene nombres, mensajes, direcciones ni claves. Míralo antes de enviarlo.',
    go: 'Guardar el diagnóstico',
  },
  copyWords: {
    title: 'Copia legible',
    warning: 'Esta copia no está cifrada: quien la tenga puede leerla.',
    utc: 'Las horas están en UTC.',
    madeAt: 'Hecha el',
    username: 'Nombre de usuario',
    code: 'Código de conexión',
    server: 'Servidor',
    contact: 'Contacto',
    verified: 'verificado',
    unverified: 'sin verificar',
    notes: 'Nota para mí',
    messages: 'Mensajes',
    files: 'Archivos',
    nobody: 'No hay contactos.',
    answer: 'respuesta a un mensaje anterior',
    edited: 'editado',
    deleted: 'borrado',
    unknown: 'de un tipo que esta versión no conocía',
    place: 'Lugar',
    timer: 'Desde aquí los mensajes se conservan estos segundos:',
    timerOff: 'Desde aquí los mensajes se conservan sin límite.',
    file: 'Archivo',
    bytes: 'bytes',
    notKept: 'sus bytes no estaban en este dispositivo',
    contents: 'Todos los contactos',
  },
}
