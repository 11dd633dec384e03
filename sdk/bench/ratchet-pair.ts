/** Two ratchets with one start, and frames between them, for benches. */
import { randomBytes } from 'node:crypto'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { nodePlatform } from '../src/adapters/node/platform.js'
import type { Env, Primitives } from '../src/env.js'
import { decodeFrame, encodeFrame } from '../src/frame/frame.js'
import { PROTOCOL } from '../src/limits.js'
import { open } from '../src/ratchet/open.js'
import {
  createInitiatorRatchet,
  createResponderRatchet,
  newRatchetKeys,
  type RatchetState,
} from '../src/ratchet/ratchet.js'
import { seal } from '../src/ratchet/seal.js'

const FRAME = new Uint8Array(PROTOCOL.FRAME_PLAINTEXT)
const TURN_FRAME = new Uint8Array(PROTOCOL.TURN_FRAME_PLAINTEXT)

/** What a client in Node computes with once its first tunnel stands. */
export async function shippedPrimitives(): Promise<Primitives> {
  const { primitives } = nodePlatform({ folder: '/nonexistent', downloads: '/nonexistent' }).host
  const { hmacPair } = primitives
  primitives.mlkemPublicKey(new Uint8Array(64))
  while (primitives.hmacPair === hmacPair) await turnOfTheLoop()
  return primitives
}

export function envOf(primitives: Primitives): Env {
  return { primitives, random: (length) => Uint8Array.from(randomBytes(length)), now: () => Date.now() }
}

/** One frame from sealing to the opened plaintext, through its bytes on the wire. */
export function pass(from: RatchetState, to: RatchetState, turn: boolean, env: Env): [RatchetState, RatchetState] {
  const sealed = seal(from, turn ? TURN_FRAME : FRAME, turn, env)
  const opened = open(to, decodeFrame(encodeFrame(sealed.message)), env)
  return [sealed.state, opened.state]
}

export function newPair(env: Env): [RatchetState, RatchetState] {
  const rootKey = env.random(32)
  const ownKeys = newRatchetKeys(env)
  return [
    createInitiatorRatchet({ rootKey, peerKeys: { key: ownKeys.key, kemKey: ownKeys.kemKey } }),
    createResponderRatchet({ rootKey: rootKey.slice(), ownKeys }),
  ]
}
