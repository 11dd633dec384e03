import type { Texts } from './texts.js'

export const ES: Texts = {
  language: 'es',
  direction: 'ltr',
  name: 'Español',
  title: 'Solo2: un túnel privado entre dos personas',
  lead: 'Directo. Un servidor presenta los dos extremos y después no participa en lo que dicen ni en lo que envían.',
  open: 'Abrir la aplicación',
  languages: 'Idiomas',
  drawing:
    'Dos dispositivos unidos por una línea; el servidor, encima, se ha desvanecido: solo hacía falta para la presentación.',
  how: 'Cómo funciona',
  steps: [
    'Pides billetes al servidor. Un billete abre una puerta y no lleva nombre: no se dice quién pide una presentación.',
    'Los dos llegáis al mismo lugar, de apariencia aleatoria, que solo vosotros podéis calcular. El servidor pasa allí señales selladas, en memoria, y las olvida.',
    'Vuestros dispositivos se encuentran y acuerdan claves. Desde entonces el túnel es vuestro: mensajes, archivos, todo, de un solo tamaño, cada uno con su propia clave.',
  ],
  tests: 'No lo creas. Pruébalo.',
  testsLead: 'Tres pruebas que no necesitan a ningún experto.',
  test: [
    {
      title: 'El servidor es innecesario',
      text: 'Abre una conversación. Detén el servidor o desconéctalo de la red. Sigue escribiendo, sigue enviando el archivo. Vuestros dispositivos hablan entre sí; no hay nadie en medio que pueda detenerse.',
      by: 'Si el servidor es tuyo, apágalo. Si no, bloquea su nombre en tu cortafuegos. La aplicación dice que el servidor no responde, y «entregado» sigue apareciendo.',
    },
    {
      title: 'Envía un archivo de 10 gigabytes',
      text: 'Va tan rápido como el camino entre vosotros dos. El servidor no lo nota: no interviene. Envía más, durante un día entero.',
      by: 'Observa mientras tanto el tráfico del servidor. Donde dos redes no permiten un camino directo, un espejo pasa paquetes sellados que no puede leer, y la aplicación lo dice.',
    },
    {
      title: 'Habla de telescopios',
      text: 'Dedica una tarde a los telescopios, a las cañas de pescar o a cualquier cosa que nunca hayas buscado. Espera unos días. No llegará ningún anuncio de telescopios: las palabras no salieron de vuestro túnel.',
      by: 'La aplicación habla con su propio servidor y con nadie más. Míralo en la pestaña de red de tu navegador.',
    },
  ],
  keeps: 'Lo que guarda el servidor',
  keepsText:
    'Cada columna de su base de datos y cada clave de su registro, con el motivo, está publicada, y una prueba compara la lista con un servidor en marcha. No hay entre ellas ningún mensaje, ningún archivo y ninguna lista de contactos. Lo único que nombra a dos personas es una solicitud que espera respuesta, tres días como máximo.',
  keepsLink: 'La lista completa',
  yours: 'Tus datos, tu responsabilidad',
  yoursText:
    'Los mensajes, los archivos y los contactos están en una bóveda cifrada en tu dispositivo y en ningún otro lugar. La abren 24 palabras. Si pierdes tu único dispositivo, ninguna nube lo devuelve: haz una copia de seguridad o usa un segundo dispositivo.',
  here: 'Lo que esta página sabe de ti',
  hereText:
    'Esta página cuenta visitas: qué página, qué día, cuántas. Sin cookies, sin direcciones, sin scripts, sin nada que distinga a un visitante de otro. La aplicación no cuenta nada.',
  read: 'Sigue leyendo',
  readme: 'Ponlo en marcha, construye sobre él',
  spec: 'La especificación',
  threats: 'Lo que no puede prometer',
}
