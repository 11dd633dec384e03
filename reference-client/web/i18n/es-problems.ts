/** What can go wrong, in Spanish: what happened, what it means, what to do. */
import type { Catalogue } from './catalogue.js'

export const errors: Catalogue['errors'] = {
  code: {
    wrong_password: {
      title: 'El nombre de usuario o la contraseña no son correctos',
      text: 'Revisa ambos, también las mayúsculas y los espacios en los extremos. El servidor no dice cuál de los dos falla.',
    },
    former_password: {
      title: 'Este dispositivo necesita una vez tu contraseña anterior',
      text: 'La contraseña y las palabras se cambiaron en otro dispositivo. Abre aquí la bóveda con la contraseña o las palabras que tenía y después inicia sesión con la contraseña actual.',
    },
    weak_password: {
      title: 'Esta contraseña es demasiado corta',
      text: 'Protege tu bóveda si este dispositivo cae en otras manos. Usa al menos 8 caracteres, mejor varias palabras.',
    },
    wrong_words: {
      title: 'Estas no son las palabras',
      text: 'Las 24 palabras no encajan entre sí. Compara cada una y su orden con tu papel.',
    },
    wrong_file: {
      title: 'Es otro archivo',
      text: 'El que se ofreció tenía otros bytes. Elige aquel, tal como era; o cancela y ofrece este de nuevo.',
    },
    wrong_code: {
      title: 'Nadie tiene este código',
      text: 'Compáralo con la otra persona, carácter por carácter. En un código no hay letras I, L, O ni U.',
    },
    own_code: {
      title: 'Este es tu propio código',
      text: 'Un túnel necesita dos personas. Da este código a la otra persona o escribe el suyo.',
    },
    username_taken: {
      title: 'Este nombre de usuario está ocupado',
      text: 'Los nombres de usuario son únicos en este servidor. Elige otro.',
    },
    unauthenticated: {
      title: 'Tu sesión ha terminado',
      text: 'Las sesiones duran 24 horas. Inicia sesión de nuevo; los túneles abiertos siguen entretanto.',
    },
    permission_denied: {
      title: 'El servidor lo ha rechazado',
      text: 'Esta cuenta no puede hacerlo ahora.',
    },
    not_found: {
      title: 'Ya no está',
      text: 'Lo que se pedía ya fue respondido, ha caducado o se eliminó. Las solicitudes se eliminan a los 3 días.',
    },
    already_exists: {
      title: 'Esto ya existe',
      text: 'Se creó antes, quizá en otro dispositivo o en otra pestaña.',
    },
    failed_precondition: {
      title: 'Ahora no es posible',
      text: 'Antes tiene que ocurrir otra cosa. Inténtalo de nuevo dentro de un momento.',
    },
    rate_limited: {
      title: 'Demasiados intentos',
      text: 'El servidor limita los intentos para que nadie pueda adivinar contraseñas ni códigos. Espera un poco.',
    },
    unavailable: {
      title: 'El servidor está ocupado',
      text: 'Responde, pero ahora no puede hacerlo. Inténtalo de nuevo dentro de un momento.',
    },
    unimplemented: {
      title: 'El servidor no conoce esta función',
      text: 'Tiene una versión más antigua que esta página. Su operador puede actualizarlo.',
    },
    internal: {
      title: 'El servidor ha fallado',
      text: 'El fallo está de su lado. No se ha perdido nada tuyo. Inténtalo más tarde o avisa a su operador.',
    },
    server_away: {
      title: 'El servidor no responde',
      text: 'No funciona o este dispositivo no tiene conexión. Los túneles abiertos siguen; lo demás espera. Revisa tu conexión.',
    },
    contact_away: {
      title: 'El otro dispositivo no está',
      text: 'Para encontraros, los dos debéis estar en línea. Lo que escribas espera y sale por sí solo.',
    },
    no_path: {
      title: 'No hay camino entre vuestras dos redes',
      text: 'No han funcionado ni el camino directo ni el espejo. Se vuelve a intentar por sí solo; otra red puede ayudar.',
    },
    no_mirror: {
      title: 'Este servidor no tiene espejo',
      text: 'Entonces nadie podría alcanzarte, así que la elección no ha cambiado. El operador del servidor puede poner un espejo.',
    },
    path_lost: {
      title: 'Se ha perdido el camino',
      text: 'Uno de los dos ha cambiado o perdido la red. Se está buscando de nuevo por sí solo; no se pierde nada.',
    },
    timeout: {
      title: 'Ha tardado demasiado',
      text: 'No hubo respuesta a tiempo. Inténtalo de nuevo.',
    },
    key_changed: {
      title: 'La clave de este contacto ha cambiado',
      text: 'O ha configurado Solo2 de nuevo, o hay alguien entre vosotros. Pregúntale por otra vía antes de seguir.',
    },
    unsupported_version: {
      title: 'Vuestras versiones no son compatibles',
      text: 'Uno de los dos tiene un Solo2 más antiguo. Volved a cargar la página en ambos lados.',
    },
    busy: {
      title: 'En uso en otro dispositivo',
      text: 'Tu contacto está conectado con otro dispositivo tuyo, o al revés. Solo puede haber un túnel a la vez.',
    },
    peer_left: {
      title: 'El otro lado se ha ido',
      text: 'Ha cerrado o bloqueado Solo2. El túnel vuelve cuando vuelva.',
    },
    refused_file: {
      title: 'El archivo ha sido rechazado',
      text: 'La otra persona no quiso este archivo. Nada de su contenido salió de tu dispositivo.',
    },
    hash_mismatch: {
      title: 'El archivo no es el que se ofreció',
      text: 'Una parte recibida no coincide con lo prometido, así que se detuvo. Pide el archivo de nuevo.',
    },
    too_long: {
      title: 'Es demasiado largo',
      text: 'Supera lo que cabe en un mensaje. Acórtalo o envíalo como archivo.',
    },
    out_of_memory: {
      title: 'No hay memoria suficiente',
      text: 'Crear una clave a partir de tu contraseña requiere una memoria que este dispositivo no ha dado. Cierra otras pestañas e inténtalo de nuevo.',
    },
    storage_failed: {
      title: 'Este dispositivo no ha podido leer o escribir',
      text: 'Puede que el disco esté lleno o que un archivo se haya modificado o movido. Nada quedó a medio guardar. Libera espacio e inténtalo de nuevo.',
    },
    storage_full: {
      title: 'No queda espacio',
      text: 'El disco, o lo que el navegador da a esta página, está lleno. No se ha guardado nada a medias. Borra archivos que no necesites y vuelve a intentarlo.',
    },
    storage_lost: {
      title: 'La clave de esta bóveda ha desaparecido',
      text: 'La bóveda está aquí, pero este navegador ha perdido su clave, así que ya no se abre en ningún sitio. Recupera tus datos de una copia de seguridad o de otro dispositivo tuyo.',
    },
    storage_damaged: {
      title: 'La bóveda de este dispositivo está dañada',
      text: 'Una parte no se puede abrir con su clave. No elimines nada; una copia de seguridad u otro dispositivo tuyo puede restaurarla.',
    },
    storage_newer: {
      title: 'Esta bóveda es de una versión más nueva',
      text: 'La escribió un Solo2 más nuevo. Vuelve a cargar la página para obtenerlo. No se ha tocado nada.',
    },
    not_backup: {
      title: 'Este archivo no es una copia de seguridad',
      text: 'Elige el archivo que Solo2 escribió al hacer la copia. No se ha cambiado nada.',
    },
    foreign_backup: {
      title: 'Esta copia de seguridad es de otra persona',
      text: 'Contiene una identidad distinta de la de esta cuenta. No se ha cambiado nada.',
    },
    backup_cut: {
      title: 'La copia de seguridad está incompleta',
      text: 'Le falta el final: se copió solo en parte. Cópiala de nuevo o elige otra. No se ha cambiado nada.',
    },
    backup_damaged: {
      title: 'La copia de seguridad está dañada',
      text: 'Una parte no se abre, así que no se ha tomado nada de ella. Elige otra copia. No se ha cambiado nada.',
    },
    storage_locked: {
      title: 'La bóveda está abierta en otra pestaña',
      text: 'Solo una pestaña puede escribir en ella, para que no se pierda nada. Cierra la otra.',
    },
    broken_platform: {
      title: 'Este navegador calcula mal',
      text: 'Una comprobación de su criptografía dio un resultado incorrecto, así que no se hizo nada con ella. Actualiza el navegador o usa otro.',
    },
    invalid_argument: {
      title: 'Hay algo mal rellenado',
      text: 'Revisa lo que has escrito.',
    },
    unknown_device: {
      title: 'Un dispositivo tuyo quiere entrar',
      text: 'Aún no se le ha dejado entrar. Si es tuyo, admítelo con un código.',
    },
    too_many_failures: {
      title: 'Alguien interfiere en la presentación',
      text: 'Demasiadas señales no se han podido abrir, así que se ignoran durante un rato. Nadie ha podido leer nada.',
    },
    unexpected: {
      title: 'Ha fallado algo que no debía fallar',
      text: 'Es un fallo de esta página. Tus datos están a salvo en la bóveda. Vuelve a cargar la página; si se repite, comunícalo.',
    },
  },
  culprit: {
    bytes: {
      title: 'Ha llegado algo dañado',
      text: 'No era lo que debía ser y se descartó entero. Si se repite, puede que uno de los lados necesite una actualización.',
    },
    peer: {
      title: 'El túnel se ha cerrado por seguridad',
      text: 'El otro lado envió algo que las reglas prohíben, así que no se aceptó nada. Se construye un túnel nuevo por sí solo.',
    },
    differs: {
      title: 'El otro lado es distinto',
      text: 'El otro lado no ha podido seguir con esto. Inténtalo más tarde.',
    },
    caller: {
      title: 'Esto no encajaba',
      text: 'No es posible en este estado. Si sigue así, vuelve a cargar la página.',
    },
    person: { title: 'Revisa lo que has escrito', text: 'Algo no era correcto.' },
    server: { title: 'El servidor lo ha rechazado', text: 'Inténtalo más tarde.' },
    world: { title: 'Ahora no ha funcionado', text: 'Ha fallado algo externo. Inténtalo de nuevo.' },
  },
}

export const missing: Catalogue['missing'] = {
  secure_context: {
    title: 'Una página segura',
    text: 'La página ha llegado sin TLS desde otra máquina, y los navegadores no dan criptografía a esas páginas. Ábrela por https, o por http://localhost en la misma máquina.',
  },
  storage: {
    title: 'Almacenamiento para este sitio',
    text: 'Los datos de sitios están bloqueados o esta es una ventana privada, así que la bóveda no tendría dónde vivir. Usa una ventana normal y permite los datos de sitio para esta página.',
  },
  device_key: {
    title: 'Una clave que no sale del navegador',
    text: 'Esta ventana no puede guardar una clave que nadie pueda copiar. Así se comportan las ventanas privadas de algunos navegadores: usa una ventana normal.',
  },
  locks: {
    title: 'Una sola pestaña que escribe',
    text: 'El navegador es demasiado antiguo para impedir que dos pestañas escriban en una misma bóveda. Actualízalo.',
  },
  webrtc: {
    title: 'Conexiones entre dos personas',
    text: 'WebRTC está desactivado o no existe, y sin él no hay túnel directo. Actívalo o revisa las extensiones que lo bloquean.',
  },
  wasm: {
    title: 'WebAssembly',
    text: 'Hace falta para crear una clave fuerte a partir de tu contraseña. Algunos modos estrictos lo desactivan: permítelo para esta página.',
  },
  workers: {
    title: 'Procesos en segundo plano',
    text: 'Hacen falta para los cálculos lentos. Actualiza el navegador.',
  },
}
