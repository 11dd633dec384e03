/** Host in memory: a clock and randomness that a test decides, and a password function that costs nothing. */
import { concat, u32be } from '../../bytes/bytes.js'
import type { Primitives } from '../../env.js'
import { ensure } from '../../errors.js'
import type { Host } from '../../ports/host.js'
import { aeadBeside } from './beside.js'
import type { Clock } from './clock.js'

/**
 * `argon2id` is a hash of its inputs, NOT Argon2id: each derivation would cost a test a third of a second. Vaults made
 * with it open with it only.
 */
export function memoryHost(clock: Clock, random: (length: number) => Uint8Array, primitives: Primitives): Host {
  return {
    random,
    now: () => clock.now(),
    tickOrigin: clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    primitives,
    aead: aeadBeside,
    digest: async (data) => primitives.sha256(data),
    async argon2id(password, salt, { memoryKiB, passes, lanes }, signal) {
      ensure(!signal?.aborted, 'cancelled', 'the derivation was cancelled')
      const cost = concat(u32be(memoryKiB), u32be(passes), u32be(lanes))
      return primitives.hmac(salt, concat(cost, password))
    },
  }
}
