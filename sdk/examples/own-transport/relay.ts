/** Joins the two sockets that came to one address, and carries their messages. It sees frames: uniform and sealed. */
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** Bytes that may wait for a slow end before the fast one is not read any more. */
const WAITING_BYTES = 1_048_576

export interface Relay {
  readonly url: string
  close(): Promise<void>
}

export async function startRelay(port = 0): Promise<Relay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: WAITING_BYTES })
  await new Promise((resolve) => server.once('listening', resolve))
  const alone = new Map<string, WebSocket>()

  server.on('connection', (socket, { url = '' }) => {
    socket.on('error', () => socket.terminate())
    const other = alone.get(url)
    if (other === undefined) {
      alone.set(url, socket)
      socket.once('close', () => alone.get(url) === socket && alone.delete(url))
      return
    }
    alone.delete(url)
    carry(socket, other)
    carry(other, socket)
    // A text is the relay's own word: both are there. It comes before all that the other one says.
    for (const end of [socket, other]) end.send('both')
  })

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate()
        server.close(() => resolve())
      }),
  }
}

function carry(from: WebSocket, to: WebSocket): void {
  from.on('message', (message) => {
    if (to.bufferedAmount > WAITING_BYTES) from.pause()
    to.send(message, () => from.resume())
  })
  from.once('close', () => to.close())
}
