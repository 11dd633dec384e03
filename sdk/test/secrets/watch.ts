/**
 * An Env that remembers every secret that passed through it, and every array that ever held one: those that went through a
 * primitive and, during `copying`, the copies that were made of arrays.
 */
import { toHex } from '../../src/bytes/bytes.js'
import type { Env, Primitives } from '../../src/env.js'
import { testEnv } from '../fixtures/ratchet-pair.js'

export interface Watch {
  readonly env: Env
  /** Fresh keys made so far, as hex: X25519 and ML-KEM secrets, shared secrets, every output of HMAC. */
  readonly secrets: Set<string>
  /** The secrets among `secrets` that still stand in an array that was seen, but not in `allowed`. */
  leftovers(allowed: readonly unknown[]): string[]
  /** Runs a step and remembers what it copies, by slice and by set. */
  copying<T>(step: () => T): T
  /** Starts anew. */
  forget(): void
}

export function watch(seed: string): Watch {
  const inner = testEnv(seed)
  const seen = new Set<Uint8Array>()
  const secrets = new Set<string>()
  const pass = (...arrays: Uint8Array[]) => {
    for (const array of arrays) seen.add(array)
  }
  const secret = <T extends Uint8Array>(bytes: T): T => {
    pass(bytes)
    secrets.add(toHex(bytes))
    return bytes
  }
  const p = inner.primitives
  const primitives: Primitives = {
    ...p,
    hmac(key, data) {
      pass(key, data)
      return secret(p.hmac(key, data))
    },
    hmacPair(key, first, second) {
      pass(key, first, second)
      const [a, b] = p.hmacPair(key, first, second)
      return [secret(a), secret(b)]
    },
    x25519(own, publicKey) {
      pass(own)
      return secret(p.x25519(own, publicKey))
    },
    mlkemEncapsulate(publicKey, randomness) {
      const { ciphertext, sharedSecret } = p.mlkemEncapsulate(publicKey, randomness)
      return { ciphertext, sharedSecret: secret(sharedSecret) }
    },
    mlkemDecapsulate(own, ciphertext) {
      pass(own)
      return secret(p.mlkemDecapsulate(own, ciphertext))
    },
    aeadSeal(key, nonce, associatedData, plaintext) {
      pass(key)
      return p.aeadSeal(key, nonce, associatedData, plaintext)
    },
    aeadOpen(key, nonce, associatedData, ciphertext, into) {
      pass(key)
      return p.aeadOpen(key, nonce, associatedData, ciphertext, into)
    },
  }
  return {
    env: { primitives, now: () => inner.now(), random: (length) => secret(inner.random(length)) },
    secrets,
    leftovers(allowed) {
      const kept = arraysOf(allowed).map(toHex)
      const missed = [...secrets].filter((value) => !kept.some((hex) => hex.includes(value)))
      const found = [...seen].map(toHex)
      return missed.filter((value) => found.some((hex) => hex.includes(value)))
    },
    copying(step) {
      const { slice, set } = Uint8Array.prototype
      Uint8Array.prototype.slice = function (...range) {
        const copy = slice.apply(this, range)
        pass(copy)
        return copy
      }
      Uint8Array.prototype.set = function (...source) {
        pass(this)
        set.apply(this, source)
      }
      try {
        return step()
      } finally {
        Object.assign(Uint8Array.prototype, { slice, set })
      }
    },
    forget() {
      seen.clear()
      secrets.clear()
    },
  }
}

/** Every byte array anywhere in `value`. */
export function arraysOf(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysOf) : []
}
