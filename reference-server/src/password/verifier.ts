/**
 * The server's half of the password (spec/05 section 4): Argon2id over the key that the client stretched already, off
 * the event loop, a few at a time, the rest in a bounded queue.
 */
import { hashRaw } from '@node-rs/argon2'
import { concat, ensure, equal, fromHex, Solo2Error, toHex, wipe } from '@solo2/sdk/shared'

/** By security version: KiB, passes, lanes. A version never changes; another choice gets the next number. */
const PROFILES: Readonly<Record<number, { memoryCost: number; timeCost: number; parallelism: number }>> = {
  1: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  2: { memoryCost: 47_104, timeCost: 1, parallelism: 1 },
}
const TAG_SIZE = 48
/** Argon2id and version 1.3 in the library's enumerations, which are no erasable syntax. */
const ARGON2ID = 2
const VERSION_13 = 1
const SALT_SIZE = 16

/** Waiting calls above this are refused with `unavailable`: at 20 ms each the queue is worth about a second. */
const QUEUE_MAX = 64

/** What an account's row holds of its password. */
export interface Verifier {
  /** hex(salt 16 ‖ tag 48): 128 characters. */
  readonly passwordVerifier: string
  readonly securityVersion: number
}

export interface Passwords {
  /** The security version of new verifiers. */
  readonly version: number
  /** A verifier of that version under a new salt. Wipes nothing of the caller's. */
  protect(authKey: Uint8Array): Promise<Verifier>
  /** For `undefined`, the verifier of nobody, it costs what a new verifier does, and nothing matches. */
  matches(authKey: Uint8Array, stored: Verifier | undefined): Promise<boolean>
}

function stretch(authKey: Uint8Array, salt: Uint8Array, version: number): Promise<Uint8Array> {
  const profile = PROFILES[version]
  ensure(profile, 'storage_newer', 'a security version that this server does not know')
  return hashRaw(authKey, { ...profile, outputLen: TAG_SIZE, algorithm: ARGON2ID, version: VERSION_13, salt })
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

/** `version`: the security version of new verifiers, 1 or 2. */
export function createPasswords(workers: number, version: number, random: (length: number) => Uint8Array): Passwords {
  const enqueue = createQueue(workers)
  const nobody = { passwordVerifier: toHex(random(SALT_SIZE + TAG_SIZE)), securityVersion: version }
  return {
    version,
    async protect(authKey) {
      const salt = random(SALT_SIZE)
      const tag = await enqueue(() => stretch(authKey, salt, version))
      return { passwordVerifier: toHex(concat(salt, tag)), securityVersion: version }
    },
    async matches(authKey, stored = nobody) {
      const verifier = fromHex(stored.passwordVerifier)
      const tag = await enqueue(() => stretch(authKey, verifier.slice(0, SALT_SIZE), stored.securityVersion))
      const same = equal(tag, verifier.subarray(SALT_SIZE))
      wipe(tag)
      return same && stored !== nobody
    },
  }
}
