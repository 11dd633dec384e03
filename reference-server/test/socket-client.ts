/** A client of the introduction socket that sends whatever bytes a test wants and keeps what comes back. */
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import WebSocket from 'ws'
import type { Person, TestServer } from './harness.js'

export interface SocketClient {
  readonly socket: WebSocket
  /** Resolves with the next frame that has not been taken yet. */
  next(): Promise<NonNullable<ServerFrame['frame']>>
  /** Frames that wait to be taken. */
  readonly waiting: number
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  frame(frame: NonNullable<ClientFrame['frame']>): void
  bytes(data: Uint8Array | string): void
  /** A request whose answer comes only after all that was sent before it: a Join of the topics that are joined already. */
  settle(topic: Uint8Array): Promise<NonNullable<ServerFrame['frame']>[]>
  end(): Promise<void>
}

export async function connect(server: Pick<TestServer, 'port'>): Promise<SocketClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/v1/introduction`, { maxPayload: 1 << 20 })
  const frames: NonNullable<ServerFrame['frame']>[] = []
  const takers: ((frame: NonNullable<ServerFrame['frame']>) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const { frame } = ServerFrame.decode(new Uint8Array(data))
    if (frame === undefined) throw new Error('an empty ServerFrame')
    const taker = takers.shift()
    if (taker === undefined) frames.push(frame)
    else taker(frame)
  })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => {})
  const next = () => {
    const frame = frames.shift()
    return frame === undefined
      ? new Promise<NonNullable<ServerFrame['frame']>>((resolve) => takers.push(resolve))
      : Promise.resolve(frame)
  }
  const client: SocketClient = {
    socket,
    next,
    get waiting() {
      return frames.length
    },
    closed,
    frame: (frame) => socket.send(ClientFrame.encode({ frame }).finish()),
    bytes: (data) => socket.send(data),
    async settle(topic) {
      client.frame({ $case: 'join', value: { topics: [topic] } })
      const seen: NonNullable<ServerFrame['frame']>[] = []
      for (let frame = await next(); frame.$case !== 'joined'; frame = await next()) seen.push(frame)
      return seen
    },
    async end() {
      socket.close()
      await closed
    },
  }
  return client
}

/** A socket that has shown a ticket and got its Opened. */
export async function opened(server: TestServer, person: Person): Promise<SocketClient> {
  const client = await connect(server)
  client.frame({
    $case: 'open',
    value: { versions: [1], admission: { $case: 'ticket', value: await ticket(server, person) } },
  })
  const frame = await client.next()
  if (frame.$case !== 'opened') throw new Error(`not opened: ${JSON.stringify(frame)}`)
  return client
}

export async function ticket(server: TestServer, person: Person): Promise<Uint8Array> {
  const { tickets } = await server.call('drawTickets', { count: 1 }, person.token)
  return tickets[0] as Uint8Array
}
