/** How `solo2-server check` asks: this server, its public origin, its STUN, its mirror; nobody else. */
import { createSocket } from 'node:dgram'
import { get as getHttp, type IncomingHttpHeaders } from 'node:http'
import { get as getHttps } from 'node:https'
import { createServer, isIPv6 } from 'node:net'

const WAIT_MS = 5_000
/** A lost datagram is sent again. */
const DATAGRAM_TRIES = 3
const DATAGRAM_MS = 1_000

export interface Page {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Rejects with the reason if there is no answer. `trusting`: whatever the certificate is. */
export function getPage(url: string, trusting = false): Promise<Page> {
  return new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? getHttps : getHttp
    const request = get(url, { rejectUnauthorized: !trusting, agent: false, timeout: WAIT_MS }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        if (body.length < 4_096) body += chunk.toString('latin1')
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    request.on('error', reject)
  })
}

/** Whether a server could listen there now. */
export function portIsFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

/** Sends datagrams from one port, and waits for the answer of each. */
export interface Datagrams {
  ask(bytes: Uint8Array, isAnswer: (bytes: Buffer) => boolean): Promise<Buffer | undefined>
  close(): void
}

export function openDatagrams(host: string, port: number): Datagrams {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  socket.on('error', () => {})
  return {
    ask: (bytes, isAnswer) =>
      new Promise((resolve) => {
        let tries = 0
        const end = (answer?: Buffer) => {
          clearInterval(timer)
          socket.off('message', take)
          resolve(answer)
        }
        const take = (answer: Buffer) => {
          if (isAnswer(answer)) end(answer)
        }
        const send = () => {
          tries += 1
          // A name that leads nowhere shows up here.
          if (tries <= DATAGRAM_TRIES) socket.send(bytes, port, host, (error) => error && end())
          else end()
        }
        const timer = setInterval(send, DATAGRAM_MS)
        socket.on('message', take)
        send()
      }),
    close: () => socket.close(),
  }
}
