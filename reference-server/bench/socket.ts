/**
 * uWebSockets.js beside what Node has (spec/decisions/0006): CPU time of the server process for one POST of 200 bytes and
 * for one relayed message of 4,120 bytes, medians of interleaved rounds with their spread. Loopback, without TLS.
 *
 *     npx tsx --conditions=source reference-server/bench/socket.ts ROUNDS CALLS
 */

import uws from 'uWebSockets.js'
import { type ChildProcess, fork } from 'node:child_process'
import { Agent, createServer, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import WebSocket, { WebSocketServer } from 'ws'

const SELF = fileURLToPath(import.meta.url)
const KINDS = ['uWebSockets.js', 'node:http and ws'] as const
const CONNECTIONS = 32

/** Both relay to every other socket, and echo a POST's body. */
function serveUws(ready: (port: number) => void): void {
  const sockets = new Set<uws.WebSocket<unknown>>()
  const app = uws.App()
  app.post('/*', (res) => {
    res.onAborted(() => {})
    res.onData((chunk, last) => {
      if (last) res.end(chunk)
    })
  })
  app.ws('/*', {
    open: (ws) => void sockets.add(ws),
    close: (ws) => void sockets.delete(ws),
    message: (ws, message) => {
      for (const other of sockets) if (other !== ws) other.send(message, true)
    },
  })
  app.listen('127.0.0.1', 0, (socket) => {
    if (socket) ready(uws.us_socket_local_port(socket as never))
  })
}

function serveNode(ready: (port: number) => void): void {
  const server = createServer((req, res) => {
    req.on('data', (chunk) => res.end(chunk))
  })
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket) => {
    socket.on('message', (message) => {
      for (const other of sockets.clients) if (other !== socket) other.send(message, { binary: true })
    })
  })
  server.listen(0, '127.0.0.1', () => ready((server.address() as { port: number }).port))
}

const kind = process.argv[3]
if (process.argv[2] === 'serve') {
  let from = process.cpuUsage()
  process.on('message', (message) => {
    if (message === 'start') from = process.cpuUsage()
    const { user, system } = process.cpuUsage(from)
    process.send?.({ cpu: user + system })
  })
  ;(kind === KINDS[0] ? serveUws : serveNode)((port) => process.send?.({ port }))
} else await compare(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 10_000))

function answer(child: ChildProcess, message?: string): Promise<{ port: number; cpu: number }> {
  const reply = new Promise<{ port: number; cpu: number }>((resolve) =>
    child.once('message', (value) => resolve(value as never)),
  )
  if (message !== undefined) child.send(message)
  return reply
}

async function post(port: number, calls: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const body = Buffer.alloc(200, 1)
  let left = calls
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const call = request(
        { host: '127.0.0.1', port, method: 'POST', agent, headers: { 'content-length': body.length } },
        (res) => {
          res.resume()
          res.on('end', resolve)
        },
      )
      call.on('error', reject)
      call.end(body)
    })
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left-- > 0) await one()
    }),
  )
  agent.destroy()
}

async function relay(port: number, messages: number): Promise<void> {
  const [a, b] = await Promise.all(
    [0, 1].map(async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false })
      await new Promise((resolve) => socket.once('open', resolve))
      return socket
    }),
  )
  const body = Buffer.alloc(4_120, 1)
  let got = 0
  await new Promise<void>((resolve) => {
    b?.on('message', () => {
      got += 1
      if (got === messages) resolve()
      // A window of 64 keeps the server busy and the buffers small.
      else if (got + 63 < messages) a?.send(body)
    })
    for (let i = 0; i < Math.min(64, messages); i++) a?.send(body)
  })
  a?.terminate()
  b?.terminate()
}

async function compare(rounds: number, calls: number): Promise<void> {
  const figures = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round++) {
    for (const name of KINDS) {
      const child = fork(SELF, ['serve', name])
      const { port } = await answer(child)
      for (const [job, run] of [
        ['POST', post],
        ['relay', relay],
      ] as const) {
        await run(port, Math.ceil(calls / 4))
        await answer(child, 'start')
        await run(port, calls)
        const { cpu } = await answer(child, 'stop')
        // The first round warms up the machine.
        if (round > 0) figures.set(`${job}  ${name}`, [...(figures.get(`${job}  ${name}`) ?? []), cpu / calls])
      }
      child.kill()
    }
  }
  for (const [name, values] of [...figures].sort()) {
    const sorted = values.sort((x, y) => x - y)
    const [low, median, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((value) =>
      value?.toFixed(1),
    )
    console.log(`${name.padEnd(26)} ${median} µs CPU (${low}-${high})`)
  }
}
