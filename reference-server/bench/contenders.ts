/** The servers whose introductions are measured side by side, each as a process, behind one interface. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import { startServer } from '../../sdk/test/support/server.js'
import { HOW_TO_INSTALL } from '../../tools/bench/peers/peer.js'
import { startNats } from '../../tools/test-kit/nats-server.js'
import { drawTickets, register } from './processes.js'
import { binary, openRaw, type RawSocket, text } from './raw-socket.js'

/** What a signal carries everywhere: the sealed and padded bytes of Solo2. */
const SIGNAL_SIZE = 4_096
const TICKETS_AT_ONCE = 8

export interface Seat {
  readonly socket: RawSocket
  /** One signal to the other seat of the pair, as the client sends it. */
  readonly signal: Uint8Array
  /** Bytes of messages that the other seat receives for it. */
  readonly arriving: number
}

export interface Contender {
  readonly name: string
  readonly pid: number
  /** Opens a socket and joins it to what it shares with `seat ^ 1`. Seats are numbers that nobody holds at the moment. */
  sit(seat: number, onBytes?: (count: number) => void): Promise<Seat>
  /** Draws in advance what so many sockets must show. */
  stock?(count: number): Promise<void>
  stop(): Promise<void>
}

interface Process {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

const ignore = () => {}
const pairOf = (seat: number) => seat >> 1

/** A script that tells its port; undefined if what it serves is not installed. */
async function script(path: string, args: readonly string[], nodeOptions: string): Promise<Process | undefined> {
  const file = fileURLToPath(new URL(path, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
  })
  const [{ port }] = (await once(child, 'message')) as [{ port?: number }]
  const stop = async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  if (port !== undefined) return { pid: child.pid ?? 0, port, stop }
  await stop()
  return undefined
}

async function solo2(nodeOptions: string): Promise<Contender> {
  const many = '1000000/1'
  const server = await startServer({
    SOLO2_LOG: 'off',
    SOLO2_LIMIT_SOCKETS: many,
    SOLO2_LIMIT_TICKETS: many,
    SOLO2_LIMIT_CALLS: many,
    NODE_OPTIONS: nodeOptions,
  })
  const token = await register(server.url, 'bench')
  const tickets: Promise<Uint8Array>[] = []
  const draw = () => {
    const drawn = drawTickets(server.url, token, TICKETS_AT_ONCE)
    for (let n = 0; n < TICKETS_AT_ONCE; n++) tickets.push(drawn.then((all) => all[n] as Uint8Array))
    return drawn
  }
  const ticket = (): Promise<Uint8Array> => {
    if (tickets.length === 0) void draw()
    return tickets.shift() as Promise<Uint8Array>
  }
  const encode = (frame: ClientFrame['frame']) => ClientFrame.encode({ frame }).finish()
  const opened = ServerFrame.encode({ frame: { $case: 'opened', value: { version: 1 } } }).finish().length
  const joined = ServerFrame.encode({ frame: { $case: 'joined', value: { topics: 1 } } }).finish().length
  const topics = randomBytes(12)
  return {
    name: 'Solo2 server',
    pid: server.pid,
    async sit(seat, onBytes = ignore) {
      const admission = { $case: 'ticket' as const, value: await ticket() }
      const socket = await openRaw(server.port, '/v1/introduction', onBytes)
      socket.send(binary(encode({ $case: 'open', value: { versions: [1], admission } })))
      const topic = new Uint8Array(16)
      topic.set(topics)
      new DataView(topic.buffer).setUint32(12, pairOf(seat))
      socket.send(binary(encode({ $case: 'join', value: { topics: [topic] } })))
      await socket.received(opened + joined)
      const signal = encode({ $case: 'send', value: { topic, signal: new Uint8Array(SIGNAL_SIZE).fill(1) } })
      return { socket, signal: binary(signal), arriving: signal.length }
    },
    async stock(count) {
      // Those that are left may be too old by now.
      tickets.length = 0
      while (tickets.length < count) await draw()
    },
    stop: async () => server[Symbol.asyncDispose](),
  }
}

function relay(kind: 'uws' | 'ws', name: string) {
  return async (nodeOptions: string): Promise<Contender | undefined> => {
    const process = await script('./relays.ts', [kind], nodeOptions)
    if (process === undefined) return undefined
    return {
      ...process,
      name,
      async sit(seat, onBytes = ignore) {
        const socket = await openRaw(process.port, '/', onBytes)
        const topic = Buffer.alloc(16)
        topic.writeUInt32BE(pairOf(seat))
        socket.send(binary(topic))
        return { socket, signal: binary(new Uint8Array(SIGNAL_SIZE)), arriving: SIGNAL_SIZE }
      },
    }
  }
}

/** As many letters as Solo2 has bytes: sealed ones would be a third more in base64. */
async function peerJs(nodeOptions: string): Promise<Contender | undefined> {
  const process = await script('../../tools/bench/peers/peerjs-server.ts', [], nodeOptions)
  if (process === undefined) {
    console.log(`  PeerJS server: not measured, since it is not installed: ${HOW_TO_INSTALL}`)
    return undefined
  }
  const opened = JSON.stringify({ type: 'OPEN' }).length
  const id = (seat: number) => `person-${seat}`
  return {
    ...process,
    name: 'PeerJS server',
    async sit(seat, onBytes = ignore) {
      const path = `/peerjs?key=peerjs&id=${id(seat)}&token=${randomBytes(8).toString('hex')}`
      const socket = await openRaw(process.port, path, onBytes)
      await socket.received(opened)
      const offer = { type: 'OFFER', payload: 'x'.repeat(SIGNAL_SIZE), dst: id(seat ^ 1) }
      return {
        socket,
        signal: text(JSON.stringify(offer)),
        arriving: JSON.stringify({ ...offer, src: id(seat) }).length,
      }
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function nats(): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-bench-nats-'))
  const port = await freePort()
  const config = join(folder, 'nats.conf')
  // No PING that the idle clients would have to answer.
  writeFileSync(config, `ping_interval: "1h"\nwebsocket { listen: "127.0.0.1:${port}", no_tls: true }\n`)
  // One core, as the others.
  const server = await startNats(['-c', config], ['env', 'GOMAXPROCS=1'])
  const connect = `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, echo: false })}\r\n`
  return {
    name: 'nats-server, WebSocket',
    pid: server.pid,
    async sit(seat, onBytes = ignore) {
      const subject = `p${pairOf(seat)}`
      const socket = await openRaw(port, '/', onBytes)
      // Its INFO.
      await socket.received(1)
      socket.send(binary(Buffer.from(`${connect}SUB ${subject} 1\r\n`)))
      const message = `PUB ${subject} ${SIGNAL_SIZE}\r\n${'x'.repeat(SIGNAL_SIZE)}\r\n`
      const arriving = `MSG ${subject} 1 ${SIGNAL_SIZE}\r\n`.length + SIGNAL_SIZE + 2
      return { socket, signal: binary(Buffer.from(message)), arriving }
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const START: readonly ((nodeOptions: string) => Promise<Contender | undefined>)[] = [
  solo2,
  relay('uws', '40 lines on uWebSockets.js'),
  relay('ws', '40 lines on ws'),
  peerJs,
  nats,
]

/** One after the other, in the order of the table; those that are not installed are left out. `nodeOptions`: of those that are Node's. */
export async function* startContenders(nodeOptions = ''): AsyncGenerator<Contender> {
  for (const start of START) {
    const contender = await start(nodeOptions)
    if (contender !== undefined) yield contender
  }
}
