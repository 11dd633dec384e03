/** What a frame size costs: a bare channel one way, and sealing with opening (spec/decisions/0001). */
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { noblePrimitives } from '../src/crypto/primitives-noble.js'
import { CHOSEN } from '../src/limits.js'
import { type BarePair, openBarePair } from './bare-channel.js'

/** Two full packets, four, and its neighbours. */
const SIZES = [1_200, 2_312, 4_096, 8_192, 16_384] as const
const MEGABYTE = 1e6

let pair: BarePair | undefined

/** One megabyte a count, with the queue kept at the high-water mark. */
function channel(size: number): BenchCase {
  return {
    name: `${size.toLocaleString('en')} bytes`,
    unit: 'MB',
    run: (count) =>
      new Promise((resolve, reject) => {
        if (!pair) return reject(new Error('no channel'))
        const { sender, receiver } = pair
        const messages = Math.ceil((count * MEGABYTE) / size)
        let sent = 0
        let received = 0
        const fill = (): void => {
          for (; sent < messages && sender.bufferedAmount < CHOSEN.HIGH_WATER_BYTES; sent++)
            sender.send(new Uint8Array(size))
        }
        sender.bufferedAmountLowThreshold = CHOSEN.LOW_WATER_BYTES
        sender.onbufferedamountlow = fill
        receiver.onmessage = () => {
          received++
          if (received === messages) resolve((messages * size) / MEGABYTE)
        }
        fill()
      }),
  }
}

function sealing(size: number): BenchCase {
  const plaintext = new Uint8Array(size)
  const [key, nonce, header] = [new Uint8Array(32).fill(1), new Uint8Array(12), new Uint8Array(10)]
  return {
    name: `${size.toLocaleString('en')} bytes`,
    unit: 'MB',
    run(count) {
      const messages = Math.ceil((count * MEGABYTE) / size)
      for (let i = 0; i < messages; i++) {
        noblePrimitives.hmacPair(key, header, nonce)
        noblePrimitives.hmacPair(key, header, nonce)
        noblePrimitives.aeadOpen(key, nonce, header, noblePrimitives.aeadSeal(key, nonce, header, plaintext))
      }
      return (messages * size) / MEGABYTE
    },
  }
}

export const groups: readonly BenchGroup[] = [
  {
    title: 'frame size: bare channel, one way, Node to Node',
    baseline: '4,096 bytes',
    async prepare() {
      pair = await openBarePair()
      return SIZES.map(channel)
    },
    close() {
      pair?.close()
    },
  },
  {
    title: 'frame size: key, seal and open, noble',
    baseline: '4,096 bytes',
    prepare: () => SIZES.map(sealing),
  },
]
