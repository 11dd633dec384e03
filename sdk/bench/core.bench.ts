/** The core alone, both ends on one thread: frames on a chain, turns, and the handshake, for each set of primitives. */
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { nodePrimitives } from '../src/adapters/node/primitives.js'
import { loadSodium } from '../src/adapters/sodium.js'
import { noblePrimitives } from '../src/crypto/primitives-noble.js'
import type { Primitives } from '../src/env.js'
import { finish, type HandshakeInput, initiate, respond } from '../src/handshake/handshake.js'
import { PROTOCOL } from '../src/limits.js'
import { envOf, newPair, pass, shippedPrimitives } from './ratchet-pair.js'

async function sets(): Promise<Readonly<Record<string, Primitives>>> {
  return {
    noble: noblePrimitives,
    'node:crypto': nodePrimitives,
    'node:crypto and libsodium, as shipped': await shippedPrimitives(),
    libsodium: { ...noblePrimitives, ...(await loadSodium(noblePrimitives)) },
  }
}

function frames(name: string, primitives: Primitives): BenchCase {
  const env = envOf(primitives)
  let pair = pass(...newPair(env), true, env)
  return {
    name,
    unit: 'frames',
    bytes: PROTOCOL.FRAME_PLAINTEXT,
    run(count) {
      for (let i = 0; i < count; i++) pair = pass(...pair, false, env)
      return count
    },
  }
}

function turns(name: string, primitives: Primitives): BenchCase {
  const env = envOf(primitives)
  let [sender, receiver] = newPair(env)
  return {
    name,
    unit: 'turns',
    run(count) {
      for (let i = 0; i < count; i++) {
        const [sent, received] = pass(sender, receiver, true, env)
        sender = received
        receiver = sent
      }
      return count
    },
  }
}

function handshakes(name: string, primitives: Primitives): BenchCase {
  const env = envOf(primitives)
  const [a, b] = [env.random(32), env.random(32)].map((secret) => ({
    secret,
    publicKey: primitives.x25519PublicKey(secret),
  })) as [HandshakeInput['ownStatic'], HandshakeInput['ownStatic']]
  const common = { prologue: env.random(64), psk0: env.random(32) }
  const initiator = { ...common, ownStatic: a, peerStatic: b.publicKey }
  const responder = { ...common, ownStatic: b, peerStatic: a.publicKey }
  return {
    name,
    unit: 'handshakes',
    run(count) {
      for (let i = 0; i < count; i++) {
        const first = initiate(initiator, env)
        finish(first.state, respond(responder, first.message, env).message, env)
      }
      return count
    },
  }
}

function group(title: string, make: (name: string, primitives: Primitives) => BenchCase): BenchGroup {
  return {
    title,
    prepare: async () => Object.entries(await sets()).map(([name, primitives]) => make(name, primitives)),
  }
}

export const groups: readonly BenchGroup[] = [
  group('core: frames sealed and opened', frames),
  group('core: turns, both ends', turns),
  group('core: handshakes, both ends', handshakes),
]
