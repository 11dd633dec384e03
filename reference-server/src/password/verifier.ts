/**
 * The server's half of the password (spec/05 section 4): Argon2id over the key that the client stretched already, off
 * the event loop, a few at a time, the rest in a bounded queue.
 */
import { hashRaw } from '@node-rs/argon2'
import { concat, equal, fromHex, Solo2Error, toHex, wipe } from '@solo2/sdk/shared'

/** Security version 1: KiB, passes, lanes; lengths in bytes. */
const PROFILE = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 48 } as const
/** Argon2id and version 1.3 in the library's enumerations, which are no erasable syntax. */
const ARGON2ID = 2
const VERSION_13 = 1
const SALT_SIZE = 16

/** The security version of new verifiers. */
export const SECURITY_VERSION = 1

/** Waiting calls above this are refused with `unavailable`: at 20 ms each the queue is worth about a second. */
const QUEUE_MAX = 64

export interface Passwords {
  /** hex(salt 16 ‖ tag 48): 128 characters. Wipes nothing of the caller's. */
  protect(authKey: Uint8Array): Promise<string>
  /** Costs the same for `undefined`, the verifier of nobody, which nothing matches. */
  matches(authKey: Uint8Array, verifier: string | undefined): Promise<boolean>
}

function stretch(authKey: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return hashRaw(authKey, { ...PROFILE, algorithm: ARGON2ID, version: VERSION_13, salt })
}

/** Runs at most `workers` jobs at once. Throws `unavailable` when too many wait. */
function createQueue(workers: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (job) => {
    if (running >= workers) {
      if (waiting.length >= QUEUE_MAX) {
        throw new Solo2Error('unavailable', 'The server is busy; try again.', { retryAfterMs: 1_000 })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await job()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

export function createPasswords(workers: number, random: (length: number) => Uint8Array): Passwords {
  const enqueue = createQueue(workers)
  const nobody = random(SALT_SIZE + PROFILE.outputLen)
  return {
    async protect(authKey) {
      const salt = random(SALT_SIZE)
      const tag = await enqueue(() => stretch(authKey, salt))
      return toHex(concat(salt, tag))
    },
    async matches(authKey, verifier) {
      const stored = verifier === undefined ? nobody : fromHex(verifier)
      const tag = await enqueue(() => stretch(authKey, stored.slice(0, SALT_SIZE)))
      const same = equal(tag, stored.subarray(SALT_SIZE))
      wipe(tag)
      return same && verifier !== undefined
    },
  }
}
