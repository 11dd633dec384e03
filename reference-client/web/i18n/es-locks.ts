/** The lock after idle, maximum security, taking over from another tab, in Spanish. */
import type { Catalogue } from './catalogue.js'

export const locks: Catalogue['locks'] = {
  idle: {
    title: 'Bloqueo por inactividad',
    text: 'Cuando nadie usa esta página durante ese tiempo, los túneles se cierran y las claves se borran. Mientras está bloqueada, aquí no llega nada.',
    choices: { 0: 'Nunca', 1: '1 minuto', 5: '5 minutos', 15: '15 minutos', 60: '1 hora' },
    strict: 'En el modo de seguridad máxima, 15 minutos como mucho.',
  },
  mode: {
    title: 'Seguridad máxima',
    lead: 'Vale para todos los dispositivos de esta cuenta; cada uno la aplica en cuanto el servidor se lo dice. Mientras está activada:',
    session:
      'Tu bóveda no guarda nada que dé una sesión en el servidor. Abierta con las 24 palabras, pide la contraseña antes de usar el servidor.',
    notifications: 'No hay notificaciones: ningún servicio de avisos sabe cuándo te llama alguien.',
    idle: 'Se bloquea tras 15 minutos sin uso, o antes si así lo elegiste.',
    always:
      'Activada o no, nada de lo que abre la bóveda se escribe en el disco: al recargar o cerrar la pestaña se vuelve a pedir la contraseña.',
    isOn: 'La seguridad máxima está activada.',
    isOff: 'La seguridad máxima está desactivada.',
    turnOn: 'Activar la seguridad máxima',
    turnOff: 'Desactivar la seguridad máxima',
    noNotifications: 'Están desactivadas: la seguridad máxima está activada.',
  },
  why: {
    idle: 'Se bloqueó porque nadie la usó durante un rato.',
    taken: 'Se bloqueó aquí porque otra pestaña usa ahora la bóveda.',
  },
  takeOver: {
    go: 'Usarla aquí',
    text: 'Primero se bloquea la otra pestaña, para que no se pierda nada. Los archivos en curso siguen después. Si no responde, ciérrala.',
    asking: 'Pidiendo a la otra pestaña que se bloquee',
  },
}
