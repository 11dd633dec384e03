/**
 * What the tunnel costs: the same bytes over a bare data channel and over a whole tunnel (scheduler, ratchet, frames) on
 * the same library, both ends of each in one process, one way.
 */
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { nodePlatform } from '../src/adapters/node/platform.js'
import { type RunningTunnel, runTunnel, type TunnelHandlers } from '../src/client/run-tunnel.js'
import { CHOSEN, PROTOCOL } from '../src/limits.js'
import type { Connection, ConnectionEvents } from '../src/ports/transport.js'
import { type BarePair, openBarePair } from './bare-channel.js'

const MEGABYTE = 1_000_000

let pair: BarePair | undefined
let tunnel: OpenTunnel | undefined

function bare(): BenchCase {
  return {
    name: 'bare data channel',
    unit: 'MB',
    run: (count) =>
      new Promise((resolve, reject) => {
        if (pair === undefined) return reject(new Error('no channel'))
        const { sender, receiver } = pair
        const messages = Math.ceil((count * MEGABYTE) / PROTOCOL.FRAME_SIZE)
        let sent = 0
        let received = 0
        const fill = (): void => {
          for (; sent < messages && sender.bufferedAmount < CHOSEN.HIGH_WATER_BYTES; sent++) {
            sender.send(new Uint8Array(PROTOCOL.FRAME_SIZE))
          }
        }
        sender.bufferedAmountLowThreshold = CHOSEN.LOW_WATER_BYTES
        sender.onbufferedamountlow = fill
        receiver.onmessage = () => {
          received++
          if (received === messages) resolve((messages * PROTOCOL.FRAME_SIZE) / MEGABYTE)
        }
        fill()
      }),
  }
}

interface OpenTunnel {
  /** Sends that many bytes of file data; resolves when the other side has opened them. */
  send(bytes: number): Promise<void>
  close(): void
}

function through(): BenchCase {
  return {
    name: 'tunnel',
    unit: 'MB',
    async run(count) {
      await tunnel?.send(count * MEGABYTE)
      return count
    },
  }
}

async function openTunnel(): Promise<OpenTunnel> {
  const { host, transport } = nodePlatform({ folder: '/nonexistent', downloads: '/nonexistent' })
  const ends: (RunningTunnel | undefined)[] = []
  const opened: boolean[] = []
  const events = (end: number): ConnectionEvents => ({
    onOpen() {
      opened[end] = true
      ends[end]?.opened()
    },
    onMessage: (message) => ends[end]?.received(message),
    onDrain: () => ends[end]?.drained(),
    onPath: () => undefined,
    onClose: () => ends[end]?.closed(),
  })
  const a = transport.connect({ role: 'offerer', iceServers: [] }, events(0))
  const b = transport.connect({ role: 'answerer', iceServers: [] }, events(1))
  await a.acceptAnswer(await b.acceptOffer(await a.createOffer()))

  const keys = [0, 1].map(() => {
    const secret = host.random(32)
    return { secret, publicKey: host.primitives.x25519PublicKey(secret) }
  })
  const common = { prologue: host.random(239), psk0: new Uint8Array(32) }
  let left = 0
  let offset = 0
  let arrived = 0
  let wanted = 0
  let done = () => {}
  const file = host.random(16)
  const block = host.random(PROTOCOL.FILE_BLOCK_BYTES)

  function feed(): void {
    const [sender] = ends
    if (left <= 0 || sender?.room !== true) return
    const data = block.subarray(0, Math.min(left, block.length))
    left -= data.length
    sender.queueRecords([{ body: { $case: 'fileChunk', value: { file, offset: BigInt(offset), data } } }], 'bulk')
    offset += data.length
  }

  const standing = [0, 1].map(
    (end) =>
      new Promise<void>((resolve) => {
        const handlers: TunnelHandlers = {
          persist: async () => undefined,
          onReady: resolve,
          onConfirmed: async () => undefined,
          onContent: async () => undefined,
          async onRecord({ body }) {
            if (body?.$case !== 'fileChunk') return
            arrived += body.value.data.length
            if (arrived >= wanted) done()
          },
          onRoom: () => queueMicrotask(feed),
          onEnd: () => undefined,
        }
        const [own, peer] = [keys[end], keys[1 - end]]
        if (own === undefined || peer === undefined) return
        const input = { ...common, ownStatic: own, peerStatic: peer.publicKey }
        const connection: Connection = end === 0 ? a : b
        ends[end] = runTunnel(end === 0 ? 'initiator' : 'responder', input, connection, host, handlers)
        if (opened[end] === true) ends[end]?.opened()
      }),
  )
  await Promise.all(standing)
  return {
    send(bytes) {
      arrived = 0
      wanted = bytes
      left = bytes
      return new Promise((resolve) => {
        done = resolve
        feed()
      })
    },
    close() {
      for (const end of ends) end?.end()
    },
  }
}

export const groups: readonly BenchGroup[] = [
  {
    title: 'tunnel, one way, Node to Node',
    baseline: 'bare data channel',
    async prepare() {
      pair = await openBarePair()
      tunnel = await openTunnel()
      return [bare(), through()]
    },
    close() {
      pair?.close()
      tunnel?.close()
    },
  },
]
