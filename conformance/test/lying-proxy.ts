/** A proxy in front of a server that passes everything on, save for the one lie that it was given. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'

export interface Asked {
  /** The method's name of the account plane, or the path. */
  readonly name: string
  readonly body: Uint8Array
  readonly token: string
}

export interface Told {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

/** One socket of a client, as the lie sees it. */
export interface Line {
  toClient(data: Uint8Array): void
  toServer(data: Uint8Array | string): void
}

export interface Lie {
  /** Instead of the server, if it gives something. */
  instead?(asked: Asked): Told | undefined
  /** Before the request is passed on. */
  before?(asked: Asked): Asked
  /** What is made of the answer; may wait. */
  answer?(asked: Asked, told: Told): Told | Promise<Told>
  /** What the client gets for a frame of the server; the frame itself if it is not there. */
  fromServer?(data: Uint8Array, line: Line): void
  /** What the server gets for a message of the client. */
  fromClient?(data: Uint8Array | string, line: Line): void
  /** The code by which the client's socket ends. */
  close?(code: number): number
}

export interface Proxy extends AsyncDisposable {
  readonly origin: string
}

async function bytesOf(stream: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return new Uint8Array(Buffer.concat(chunks))
}

function passOn(target: URL, incoming: IncomingMessage, body: Uint8Array): Promise<Told> {
  const { method, url: path } = incoming
  const headers = { ...incoming.headers }
  if (body.length > 0) headers['content-length'] = String(body.length)
  return new Promise((resolve, reject) => {
    const open = httpRequest(
      { host: target.hostname, port: target.port, method, path, headers, agent: false },
      (answer) => {
        bytesOf(answer).then((told) => {
          const entries = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
          resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(entries), body: told })
        }, reject)
      },
    )
    open.on('error', reject)
    open.end(body.length > 0 ? body : undefined)
  })
}

async function answered(target: URL, lie: Lie, incoming: IncomingMessage): Promise<Told> {
  const path = incoming.url ?? '/'
  const name = path.startsWith('/solo2.account') ? path.slice(path.lastIndexOf('/') + 1) : path
  const received: Asked = { name, body: await bytesOf(incoming), token: incoming.headers.authorization ?? '' }
  const asked = lie.before?.(received) ?? received
  const told = lie.instead?.(asked) ?? (await passOn(target, incoming, asked.body))
  return (await lie.answer?.(asked, told)) ?? told
}

/** Codes that a close may not carry stand for an end without one. */
function closing(socket: WebSocket, code: number): void {
  if (code >= 1_000 && ![1_005, 1_006].includes(code)) socket.close(code)
  else socket.terminate()
}

function join(client: WebSocket, target: URL, lie: Lie): void {
  const server = new WebSocket(`ws://${target.host}/v1/introduction`, { perMessageDeflate: false })
  const line: Line = {
    toClient: (data) => client.send(data),
    toServer: (data) =>
      server.readyState === WebSocket.OPEN ? server.send(data) : server.once('open', () => server.send(data)),
  }
  server.on('message', (data: Buffer) => {
    if (lie.fromServer) lie.fromServer(new Uint8Array(data), line)
    else client.send(data)
  })
  client.on('message', (data: Buffer, isBinary) => {
    const message = isBinary ? new Uint8Array(data) : data.toString()
    if (lie.fromClient) lie.fromClient(message, line)
    else line.toServer(message)
  })
  for (const socket of [client, server]) socket.on('error', () => socket.terminate())
  server.on('close', (code) => closing(client, lie.close?.(code) ?? code))
  client.on('close', (code) => closing(server, code))
}

export async function startProxy(url: string, lie: Lie): Promise<Proxy> {
  const target = new URL(url)
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 << 22 })
  const server = createServer((incoming, response) => {
    answered(target, lie, incoming).then(
      ({ status, headers, body }) => {
        // The length of what a lie made is another one, and a HEAD has that of its GET.
        const length = incoming.method === 'HEAD' ? headers['content-length'] : String(body.length)
        response.writeHead(status, { ...headers, ...(length !== undefined && { 'content-length': length }) })
        response.end(body)
      },
      () => response.destroy(),
    )
  })
  server.on('upgrade', (incoming, socket, head) => {
    sockets.handleUpgrade(incoming, socket, head, (client) => join(client, target, lie))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
