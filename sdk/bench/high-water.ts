/**
 * What the high-water mark costs (spec/decisions/0002): how long a frame waits behind bulk in one ordered channel, for
 * several marks, over a link of 20 Mbit/s. Two processes in two network namespaces; needs root, iproute2 and `tc`.
 * Run: `npx tsx --conditions=source sdk/bench/high-water.ts [repeats] [seconds]`; SCTP_SEND_BUFFER=bytes in the environment
 * limits what SCTP keeps below `bufferedAmount`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setSctpSettings } from 'node-datachannel'
import { RTCPeerConnection } from 'node-datachannel/polyfill'
import { median } from '../../tools/bench/harness.js'
import { PROTOCOL } from '../src/limits.js'
import { gathered } from './bare-channel.js'

const MARKS = [0, 16_384, 65_536, 262_144, 1_048_576] as const
const PING_MS = 100
const [BULK, PING] = [0, 1]

interface Sample {
  readonly roundTrips: readonly number[]
  readonly megabytesPerSecond: number
}

type Order =
  | { readonly do: 'offer' }
  | { readonly do: 'answer'; readonly sdp: string }
  | { readonly do: 'accept'; readonly sdp: string }
  | { readonly do: 'run'; readonly mark: number; readonly ms: number }

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** One end, in a namespace of its own: the offerer sends bulk and pings, the answerer sends pings back. */
function end(): void {
  const sendBufferSize = Number(process.env['SCTP_SEND_BUFFER'] ?? 0)
  if (sendBufferSize > 0) setSctpSettings({ sendBufferSize })
  const connection = new RTCPeerConnection({ iceServers: [] })
  const channel = connection.createDataChannel('bench', { negotiated: true, id: 1 })
  channel.binaryType = 'arraybuffer'
  let onPong = (): void => {}
  let offering = false
  channel.onmessage = ({ data }) => {
    if (new Uint8Array(data as ArrayBuffer)[0] !== PING) return
    if (offering) onPong()
    else channel.send(frame(PING))
  }
  const perform = async (order: Order): Promise<unknown> => {
    switch (order.do) {
      case 'offer':
        offering = true
        await connection.setLocalDescription(await connection.createOffer())
        return (await gathered(connection)).sdp
      case 'answer':
        await connection.setRemoteDescription({ type: 'offer', sdp: order.sdp })
        await connection.setLocalDescription(await connection.createAnswer())
        return (await gathered(connection)).sdp
      case 'accept':
        await connection.setRemoteDescription({ type: 'answer', sdp: order.sdp })
        while (channel.readyState !== 'open') await wait(10)
        return undefined
      case 'run':
        return await measure(channel, order.mark, order.ms, (listener) => {
          onPong = listener
        })
    }
  }
  process.on('message', (order: Order) => {
    perform(order).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
}

function frame(kind: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(PROTOCOL.FRAME_SIZE).fill(kind, 0, 1)
}

async function measure(
  channel: RTCDataChannel,
  mark: number,
  ms: number,
  listen: (onPong: () => void) => void,
): Promise<Sample> {
  const roundTrips: number[] = []
  let bytes = 0
  const fill = (): void => {
    for (; channel.bufferedAmount < mark; bytes += PROTOCOL.FRAME_SIZE) channel.send(frame(BULK))
  }
  channel.bufferedAmountLowThreshold = mark / 2
  channel.onbufferedamountlow = fill
  fill()
  const start = performance.now()
  while (performance.now() - start < ms) {
    const sent = performance.now()
    await new Promise<void>((resolve) => {
      listen(resolve)
      channel.send(frame(PING))
    })
    roundTrips.push(performance.now() - sent)
    await wait(PING_MS)
  }
  channel.onbufferedamountlow = null
  while (channel.bufferedAmount > 0) await wait(10)
  await wait(500)
  return { roundTrips, megabytesPerSecond: bytes / 1_000 / (performance.now() - start - 500) }
}

class End {
  readonly child: ChildProcess
  constructor(namespace: string) {
    const self = fileURLToPath(import.meta.url)
    const node = [process.execPath, '--import', 'tsx', '--conditions=source', self, 'end']
    this.child = spawn('ip', ['netns', 'exec', namespace, ...node], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }
  async ask<T>(order: Order): Promise<T> {
    this.child.send(order)
    const [answer] = (await once(this.child, 'message')) as [{ result: T; error?: string }]
    if (answer.error) throw new Error(answer.error)
    return answer.result
  }
}

function shell(...commands: readonly string[]): void {
  for (const command of commands) execFileSync('sh', ['-c', command])
}

const NAMES = [`solo2-${process.pid}-a`, `solo2-${process.pid}-b`] as const

function buildLink(): void {
  const [a, b] = NAMES
  shell(`ip netns add ${a}`, `ip netns add ${b}`, `ip -n ${a} link add v0 type veth peer name v0 netns ${b}`)
  NAMES.forEach((name, i) => {
    shell(
      `ip -n ${name} addr add 198.51.100.${i + 1}/24 dev v0`,
      `ip -n ${name} link set lo up`,
      `ip -n ${name} link set v0 up`,
      `ip -n ${name} route add default via 198.51.100.${2 - i}`,
      `ip netns exec ${name} tc qdisc add dev v0 root tbf rate 20mbit burst 32kb latency 50ms`,
    )
  })
}

async function main(repeats: number, seconds: number): Promise<void> {
  const samples = new Map<number, Sample[]>(MARKS.map((mark) => [mark, []]))
  const ends: End[] = []
  try {
    buildLink()
    ends.push(...NAMES.map((name) => new End(name)))
    const [offerer, answerer] = ends as [End, End]
    const offer = await offerer.ask<string>({ do: 'offer' })
    const answer = await answerer.ask<string>({ do: 'answer', sdp: offer })
    await offerer.ask({ do: 'accept', sdp: answer })
    for (let round = 0; round < repeats; round++) {
      for (let i = 0; i < MARKS.length; i++) {
        const mark = MARKS[(i + round) % MARKS.length] ?? 0
        samples.get(mark)?.push(await offerer.ask<Sample>({ do: 'run', mark, ms: seconds * 1000 }))
      }
    }
  } finally {
    for (const { child } of ends) child.kill('SIGKILL')
    for (const name of NAMES) shell(`ip netns del ${name} 2>/dev/null || true`)
  }
  for (const [mark, runs] of samples) {
    const medians = runs.map(({ roundTrips }) => median(roundTrips))
    const worst = Math.max(...runs.flatMap(({ roundTrips }) => roundTrips))
    const rates = runs.map(({ megabytesPerSecond }) => megabytesPerSecond)
    console.log(
      `${mark === 0 ? 'no bulk' : `${mark / 1024} KiB`}: round trip ${median(medians).toFixed(0)} ms ` +
        `(${Math.min(...medians).toFixed(0)}–${Math.max(...medians).toFixed(0)}), worst ${worst.toFixed(0)} ms; ` +
        `${median(rates).toFixed(2)} MB/s (${Math.min(...rates).toFixed(2)}–${Math.max(...rates).toFixed(2)})`,
    )
  }
}

if (process.argv[2] === 'end') end()
else {
  await main(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3))
  process.exit(0)
}
