/** What a platform gives beside transport and storage: time, randomness, timers and the slow functions. */
import type { Aead, Primitives } from '../env.js'

/** Clock, randomness and primitives of a platform. */
export interface Host {
  /** `length` fresh random bytes from the system's CSPRNG. */
  random(length: number): Uint8Array
  /** Unix time in milliseconds. */
  now(): number
  /** Unix milliseconds of a random phase, the same for all that runs here: the clock of constant-rate mode ticks then (09-15). */
  readonly tickOrigin: number
  /** Calls once after `ms`; returns the way to cancel it. */
  after(ms: number, callback: () => void): () => void
  readonly primitives: Primitives
  readonly aead: Aead
  /** SHA-256 of many bytes, off the hot path where the platform can. */
  digest(data: Uint8Array): Promise<Uint8Array>
  /**
   * Argon2id v1.3, 32 bytes (spec/03), in a worker where there is one. Checks a known answer first: `broken_platform`;
   * `out_of_memory` if memory cannot be had.
   */
  argon2id(
    password: Uint8Array,
    salt: Uint8Array,
    parameters: Argon2Parameters,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
}

/** Cost of Argon2id (RFC 9106). */
export interface Argon2Parameters {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}
