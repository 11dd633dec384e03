/** Time, randomness and slow functions in Node. */
import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { Primitives } from '../../env.js'
import { ensure } from '../../errors.js'
import type { Host } from '../../ports/host.js'
import { checkedArgon2id } from '../argon2.js'
import { webAead } from '../web-aead.js'

const TICK_ORIGIN = Date.now() - randomInt(1_000_000)

export function nodeHost(primitives: Primitives): Host {
  return {
    random: (length) => Uint8Array.from(randomBytes(length)),
    now: () => Date.now(),
    tickOrigin: TICK_ORIGIN,
    after(ms, callback) {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    primitives,
    aead: webAead,
    digest: async (data) => Uint8Array.from(createHash('sha256').update(data).digest()),
    async argon2id(password, salt, parameters, signal) {
      ensure(!signal?.aborted, 'cancelled', 'the derivation was cancelled')
      const key = await checkedArgon2id(password, salt, parameters)
      if (signal?.aborted) key.fill(0)
      ensure(!signal?.aborted, 'cancelled', 'the derivation was cancelled')
      return key
    },
  }
}
