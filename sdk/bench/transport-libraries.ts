/**
 * Which library carries the channel in Node (spec/decisions/0004): simple-peer with and without its stream, beside a bare
 * RTCPeerConnection, all on node-datachannel. One way, 4,096-byte messages, up to the high-water mark; the variants take
 * turns, so that the machine's moods hit all alike. Prints medians with their spread, in MB/s and as ratios to bare.
 */

import * as polyfill from 'node-datachannel/polyfill'
import { RTCPeerConnection } from 'node-datachannel/polyfill'
import SimplePeer from 'simple-peer'
import { nodeTransport } from '../src/adapters/node/transport.js'
import { CHOSEN, PROTOCOL } from '../src/limits.js'

const REPEATS = Number(process.argv[2] ?? 9)
const MS = Number(process.argv[3] ?? 1_500)

interface Ends {
  send(message: Uint8Array): void
  buffered(): number
  onDrain(listener: () => void): void
  onMessage(listener: (bytes: number) => void): void
  close(): void
}

const variants: Record<string, () => Promise<Ends>> = {
  bare,
  'simple-peer, channel events': adapter,
  'simple-peer, its stream': stream,
}

async function bare(): Promise<Ends> {
  const a = new RTCPeerConnection({ iceServers: [] })
  const b = new RTCPeerConnection({ iceServers: [] })
  const channel = a.createDataChannel('bench')
  channel.bufferedAmountLowThreshold = CHOSEN.LOW_WATER_BYTES
  let received: (bytes: number) => void = () => {}
  b.ondatachannel = (event) => {
    event.channel.onmessage = (message: MessageEvent) => received((message.data as ArrayBuffer).byteLength)
  }
  const opened = new Promise<void>((resolve) => {
    channel.onopen = () => resolve()
  })
  const gathered = (side: RTCPeerConnection) =>
    new Promise<void>((resolve) => {
      if (side.iceGatheringState === 'complete') resolve()
      side.addEventListener('icegatheringstatechange', () => {
        if (side.iceGatheringState === 'complete') resolve()
      })
    })
  await a.setLocalDescription(await a.createOffer())
  await gathered(a)
  await b.setRemoteDescription(a.localDescription as RTCSessionDescriptionInit)
  await b.setLocalDescription(await b.createAnswer())
  await gathered(b)
  await a.setRemoteDescription(b.localDescription as RTCSessionDescriptionInit)
  await opened
  return {
    send: (message) => channel.send(message as Uint8Array<ArrayBuffer>),
    buffered: () => channel.bufferedAmount,
    onDrain(listener) {
      channel.onbufferedamountlow = listener
    },
    onMessage(listener) {
      received = listener
    },
    close() {
      a.close()
      b.close()
    },
  }
}

async function adapter(): Promise<Ends> {
  let drain = () => {}
  let received: (bytes: number) => void = () => {}
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const ignore = { onMessage() {}, onDrain() {}, onPath() {}, onClose() {}, onOpen() {} }
  const transport = nodeTransport()
  const a = transport.connect(
    { role: 'offerer', iceServers: [] },
    { ...ignore, onOpen: () => open(), onDrain: () => drain() },
  )
  const b = transport.connect(
    { role: 'answerer', iceServers: [] },
    { ...ignore, onMessage: (message) => received(message.length) },
  )
  await a.acceptAnswer(await b.acceptOffer(await a.createOffer()))
  await opened
  return {
    send: (message) => a.send(message),
    buffered: () => a.bufferedAmount,
    onDrain(listener) {
      drain = listener
    },
    onMessage(listener) {
      received = listener
    },
    close() {
      a.close()
      b.close()
    },
  }
}

/** simple-peer as its README uses it: write() with its back pressure at 64 KiB, 'data' events. */
async function stream(): Promise<Ends> {
  class Peer extends polyfill.RTCPeerConnection {
    override async createOffer() {
      const { sdp } = await super.createOffer()
      return { type: 'offer' as const, sdp: sdp ?? '' }
    }
    override async createAnswer() {
      const { sdp } = await super.createAnswer()
      return { type: 'answer' as const, sdp: sdp ?? '' }
    }
  }
  const options = {
    trickle: false,
    config: { iceServers: [] },
    channelConfig: {},
    wrtc: { ...polyfill, RTCPeerConnection: Peer },
    iceCompleteTimeout: 200,
  }
  // biome-ignore lint/suspicious/noExplicitAny: the stream side is not in our types, since only this bench uses it
  const a: any = new SimplePeer({ ...options, initiator: true })
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const b: any = new SimplePeer({ ...options, initiator: false })
  a.on('signal', (signal: unknown) => b.signal(signal))
  b.on('signal', (signal: unknown) => a.signal(signal))
  await Promise.all([a, b].map((side) => new Promise<void>((resolve) => side.on('connect', resolve))))
  let full = false
  return {
    send(message) {
      full = !a.write(message)
    },
    buffered: () => (full ? CHOSEN.HIGH_WATER_BYTES : 0),
    onDrain(listener) {
      a.on('drain', () => {
        full = false
        listener()
      })
    },
    onMessage(listener) {
      b.on('data', (data: Uint8Array) => listener(data.length))
    },
    close() {
      a.destroy()
      b.destroy()
    },
  }
}

async function rate(make: () => Promise<Ends>): Promise<number> {
  const ends = await make()
  let bytes = 0
  ends.onMessage((length) => {
    bytes += length
  })
  let running = true
  function fill(): void {
    while (running && ends.buffered() < CHOSEN.HIGH_WATER_BYTES) ends.send(new Uint8Array(PROTOCOL.FRAME_SIZE))
  }
  ends.onDrain(fill)
  fill()
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  await wait(200)
  const from = performance.now()
  const before = bytes
  await wait(MS)
  const result = (bytes - before) / (performance.now() - from) / 1_000
  running = false
  ends.close()
  await wait(100)
  return result
}

const results = new Map<string, number[]>(Object.keys(variants).map((name) => [name, []]))
for (let n = 0; n < REPEATS; n++) {
  const names = Object.keys(variants)
  if (n % 2) names.reverse()
  for (const name of names) results.get(name)?.push(await rate(variants[name] as () => Promise<Ends>))
}
const median = (values: number[]) => [...values].sort((x, y) => x - y)[values.length >> 1] as number
const plain = results.get('bare') as number[]
for (const [name, values] of results) {
  const ratios = values.map((value, n) => value / (plain[n] as number))
  const spread = (list: number[], digits: number) =>
    `${median(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)} to ${Math.max(...list).toFixed(digits)})`
  console.log(`${name}: ${spread(values, 1)} MB/s, ${spread(ratios, 2)} of bare`)
}
process.exit(0)
