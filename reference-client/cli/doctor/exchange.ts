/** One question and its answer over UDP, TCP or TLS: STUN messages, which carry their own length (RFC 8489 section 6.2). */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export const WAIT_MS = 5_000
/** A lost datagram is sent again. */
const DATAGRAM_TRIES = 3
const DATAGRAM_MS = 1_000
export const HEADER_SIZE = 20

export interface Place {
  readonly host: string
  readonly port: number
}

/** Asks one place. `undefined`: nobody answered in time. Rejects with the reason if there is no way there. */
export type Ask = (request: Buffer) => Promise<Buffer | undefined>

export interface Closing {
  close(): void
}

function isAnswer(answer: Buffer, request: Buffer): boolean {
  return answer.length >= HEADER_SIZE && answer.subarray(4, HEADER_SIZE).equals(request.subarray(4, HEADER_SIZE))
}

/** Asks several places from one port, so that their answers can be compared. */
export interface Datagrams extends Closing {
  /** Rejects with the reason if the name is not found. */
  to(place: Place): Promise<Ask>
}

export function openDatagrams(): Datagrams {
  const sockets = new Map<number, UdpSocket>()

  /** One for each family of addresses. */
  function socketOf(family: number): UdpSocket {
    const socket = sockets.get(family) ?? createSocket(family === 6 ? 'udp6' : 'udp4')
    if (!sockets.has(family)) {
      socket.setMaxListeners(0)
      // Each question is told of its own failure.
      socket.on('error', () => {})
    }
    sockets.set(family, socket)
    return socket
  }

  return {
    async to({ host, port }) {
      const { address, family } = await lookup(host, { order: 'ipv4first' })
      return (request) => askByDatagrams(socketOf(family), { host: address, port }, request)
    },
    close() {
      for (const socket of sockets.values()) socket.close()
    },
  }
}

function askByDatagrams(socket: UdpSocket, { host, port }: Place, request: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let tries = 0
    const end = (settle: () => void) => {
      clearInterval(timer)
      socket.off('message', take)
      settle()
    }
    const take = (answer: Buffer) => {
      if (isAnswer(answer, request)) end(() => resolve(answer))
    }
    const send = () => {
      tries += 1
      if (tries > DATAGRAM_TRIES) return end(() => resolve(undefined))
      socket.send(request, port, host, (error) => error && end(() => reject(error)))
    }
    const timer = setInterval(send, DATAGRAM_MS)
    socket.on('message', take)
    send()
  })
}

/** Rejects with the reason if there is no connection, or no trust in the certificate. */
export async function openStream({ host, port }: Place, isTls: boolean): Promise<{ readonly ask: Ask } & Closing> {
  const socket: Socket = isTls
    ? connectTls({ host, port, ...(/[^\d.:]/.test(host) && { servername: host }) })
    : connectTcp(port, host)
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
    socket.once(isTls ? 'secureConnect' : 'connect', resolve)
  })
  socket.on('error', () => {})
  let received = Buffer.alloc(0)
  socket.on('data', (part: Buffer) => {
    received = Buffer.concat([received, part])
  })

  function next(): Buffer | undefined {
    if (received.length < HEADER_SIZE) return undefined
    const end = HEADER_SIZE + received.readUInt16BE(2)
    if (received.length < end) return undefined
    const message = received.subarray(0, end)
    received = received.subarray(end)
    return message
  }

  return {
    ask(request) {
      socket.write(request)
      return new Promise((resolve) => {
        const look = () => {
          const answer = next()
          if (answer !== undefined && isAnswer(answer, request)) end(answer)
        }
        const give = () => end(undefined)
        const end = (answer: Buffer | undefined) => {
          socket.off('data', look)
          socket.off('close', give)
          resolve(answer)
        }
        socket.on('data', look)
        socket.once('close', give)
      })
    },
    close: () => socket.destroy(),
  }
}
