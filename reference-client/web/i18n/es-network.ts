/** Paths and pace, and why nobody was reached, in Spanish. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'es'>): string => plural('es', value, forms)

export const network: Catalogue['network'] = {
  title: 'Red de este dispositivo',
  paths: {
    title: 'Caminos hacia los contactos',
    choices: {
      any: 'Cualquier camino',
      mirrorUntilVerified: 'Por el espejo hasta verificar',
      mirror: 'Solo por el espejo',
    },
    means: {
      any: 'Directo donde se pueda: lo más rápido. El contacto conoce entonces la dirección de red de este dispositivo.',
      mirrorUntilVerified:
        'Quien no has verificado te alcanza por el espejo y no conoce la dirección de red de este dispositivo.',
      mirror:
        'Ningún contacto conoce la dirección de red de este dispositivo. Todo pasa por el espejo, que solo ve paquetes sellados, y va más lento.',
    },
  },
  pace: {
    title: 'Cuándo salen los paquetes',
    choices: { normal: 'Al momento', metered: 'Al momento, y poco más', constant: 'A ritmo constante' },
    means: {
      normal: 'Lo que hay que enviar sale al momento. Quien observa la red ve cuándo, no qué.',
      metered: 'Para datos de pago: mientras no se dice nada, la mitad de paquetes mantiene abierto el túnel.',
      constant:
        'Salen dos paquetes por segundo, digas algo o no, para que tampoco los momentos digan nada. Cuesta 29 MB por hora y contacto, y los archivos van a 8 KB por segundo. Oculta lo que envías tú; tu contacto oculta el resto con la misma elección.',
    },
  },
}

export const diagnosis: Catalogue['diagnosis'] = {
  title: (time) => `Lo que se intentó a las ${time}`,
  reached: 'Llegó hasta',
  own: 'Este dispositivo ofreció',
  theirs: 'El otro lado ofreció',
  nothing: 'nada todavía',
  stage: {
    gathering: 'buscar direcciones propias',
    answer: 'esperar al otro lado',
    path: 'buscar un camino',
    handshake: 'acordar claves',
  },
  addresses: (value) =>
    count(value, {
      one: '# dirección propia',
      many: '# de direcciones propias',
      other: '# direcciones propias',
    }),
  publicAddresses: (value) =>
    count(value, {
      one: '# dirección pública',
      many: '# de direcciones públicas',
      other: '# direcciones públicas',
    }),
  relay: { yes: 'el espejo', no: 'ningún espejo' },
  advice: {
    mirror_missing: () =>
      'Elegiste caminos por el espejo y este servidor no tiene ninguno. Elige otra clase de camino en los ajustes.',
    no_network: () => 'Este dispositivo no ha encontrado ninguna dirección de red propia. Comprueba su conexión.',
    no_answer: (name) =>
      `${isolated(name)} estaba y no respondió a tiempo. Se vuelve a intentar por sí solo; si sigue igual, puede deberse a su red.`,
    mirror_unreachable: () =>
      'El espejo no responde desde esta red: puede que bloquee lo que no es la web. Otra red, como la de un teléfono, puede ayudar.',
    no_mirror: () =>
      'Una de vuestras dos redes bloquea las conexiones directas y este servidor no tiene espejo. Otra red puede ayudar, o el operador puede poner un espejo.',
    mirror_fails: () =>
      'No se encontró camino aunque se ofreció un espejo. Se vuelve a intentar por sí solo; si sigue igual, puede que el espejo no funcione.',
    handshake: (name) =>
      `Hubo un camino y las claves no se acordaron a tiempo. Se vuelve a intentar por sí solo; si sigue igual, compara los números con ${isolated(name)}.`,
  },
}
