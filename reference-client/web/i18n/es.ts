/**
 * Spanish, addressing one person as «tú». One term for one thing:
 * account cuenta · code código · contact contacto · device dispositivo · draft borrador · identity identidad · introduction
 * presentación · invitation invitación · key clave · lock bloquear · log in iniciar sesión · mirror espejo · operator operador ·
 * packet paquete · password contraseña · path camino · proof pruebas · request solicitud · safety number número de seguridad ·
 * server servidor · session sesión · tunnel túnel · username nombre de usuario · vault bóveda · verified verificado · 24 words 24
 * palabras.
 */

import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'
import { account } from './es-account.js'
import { arrivals } from './es-arrivals.js'
import { clock } from './es-clock.js'
import { devices } from './es-devices.js'
import { file } from './es-files.js'
import { indexing } from './es-indexing.js'
import { locks } from './es-locks.js'
import { media } from './es-media.js'
import { diagnosis, network } from './es-network.js'
import { notes } from './es-notes.js'
import { notifications } from './es-notifications.js'
import { errors, missing } from './es-problems.js'
import { safekeeping } from './es-safekeeping.js'
import { share } from './es-share.js'
import { talk } from './es-talk.js'
import { waiting } from './es-waiting.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'es'>): string => plural('es', value, forms)

export const es: Catalogue = {
  language: 'es',
  errors,
  missing,
  notes,
  waiting,
  common: {
    cancel: 'Cancelar',
    back: 'Atrás',
    close: 'Cerrar',
    copy: 'Copiar',
    copied: 'Copiado',
    code: (code) => `código: ${code}`,
    retryIn: (seconds) =>
      count(seconds, {
        one: 'Inténtalo de nuevo dentro de # segundo.',
        many: 'Inténtalo de nuevo dentro de # de segundos.',
        other: 'Inténtalo de nuevo dentro de # segundos.',
      }),
    unverified: 'sin verificar',
    verified: 'verificado',
  },
  starting: { label: 'Abriendo Solo2' },
  unsupported: {
    title: 'Este navegador no puede guardar una cuenta',
    lead: 'Tus claves y mensajes viven en este navegador y en ningún otro lugar. Lo que no ofrece:',
    nothing: 'No se ha creado nada. Cuando esté resuelto, vuelve a cargar la página.',
    reload: 'Volver a cargar',
  },
  welcome: {
    title: 'Un túnel privado entre dos personas',
    what: [
      'Solo2 conecta dos dispositivos directamente, y lo que decís y enviáis viaja solo entre ellos.',
      'El servidor presenta los dos extremos y después ya no hace falta: nunca ve un mensaje, un archivo ni quiénes son tus contactos.',
      'Tus mensajes y contactos viven cifrados solo en este dispositivo: conservarlos o perderlos depende de ti.',
    ],
    server: (host) => `Este servidor: ${host}`,
    create: 'Crear una cuenta',
    login: 'Iniciar sesión',
    vaults: 'En este dispositivo',
    openVault: (name) => `Abrir ${isolated(name)}`,
  },
  create: {
    title: 'Crear una cuenta',
    username: 'Nombre de usuario',
    usernameHint: 'Con él inicias sesión. De 3 a 32 caracteres: a–z, 0–9, punto, guion, guion bajo. Público.',
    displayName: 'Nombre visible',
    displayNameHint: 'Lo que ven tus contactos. Puede ser inventado.',
    password: 'Contraseña',
    passwordHint: 'Al menos 8 caracteres; mejor varias palabras. Nunca sale de este dispositivo.',
    submit: 'Crear la cuenta',
    show: 'Mostrar',
    hide: 'Ocultar',
    showLabel: 'Mostrar la contraseña',
    hideLabel: 'Ocultar la contraseña',
    blankEnds: 'Esta contraseña empieza o termina con un espacio. El espacio cuenta.',
    needUsername: 'Elige un nombre de usuario de 3 a 32 caracteres.',
    needName: 'Elige un nombre en el que se vea algo.',
    nameRule: 'Como máximo 64 bytes, sin caracteres invisibles ni de dirección.',
    needPassword: 'Al menos 8 caracteres.',
    working: 'Creando tu cuenta',
    stages: {
      loading: 'Cargando lo que cifra',
      keys: 'Creando las claves a partir de tu contraseña. Es lento a propósito: igual de lento será para quien intente adivinarla.',
      server: 'Pidiendo la cuenta al servidor',
      vault: 'Creando la bóveda en este dispositivo',
    },
  },
  words: {
    title: 'Tus 24 palabras',
    lead: 'Estas palabras son la llave de tus datos. Escríbelas en papel, en este orden.',
    opens: 'Abren tu bóveda en este dispositivo sin el servidor, también si olvidas la contraseña.',
    losing: 'La contraseña también la abre. Si pierdes ambas cosas, tus datos se pierden: nadie puede recuperarlos.',
    print: 'Imprimir',
    written: 'Las he escrito',
    gridLabel: '24 palabras en orden',
    sheet: (username, host) => `Solo2 · ${isolated(username)} · ${host}`,
    confirmTitle: 'Comprueba tres de ellas',
    confirmLead: 'De tu papel: escribe las palabras con estos números. No importan las mayúsculas.',
    word: (place) => `Palabra ${place}`,
    wrong: 'No es esa palabra. Compárala con tu papel.',
    confirm: 'Confirmar',
    again: 'Mostrar las palabras otra vez',
  },
  login: {
    title: 'Iniciar sesión',
    lead: 'En un dispositivo que aún no tiene tu bóveda, después eliges cómo recibe tus contactos y mensajes.',
    submit: 'Iniciar sesión',
    working: 'Creando la clave a partir de tu contraseña',
  },
  locked: {
    title: 'Bloqueada',
    lead: 'Tu bóveda está en este dispositivo, cifrada. La contraseña la abre, con o sin el servidor.',
    open: 'Abrir',
    others: 'Otra cuenta',
    working: 'Abriendo la bóveda',
  },
  elsewhere: {
    title: 'Abierta en otra pestaña',
    lead: 'Esta bóveda está en uso en otra pestaña o ventana. Solo una puede escribir en ella, para que no se pierda nada.',
    todo: 'Cierra la otra pestaña: esta continúa por sí sola.',
  },
  home: {
    title: 'Contactos',
    add: 'Añadir un contacto',
    proof: 'Pruebas',
    settings: 'Ajustes',
    requests: 'Solicitudes',
    requestText: 'quiere un túnel contigo',
    requestCaution:
      'Cualquiera puede ponerse cualquier nombre. Acepta solo si esperas a esta persona y compara el código.',
    sameName: (name) =>
      `Ya tienes un contacto llamado ${isolated(name)}. Es otra persona, o ha configurado Solo2 de nuevo. Pregúntale por otra vía.`,
    accept: 'Aceptar',
    refuse: 'Rechazar',
    emptyTitle: 'Aún no hay nadie',
    emptyText: 'Un túnel tiene dos extremos. Da tu código a alguien o escribe el suyo.',
    emptyPane: 'Elige un contacto',
    unread: (value) =>
      count(value, { one: '# mensaje nuevo', many: '# de mensajes nuevos', other: '# mensajes nuevos' }),
    waiting: (value) => count(value, { one: '# en espera', many: '# en espera', other: '# en espera' }),
    you: 'Tú:',
    draft: 'Borrador:',
    noMessages: 'Aún no hay mensajes',
    file: (name) => `Archivo: ${isolated(name)}`,
    list: 'Contactos por última actividad',
  },
  presence: {
    asked: 'pedido',
    away: 'ausente',
    connecting: 'conectando',
    connected: 'aquí',
    sayAsked: 'Tu solicitud espera respuesta',
  },
  banner: {
    away: 'El servidor no responde.',
    awayDetail: 'Los túneles abiertos siguen sin él. Las presentaciones y solicitudes nuevas esperan a que vuelva.',
    over: 'Tu sesión ha terminado.',
    overDetail:
      'El servidor no la ha renovado; quizá se cambió la contraseña en otro dispositivo. Los túneles abiertos siguen. Para presentaciones nuevas, vuelve a iniciar sesión.',
    overAction: 'Volver a iniciar sesión',
    update: 'Hay otra versión de Solo2 lista.',
    updateDetail:
      'Al pasar a ella se vuelve a cargar la página y se pide la contraseña; los archivos en curso siguen después.',
    updateAction: 'Pasar a ella',
  },
  add: {
    title: 'Añadir un contacto',
    mine: 'Tu código',
    mineText: 'Dáselo a una persona, como un número de teléfono. Quien lo tenga puede pedirte un túnel; tú decides.',
    qrLabel: (code) => `Código QR de tu código ${code}`,
    theirs: 'Su código',
    theirsText:
      'Escribe el código o el enlace de invitación que te dio la otra persona. Verá tu nombre visible y tu código, y decidirá.',
    field: 'Código',
    fieldHint: 'Diez letras y cifras, por ejemplo 7K3M‑9QXA‑4T',
    ask: 'Pedir',
    asking: 'Pidiendo',
    tooShort: 'Un código tiene diez letras y cifras.',
    asked: 'Pedido. Esperando la respuesta.',
    askedDetail:
      'La solicitud queda en el servidor hasta 3 días. La primera vez debéis estar los dos en línea; entretanto puedes seguir usando Solo2.',
    accepted: 'Aceptado.',
    acceptedDetail: (name) => `${isolated(name)} es ahora tu contacto.`,
    write: 'Escribir',
    another: 'Escribir otro código',
    scan: 'Escanear',
  },
  invitations: {
    title: 'Enlace de invitación',
    text: 'Para una persona, también si no tiene cuenta: quien lo use queda verificado desde el principio. Dáselo por una vía que solo lea esa persona; el primero que lo lea puede usarlo. Vale 7 días.',
    create: 'Crear un enlace',
    cancel: 'Retirarlo',
    until: (time) => `Hasta el ${time}`,
    qrLabel: 'Código QR del enlace de invitación',
    invitedTitle: 'Te han invitado',
    invitedText: (code) =>
      `El enlace lleva a la persona con el código ${code}. Si lo pides, verá tu nombre visible y decidirá; entonces quedáis verificados el uno para el otro.`,
    leave: 'Dejarlo',
    waiting: 'Te han invitado. Crea una cuenta o inicia sesión: la invitación espera.',
  },
  scan: {
    label: 'Cámara',
    hint: 'Sostén el código ante la cámara.',
    other: 'Este código es de otro tipo.',
    problems: {
      denied: 'La cámara no está permitida para esta página. Permítela en el navegador o escribe el código.',
      none: 'Aquí no se puede usar ninguna cámara. Escribe el código.',
    },
  },
  path: {
    direct: 'directo',
    mirror: 'espejo',
    connecting: 'conectando',
    away: 'ausente',
    asked: 'pedido',
    unknown: 'conectado',
    label: (what) => `Camino: ${what}. ¿Qué significa?`,
    explain: {
      direct:
        'Vuestros dispositivos están conectados directamente. No hay nada entre ellos; el servidor no interviene.',
      mirror: 'No hay camino directo entre vuestras dos redes, así que pasa por el espejo: solo ve paquetes sellados.',
      connecting: 'Vuestros dispositivos están buscando un camino. Lo que escribas ahora espera y sale por sí solo.',
      away: 'El otro dispositivo no está. Lo que escribas espera en este dispositivo y sale cuando los dos estéis en línea.',
      asked: 'Tu solicitud aún no ha sido respondida. Queda en el servidor hasta 3 días.',
      unknown: 'Conectado. Aún no se sabe si directamente o por el espejo.',
    },
    more: 'Ver las pruebas',
  },
  conversation: {
    label: (name) => `Conversación con ${isolated(name)}`,
    beginning: 'Este es el principio. Lo que escribas aquí está en estos dos dispositivos y en ningún otro lugar.',
    earlier: 'Mensajes anteriores',
    loading: 'Cargando',
    new: 'Nuevos',
    composer: (name) => `Mensaje para ${isolated(name)}`,
    placeholder: 'Mensaje',
    attach: 'Enviar un archivo',
    send: 'Enviar',
    drop: 'Suelta para ofrecer el archivo',
    tooLong: 'Este texto es demasiado largo para un mensaje. Envíalo como archivo.',
    details: 'Sobre este contacto',
    states: { waiting: 'en espera', sent: 'enviado', delivered: 'entregado', read: 'leído', received: '', kept: '' },
    explainWaiting: 'Espera en este dispositivo hasta que los dos estéis en línea.',
    unknown: 'Un tipo de mensaje más nuevo. Actualiza para leerlo; se conserva hasta entonces.',
    deleted: 'Este mensaje se eliminó.',
    spoken: (name, text) => `${isolated(name)}: ${text}`,
    mine: 'Tú',
    noContact: 'Este contacto no está en este dispositivo.',
    folder: 'Una carpeta no se puede enviar tal cual. Empaquétala antes en un archivo.',
  },
  contact: {
    title: 'Contacto',
    notice: (name) =>
      `Un dispositivo de ${isolated(name)} es nuevo o se ha restaurado: o ha configurado Solo2 de nuevo, o alguien tiene sus claves. Pregúntale por otra vía antes de seguir.`,
    acceptDevices: 'He preguntado. Aceptar este dispositivo',
    write: 'Escribir',
    safety: 'Número de seguridad',
    safetyText:
      'Leédselo el uno al otro por otra vía, en persona o por teléfono. Si las 60 cifras son iguales, no hay nadie entre vosotros.',
    qrLabel: 'Código QR del número de seguridad',
    notYet: 'Se conocerá cuando os hayáis encontrado por primera vez.',
    verification: {
      compared: 'Verificado: comparaste el número de seguridad.',
      invited: 'Verificado por invitación: es quien usó tu enlace, o quien creó el que usaste tú.',
      none: 'Sin verificar: no has comparado el número de seguridad en este dispositivo.',
    },
    equal: 'Los números son iguales',
    scan: 'Escanear su código',
    takeBack: 'No está verificado',
    code: 'Código',
    build: 'Otra compilación de la aplicación',
    buildText: (name) =>
      `${isolated(name)} usa otra compilación de esta aplicación. Casi siempre uno de los dos aún no ha pasado a la más nueva, o tenéis servidores distintos. Si sigue así aunque ambos tengáis la más nueva del mismo servidor, a uno de los dos se le da otra cosa: compárala con las fuentes, como se dice en los ajustes, en Acerca de.`,
    stored: 'Qué se guarda de este contacto',
    storedHere:
      'En este dispositivo, cifrado en tu bóveda: nombre, código, claves de identidad, si las verificaste, vuestros mensajes y su entrega, archivos sin terminar.',
    storedServer:
      'En el servidor: nada. Mientras una solicitud estuvo abierta sabía que uno había pedido al otro; lo olvidó con la respuesta.',
    storedThere:
      'En el otro dispositivo: lo que la otra persona conserve de vuestra conversación. Allí no puedes eliminarlo.',
    messages: 'Mensajes aquí',
  },
  proof: {
    title: 'Pruebas',
    lead: 'No hace falta que nos creas. Esto es lo que se puede ver ahora mismo de cada túnel.',
    none: 'No hay ningún túnel abierto. Aparecen aquí en cuanto hay uno.',
    path: 'Camino',
    candidates: 'Extremos del camino',
    candidate: {
      host: 'dirección de red propia',
      srflx: 'dirección pública del router',
      prflx: 'dirección pública vista por el otro lado',
      relay: 'espejo',
    },
    both: (local, remote) => `aquí: ${local}; allí: ${remote}`,
    unknown: 'se desconoce',
    frame: 'Cada paquete',
    frameValue: '4096 bytes, lleve lo que lleve',
    server: 'Servidor',
    serverThere: 'responde; este túnel no lo usa',
    serverAway: 'no responde; este túnel sigue',
    frames: 'Paquetes en este túnel',
    framesValue: (sent, received) => `${sent} enviados, ${received} recibidos`,
    age: 'Abierto desde hace',
    turns: 'Claves renovadas',
    turnsValue: (times, ago) =>
      `${count(times, { one: '# vez', many: '# de veces', other: '# veces' })}, la última hace ${ago}`,
    never: 'aún no',
    quantum: 'Poscuántico',
    quantumValue: 'sí: ML-KEM-768 en el inicio del túnel y en cada renovación',
    test: 'Detén ahora el servidor',
    testText:
      'Si este servidor es tuyo, deténlo, o desconecta esta página cuando haya un túnel abierto. La conversación y los archivos en curso siguen; un aviso te dice que el servidor no responde.',
    testTwo: 'Envía un archivo de cualquier tamaño y observa el servidor: por él no pasa nada.',
  },
  danger: {
    title: 'Eliminar de este dispositivo',
    clear: 'Borrar mis datos',
    clearText:
      'Elimina de este navegador la bóveda de esta cuenta: mensajes, archivos, contactos, claves. Las demás cuentas de aquí se conservan, y también tu cuenta en el servidor.',
    clearAsk:
      'Lo que solo estaba aquí se pierde para siempre. Tu cuenta recibe una identidad nueva y hay que volver a pedir el túnel a tus contactos.',
    clearGo: 'Borrar mis datos ahora',
    reset: 'Borrado de emergencia',
    resetText:
      'Elimina todo de todas las cuentas de este navegador: bóvedas, archivos, claves, la aplicación guardada, los ajustes.',
    resetAsk: 'Afecta a todas las cuentas de este navegador, no solo a la tuya. Nada de ello se puede recuperar.',
    resetNext: 'Continuar',
    resetReally: 'Una vez más: todo lo que Solo2 guarda en este navegador desaparecerá.',
    resetGo: 'Borrarlo todo ahora',
    working: 'Eliminando',
  },
  notifications,
  devices,
  file,
  locks,
  network,
  diagnosis,
  talk,
  media,
  arrivals,
  clock,
  indexing,
  share,
  account,
  safekeeping,
  settings: {
    title: 'Ajustes',
    account: 'Cuenta',
    username: 'Nombre de usuario',
    displayName: 'Nombre visible',
    code: 'Tu código',
    alias: 'Código de conexión',
    server: 'Servidor',
    appearance: 'Apariencia',
    language: 'Idioma',
    languageSystem: 'Como el navegador',
    theme: { system: 'Como el sistema', light: 'Claro', dark: 'Oscuro' },
    leave: 'Salir',
    lock: 'Bloquear',
    lockText: 'Cierra los túneles y borra las claves de la memoria. La bóveda se queda en este dispositivo.',
    logout: 'Cerrar sesión',
    logoutText: 'Termina también la sesión en el servidor. La bóveda se queda en este dispositivo.',
    about: 'Acerca de',
    aboutText: 'Solo2, una implementación independiente del manifiesto publicado. Apache-2.0.',
    version: (version) => `Versión ${version}`,
    build: 'Compilación',
    buildText:
      'Estas cifras representan cada byte de esta aplicación. Quien tenga las fuentes puede hacerlas de nuevo y comparar lo que da el servidor: npm run verify-client. Muestra lo que el servidor da a quien pregunta, no que dé lo mismo a todos.',
    contactBuilds: 'Compilaciones de tus contactos',
    sameBuild: 'la misma que la tuya',
    anotherBuild: 'otra que la tuya',
    contactBuildsText:
      'Lo dicen sus propias aplicaciones, por el túnel. Otra compilación no es una alarma; la misma no es una prueba, pues una aplicación hecha para engañar dice lo que quiere.',
  },
}
