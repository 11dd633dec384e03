/** Own devices, joining one, starting anew, in Spanish. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'

export const devices: Catalogue['devices'] = {
  title: 'Dispositivos',
  open: 'Dispositivos y sincronización',
  openText: 'Los dispositivos de esta cuenta y un código que deja entrar a uno nuevo.',
  yours: 'Tus dispositivos',
  what: 'Todos tienen los mismos contactos y mensajes. Se encuentran directamente y cifrados; el servidor solo los presenta.',
  only: 'Por ahora solo este. Con un segundo, tus mensajes no dependen únicamente de este dispositivo.',
  unnamed: 'Dispositivo sin nombre',
  here: 'este dispositivo',
  connected: 'conectado',
  seen: (when) => `último encuentro: ${when}`,
  never: 'todavía sin encuentro',
  rename: 'Cambiar nombre',
  renameOf: (name) => `Cambiar el nombre de ${isolated(name)}`,
  name: 'Nombre del dispositivo',
  nameHint: 'Solo lo ven tus propios dispositivos.',
  needName: 'Elige un nombre de 64 bytes como mucho.',
  save: 'Guardar',
  remove: 'Quitar',
  removeOf: (name) => `Quitar ${isolated(name)}`,
  removeAsk: (name) =>
    `${isolated(name)} ya no recibe nada nuevo de tus otros dispositivos. Conserva lo que tiene: los mensajes hasta ahora y las claves con las que puede seguir hablando con tus contactos en tu nombre. Si lo perdiste o te lo robaron, crea además palabras nuevas, borra después esta cuenta aquí y empieza de nuevo, para que tus contactos reciban una clave nueva.`,
  removeGo: 'Quitarlo',
  add: {
    title: 'Añadir un dispositivo',
    text: 'Inicia sesión en él con tu nombre de usuario y tu contraseña, elige «Unirse a otro dispositivo» e introduce el código que muestra este.',
    go: 'Mostrar un código',
    starting: 'Creando el código',
    words: 'Seis palabras para el dispositivo nuevo',
    qrLabel: 'Código QR de las seis palabras',
    until: (time) => `Vale hasta las ${time}, para un dispositivo y un intento.`,
    waiting: 'Esperando al dispositivo nuevo',
    asked: (name) =>
      `Un dispositivo que se llama ${isolated(name)} ha mostrado el código. Si es el que tienes delante, déjalo entrar: recibe tu identidad, tus contactos y tus mensajes.`,
    approve: 'Dejarlo entrar',
    refuse: 'Este no',
    approving: 'Entregando',
    added: (name) =>
      `${isolated(name)} ya está dentro. Lo recibe todo desde aquí; deja los dos abiertos hasta que termine.`,
    over: {
      wrong_code: {
        title: 'Se probó otro código',
        text: 'Un código sirve para un intento, así que este ya no vale. Si fuiste tú, muestra uno nuevo y compara cada palabra; si no, lo intentó alguien que conoce tu contraseña: cámbiala.',
      },
      timeout: {
        title: 'El código ha caducado',
        text: 'Valía diez minutos. Muestra uno nuevo cuando el otro dispositivo esté listo.',
      },
    },
  },
  sync: {
    title: 'Recibiendo de tu otro dispositivo',
    left: (items) => `Faltan ${items}. Si se interrumpe, sigue por sí solo, también sin el servidor.`,
  },
  undecided: {
    title: 'Esta cuenta vive en otro dispositivo',
    lead: 'Sus mensajes, contactos y claves no están en el servidor. ¿Cómo debe obtenerlos este dispositivo?',
    join: 'Unirse a otro dispositivo',
    joinText:
      'Tienes a mano un dispositivo con la sesión iniciada. Todo llega desde él, cifrado, de dispositivo a dispositivo.',
    backup: 'Desde una copia de seguridad',
    backupText:
      'Guardaste un archivo de copia y sabes su contraseña. De él vienen identidad, contactos, mensajes y archivos.',
    anew: 'Empezar de nuevo',
    anewText: 'No queda ningún dispositivo ni copia de seguridad. La cuenta empieza vacía aquí, con una clave nueva.',
    later: 'Ahora no',
    laterText: 'No se publica nada antes de que decidas.',
    form: {
      title: 'Unirse a otro dispositivo',
      lead: 'En el otro dispositivo: Ajustes, Dispositivos y sincronización, Mostrar un código.',
      code: 'Las seis palabras',
      codeHint: 'En su orden. Las mayúsculas no importan.',
      scan: 'Mejor escanear',
      go: 'Unirse',
      searching: 'Buscando el otro dispositivo. Cuando muestre el nombre de este, déjalo entrar allí.',
      wrong: {
        title: 'Este no es el código',
        text: 'Un código son seis palabras y vale para un intento y diez minutos. Muestra uno nuevo en el otro dispositivo y compara cada palabra.',
      },
      timeout: {
        title: 'No se encontró el otro dispositivo',
        text: 'Los dos deben estar en línea y desbloqueados. Muestra allí un código nuevo e inténtalo otra vez.',
      },
    },
    restore: {
      title: 'Restaurar desde una copia de seguridad',
      lead: 'Elige el archivo que se hizo en Copia de seguridad en un dispositivo de esta cuenta. Tiene su propia contraseña, no la de la cuenta.',
      go: 'Restaurar',
    },
    fresh: {
      title: 'Empezar de nuevo',
      contacts:
        'Tus contactos reciben el aviso de que tu clave ha cambiado. Tienes que volver a preguntar a cada uno, y pueden negarse.',
      others:
        'Tus otros dispositivos, si los hay, conservan lo que tienen y dejan de pertenecer a la identidad de esta cuenta.',
      lost: 'Los mensajes que solo estaban allí no llegan aquí. Una copia de seguridad aún podría traerlos; después de este paso ya no encaja.',
      go: 'Empezar de nuevo con otra clave',
      working: 'Publicando la clave nueva',
    },
  },
}
