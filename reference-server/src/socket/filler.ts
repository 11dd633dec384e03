/**
 * Overwrites what the socket library keeps of the last bytes that went through it (06-71): its receive buffer and its
 * send buffer, which all sockets of the process share. The server connects to itself and fills both with zeros.
 */

import type { WebSocket } from 'uWebSockets.js'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** uWebSockets.js receives into a buffer of 512 KB: as much again, since it takes what the kernel has at the moment. */
const RECEIVED_BYTES = 1024 * 1024
/** Its send buffer: what does not fit any more is sent past it. */
const SENT_BYTES = 16 * 1024
/** A longer round is given up; the next one tries again. */
const ROUND_MS = 500

export interface FillerTarget {
  /** What the server listens on. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** Of the filler's own socket, not to be guessed. */
  readonly path: string
}

/** Server's side, when the filler's socket is open: frames that fill the send buffer to its last bytes, then the end. */
export function fillSendBuffer(ws: WebSocket<unknown>): void {
  // The library keeps the last address that was asked for: now it is this server's own.
  ws.getRemoteAddress()
  ws.cork(() => {
    // A frame of up to 125 bytes has a head of 2: the last ones, of 3 bytes, leave no gap that could hold anything.
    for (let sent = 0; sent + 102 < SENT_BYTES; sent += 102) ws.send(new Uint8Array(100), true)
    for (let rest = 0; rest < 102; rest += 3) ws.send(new Uint8Array(1), true)
  })
  ws.end()
}

function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** One round, resolved when it is over. Never rejects: there is a next one. */
export function fill({ host, port, secure, path }: FillerTarget): Promise<void> {
  return new Promise((resolve) => {
    const to = { host: ownAddress(host), port }
    // The other end is this process: a certificate would prove nothing.
    const socket: Socket = secure ? connectTls({ ...to, rejectUnauthorized: false }) : connectTcp(to)
    socket.setTimeout(ROUND_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
    socket.resume()
    // First the received bytes, as the body of a request that is refused; then a socket for the sent ones.
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${RECEIVED_BYTES}\r\n\r\n`)
    socket.write(new Uint8Array(RECEIVED_BYTES))
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
  })
}
