/** HTTP as a stranger sends it: requests that a browser would not make too, and each answer with every header as it came. */
import * as http from 'node:http'
import * as https from 'node:https'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Broken } from '../../src/case.js'

export interface HttpRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** Keeps one connection for several requests, so that their times compare. */
  readonly agent?: http.Agent
}

export interface HttpAnswer {
  readonly status: number
  /** In lower case; what came several times is one text with commas between. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Milliseconds from the sending to the last byte. */
  readonly ms: number
}

/** No answer for so long is none, in milliseconds. */
const PATIENCE_MS = 15_000

function joined(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  return headers
}

/** Throws `Broken` if there is no answer. */
export function exchange(origin: string, request: HttpRequest): Promise<HttpAnswer> {
  const url = new URL(origin)
  const library = url.protocol === 'https:' ? https : http
  const { method = 'POST', path, headers = {}, body, agent } = request
  const length = body === undefined ? 0 : Buffer.byteLength(body)
  return new Promise((resolve, reject) => {
    const none = (why: string) => reject(new Broken(`no answer to ${method} ${path}: ${why}`))
    const from = performance.now()
    const open = library.request(
      {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method,
        path,
        headers: { host: url.host, ...headers, ...(body !== undefined && { 'content-length': String(length) }) },
        agent: agent ?? false,
        timeout: PATIENCE_MS,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', (error) => none(error.message))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: joined(response.rawHeaders),
            body: Buffer.concat(chunks),
            ms: performance.now() - from,
          }),
        )
      },
    )
    open.on('timeout', () => open.destroy(new Error(`none within ${PATIENCE_MS} ms`)))
    open.on('error', (error) => none(error.message))
    open.end(body)
  })
}

/** An agent of one connection that stays. */
export function oneConnection(origin: string): http.Agent {
  const options = { keepAlive: true, maxSockets: 1 }
  return origin.startsWith('https:') ? new https.Agent(options) : new http.Agent(options)
}

/** Bytes as they are to the server; resolves with all that came until the server closed, or an answer was whole. */
export function bytesTo(origin: string, request: string | Uint8Array, waitMs = PATIENCE_MS): Promise<Buffer> {
  const url = new URL(origin)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  return new Promise((resolve) => {
    const socket: Socket = secure ? connectTls({ host, port, servername: host }) : connectTcp({ host, port })
    const chunks: Buffer[] = []
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Buffer.concat(chunks))
    }
    const timer = setTimeout(end, waitMs)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      const head = all.indexOf('\r\n\r\n')
      const length = /\r\ncontent-length: *(\d+)/i.exec(all.toString('latin1', 0, head + 2))?.[1]
      if (head >= 0 && length !== undefined && all.length >= head + 4 + Number(length)) end()
    })
    socket.on('error', end)
    socket.on('close', end)
    socket.write(request)
  })
}
