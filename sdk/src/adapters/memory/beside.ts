/** Work that runs beside the event loop, on WebCrypto's threads: time that a test decides stands still until it is done. */
import type { Aead } from '../../env.js'
import type { DeviceKey } from '../../ports/keystore.js'
import { webAead } from '../web-aead.js'

let running = 0

export const isWorkBeside = (): boolean => running > 0

export async function beside<T>(work: Promise<T>): Promise<T> {
  running++
  try {
    return await work
  } finally {
    running--
  }
}

export const aeadBeside: Aead = {
  seal: (...call) => beside(webAead.seal(...call)),
  open: (...call) => beside(webAead.open(...call)),
}

export function deviceKeyBeside(key: DeviceKey): DeviceKey {
  return {
    seal: (...call) => beside(key.seal(...call)),
    open: (...call) => beside(key.open(...call)),
  }
}
