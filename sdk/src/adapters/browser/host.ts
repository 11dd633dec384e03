/** Time, randomness and slow functions in a browser. */
import type { Primitives } from '../../env.js'
import type { Host } from '../../ports/host.js'
import { webAead } from '../web-aead.js'
import { browserArgon2 } from './argon2.js'

/** `crypto.getRandomValues` gives at most so many bytes a call (W3C Web Cryptography section 10.1.1). */
const RANDOM_BYTES = 65_536

const [drawn = 0] = crypto.getRandomValues(new Uint16Array(1))
const TICK_ORIGIN = Date.now() - drawn

export function browserHost(primitives: Primitives): Host {
  return {
    random(length) {
      const out = new Uint8Array(length)
      for (let offset = 0; offset < length; offset += RANDOM_BYTES) {
        crypto.getRandomValues(out.subarray(offset, offset + RANDOM_BYTES))
      }
      return out
    },
    now: () => Date.now(),
    tickOrigin: TICK_ORIGIN,
    after(ms, callback) {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    primitives,
    aead: webAead,
    digest: async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>)),
    argon2id: browserArgon2(),
  }
}
