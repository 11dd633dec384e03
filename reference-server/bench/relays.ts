/**
 * What the introduction plane is compared with, as a process: the least that relays messages between the sockets of one
 * topic, on uWebSockets.js and on ws, in about forty lines each. No tickets, limits, timers or overwriting.
 *
 *     tsx reference-server/bench/relays.ts KIND
 */
import uws from 'uWebSockets.js'
import { type WebSocket as Socket, WebSocketServer } from 'ws'

/** A socket's first message is its topic, each later one a signal to the others on it. */
interface Seat<Peer> {
  topic: string | undefined
  members: Peer[]
}

const ready = (port: number) => process.send?.({ port })

function serveUws(): void {
  type Peer = uws.WebSocket<Seat<Peer>>
  const topics = new Map<string, Peer[]>()
  const app = uws.App()
  app.ws<Seat<Peer>>('/*', {
    compression: uws.DISABLED,
    maxPayloadLength: 64 * 1024,
    idleTimeout: 60,
    upgrade(res, req, context) {
      res.upgrade<Seat<Peer>>(
        { topic: undefined, members: [] },
        req.getHeader('sec-websocket-key'),
        req.getHeader('sec-websocket-protocol'),
        req.getHeader('sec-websocket-extensions'),
        context,
      )
    },
    message(ws, message) {
      const seat = ws.getUserData()
      if (seat.topic === undefined) {
        seat.topic = Buffer.from(message).toString('latin1')
        seat.members = topics.get(seat.topic) ?? []
        if (seat.members.push(ws) === 1) topics.set(seat.topic, seat.members)
      } else for (const other of seat.members) if (other !== ws) other.send(message, true)
    },
    close(ws) {
      const { topic, members } = ws.getUserData()
      members.splice(members.indexOf(ws), 1)
      if (topic !== undefined && members.length === 0) topics.delete(topic)
    },
  })
  app.listen('127.0.0.1', 0, (socket) => {
    if (socket) ready(uws.us_socket_local_port(socket as never))
  })
}

function serveWs(): void {
  const topics = new Map<string, Socket[]>()
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  server.on('connection', (ws) => {
    let topic: string | undefined
    let members: Socket[] = []
    ws.on('message', (message: Buffer) => {
      if (topic === undefined) {
        topic = message.toString('latin1')
        members = topics.get(topic) ?? []
        if (members.push(ws) === 1) topics.set(topic, members)
      } else for (const other of members) if (other !== ws) other.send(message, { binary: true })
    })
    ws.on('close', () => {
      members.splice(members.indexOf(ws), 1)
      if (topic !== undefined && members.length === 0) topics.delete(topic)
    })
  })
  server.on('listening', () => ready((server.address() as { port: number }).port))
}

if (process.argv[2] === 'ws') serveWs()
else serveUws()
