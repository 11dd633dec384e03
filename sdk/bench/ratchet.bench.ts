/**
 * Our ratchet beside others', both ends on one thread: a message is sealed, passes through its bytes on the wire, and is opened. Ours in
 * whole frames, each of 4,096 bytes whatever it carries, with an encapsulation and a new ML-KEM key in each turn.
 */
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { openBaileysPair } from '../../tools/bench/peers/baileys.js'
import { openDoubleRatchetPair } from '../../tools/bench/peers/double-ratchet-ts.js'
import { openLibsignalPair } from '../../tools/bench/peers/libsignal-client.js'
import { HOW_TO_INSTALL } from '../../tools/bench/peers/peer.js'
import { recordRoom } from '../src/frame/records.js'
import { PROTOCOL } from '../src/limits.js'
import { envOf, newPair, pass, shippedPrimitives } from './ratchet-pair.js'

const OURS = 'Solo2'

const PEERS = [
  { name: 'libsignal-client (Rust, sparse post-quantum)', open: openLibsignalPair },
  { name: 'libsignal, the one of Baileys', open: openBaileysPair },
  { name: 'double-ratchet-ts', open: openDoubleRatchetPair },
] as const

/** As much as one of our frames carries. */
const LONG = recordRoom(PROTOCOL.FRAME_PLAINTEXT)
const SHORT = 100

/** `turning`: each message is an answer to the one before. */
async function ours(turning: boolean, bytes: number): Promise<BenchCase> {
  const env = envOf(await shippedPrimitives())
  let [a, b] = newPair(env)
  ;[a, b] = pass(a, b, true, env)
  // The side that has not spoken yet sends first.
  if (turning) [a, b] = [b, a]
  return {
    name: OURS,
    unit: 'messages',
    bytes,
    run(count) {
      for (let i = 0; i < count; i++) {
        const [sender, recipient] = pass(a, b, turning, env)
        ;[a, b] = turning ? [recipient, sender] : [sender, recipient]
      }
      return count
    },
  }
}

async function theirs({ name, open }: (typeof PEERS)[number], turning: boolean, bytes: number): Promise<BenchCase[]> {
  const pair = await open()
  if (pair === undefined) {
    console.log(`  ${name}: not measured, since it is not installed: ${HOW_TO_INSTALL}`)
    return []
  }
  const plaintext = new Uint8Array(bytes).fill(5)
  // Both have spoken, so that no message carries the start of a session.
  await pair.pass(0, plaintext)
  await pair.pass(1, plaintext)
  let from: 0 | 1 = 0
  return [
    {
      name,
      unit: 'messages',
      bytes,
      async run(count) {
        for (let i = 0; i < count; i++) {
          await pair.pass(from, plaintext)
          if (turning) from = from === 0 ? 1 : 0
        }
        return count
      },
    },
  ]
}

function group(title: string, turning: boolean, bytes: number): BenchGroup {
  return {
    title: `ratchet, ${title}, ${bytes.toLocaleString('en')} bytes`,
    subject: OURS,
    async prepare() {
      const others: BenchCase[] = []
      for (const peer of PEERS) others.push(...(await theirs(peer, turning, bytes)))
      return [await ours(turning, bytes), ...others]
    },
  }
}

export const groups: readonly BenchGroup[] = [
  group('one way', false, LONG),
  group('an answer to each message', true, SHORT),
]
