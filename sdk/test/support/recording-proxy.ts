/**
 * Stands before a server and records what it receives, unmasked: every request's head and body on the account plane,
 * every frame on the introduction socket. For tests that search it.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

export interface RecordingProxy extends AsyncDisposable {
  readonly url: string
  /** What the server received by HTTP: heads and bodies. */
  readonly account: Buffer[]
  /** What the server received on introduction sockets: heads of the upgrades and frames. */
  readonly introduction: Buffer[]
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const account: Buffer[] = []
  const introduction: Buffer[] = []
  const server = createServer((incoming, outgoing) => forward(target, incoming, outgoing, account))
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (incoming, socket, head) => {
    introduction.push(headOf(incoming))
    sockets.handleUpgrade(incoming, socket, head, (client) => {
      const upstream = new WebSocket(target.replace(/^http/, 'ws') + (incoming.url ?? '/'))
      const early: Buffer[] = []
      client.on('message', (data: Buffer) => {
        introduction.push(data)
        if (upstream.readyState === WebSocket.OPEN) upstream.send(data)
        else early.push(data)
      })
      upstream.on('open', () => {
        for (const data of early) upstream.send(data)
      })
      upstream.on('message', (data: Buffer) => client.send(data))
      upstream.on('close', () => client.close())
      upstream.on('error', () => client.close())
      client.on('close', () => upstream.close())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    account,
    introduction,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function headOf({ method, url, rawHeaders }: IncomingMessage): Buffer {
  return Buffer.from(`${method} ${url}\n${rawHeaders.join('\n')}\n`)
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, account: Buffer[]): void {
  account.push(headOf(incoming))
  const { method, headers } = incoming
  const upstream = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  upstream.on('error', () => outgoing.destroy())
  incoming.on('data', (chunk: Buffer) => {
    account.push(chunk)
    upstream.write(chunk)
  })
  incoming.on('end', () => upstream.end())
}
