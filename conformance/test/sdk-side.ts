/** The SDK's core with named randomness: how the tests here let it play a vector or talk to the literal transcription. */
import { expect } from 'vitest'
import { noblePrimitives } from '../../sdk/src/crypto/primitives-noble.js'
import type { Env } from '../../sdk/src/env.js'
import { Solo2Error } from '../../sdk/src/errors.js'
import { decodeFrame, encodeFrame } from '../../sdk/src/frame/frame.js'
import { open } from '../../sdk/src/ratchet/open.js'
import { createInitiatorRatchet, createResponderRatchet, type RatchetState } from '../../sdk/src/ratchet/ratchet.js'
import { seal } from '../../sdk/src/ratchet/seal.js'
import { unhex } from '../literal/bytes.js'

/** An Env whose random bytes are these values, in this order. */
export function scripted(...values: readonly Uint8Array[]): Env {
  const rest = values.map((value) => value.slice())
  return {
    primitives: noblePrimitives,
    now: () => 1_700_000_000_000,
    random(length) {
      const next = rest.shift()
      expect(next?.length).toBe(length)
      return next as Uint8Array
    },
  }
}

export function drawing(draw: (length: number) => Uint8Array): Env {
  return { primitives: noblePrimitives, now: () => 1_700_000_000_000, random: draw }
}

export function keyPair(secret: Uint8Array): { secret: Uint8Array; publicKey: Uint8Array } {
  return { secret, publicKey: noblePrimitives.x25519PublicKey(secret) }
}

export function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'accepted'
}

export interface RatchetStart {
  readonly rk0: Uint8Array
  readonly X0: Uint8Array
  readonly ek0: Uint8Array
  readonly x0: Uint8Array
  readonly seed0: Uint8Array
}

export function startOf(start: Record<keyof RatchetStart, string>): RatchetStart {
  const { rk0, X0, ek0, x0, seed0 } = start
  return { rk0: unhex(rk0), X0: unhex(X0), ek0: unhex(ek0), x0: unhex(x0), seed0: unhex(seed0) }
}

export function sdkRatchet(side: 'I' | 'R', { rk0, X0, ek0, x0, seed0 }: RatchetStart): RatchetState {
  const keys = { key: X0.slice(), kemKey: ek0.slice() }
  if (side === 'I') return createInitiatorRatchet({ rootKey: rk0.slice(), peerKeys: keys })
  const ownKeys = { ...keys, secret: x0.slice(), kemSeed: seed0.slice() }
  return createResponderRatchet({ rootKey: rk0.slice(), ownKeys })
}

export function sdkSeal(state: RatchetState, padded: Uint8Array, turn: boolean, env: Env) {
  const { state: next, message } = seal(state, padded, turn, env)
  return { state: next, frame: encodeFrame(message) }
}

/** What the client does: frame, header, order, keys, seal. */
export function sdkOpen(state: RatchetState, frame: Uint8Array): { state: RatchetState; padded: Uint8Array } {
  const { state: next, plaintext } = open(state, decodeFrame(frame), scripted())
  return { state: next, padded: plaintext }
}
