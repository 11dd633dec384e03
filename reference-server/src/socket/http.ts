/** HTTP over uWebSockets.js: a request in, an answer out, with every way in which a client can break off in between. */
import type { HttpRequest, HttpResponse } from 'uWebSockets.js'

/** The largest request is a Register of well under 1 KB; JSON spells bytes in base64. */
export const BODY_MAX = 16_384

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const STATUS: Readonly<Record<number, string>> = {
  200: '200 OK',
  304: '304 Not Modified',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  405: '405 Method Not Allowed',
  409: '409 Conflict',
  413: '413 Content Too Large',
  415: '415 Unsupported Media Type',
  429: '429 Too Many Requests',
  499: '499 Client Closed Request',
  500: '500 Internal Server Error',
  501: '501 Not Implemented',
  503: '503 Service Unavailable',
  504: '504 Gateway Timeout',
}

/** Headers that many answers share, as the bytes that the socket library writes for them. */
export interface HeaderBlock {
  readonly name: Uint8Array
  /** The first value, and the other headers as lines behind it. */
  readonly value: Uint8Array
}

/**
 * `headers`: at least one, and nothing that a client sent unchecked. One call into the socket library costs as much as
 * writing all of them, so they go as one.
 */
export function headerBlock(headers: Readonly<Record<string, string>>): HeaderBlock {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = lines.join('\r\n')
  if (text.split(/[\r\n]+/).length !== lines.length) throw new Error('a header of more than one line')
  const start = text.indexOf(':')
  return { name: Buffer.from(text.slice(0, start)), value: Buffer.from(text.slice(start + 2)) }
}

/** Writes status, headers and body in one go. `shared` and the answer's own headers have no name in common. For HEAD the length is given and the body left out. */
export function write(res: HttpResponse, answer: Answer, shared: HeaderBlock, isHead: boolean): void {
  res.cork(() => {
    res.writeStatus(STATUS[answer.status] ?? `${answer.status} Status`)
    res.writeHeader(shared.name, shared.value)
    for (const name in answer.headers) res.writeHeader(name, answer.headers[name] as string)
    if (answer.status === 304) res.endWithoutBody()
    else if (isHead) {
      // Given to endWithoutBody, the length is dropped and the response left open; `end` would write a second one.
      res.writeHeader('content-length', String(answer.body.length))
      res.endWithoutBody()
    } else res.end(answer.body)
  })
}

/** Headers must be read before the handler returns: the request lives on the stack. */
export function headersOf(req: HttpRequest): (name: string) => string {
  const headers = new Map<string, string>()
  req.forEach((name, value) => {
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  })
  return (name) => headers.get(name) ?? ''
}

/** A copy of the whole body; `undefined` as soon as it is longer than {@link BODY_MAX}. Never called after an abort. */
export function readBody(res: HttpResponse, done: (body: Uint8Array | undefined) => void): void {
  const chunks: Uint8Array[] = []
  let length = 0
  let over = false
  res.onData((chunk, isLast) => {
    if (over) return
    length += chunk.byteLength
    if (length > BODY_MAX) {
      over = true
      return done(undefined)
    }
    const received = new Uint8Array(chunk)
    const own = new Uint8Array(new ArrayBuffer(received.length))
    own.set(received)
    // The chunk is a view of the socket library's receive buffer.
    received.fill(0)
    if (isLast && chunks.length === 0) return done(own)
    chunks.push(own)
    if (!isLast) return
    const body = new Uint8Array(new ArrayBuffer(length))
    let at = 0
    for (const each of chunks) {
      body.set(each, at)
      at += each.length
      each.fill(0)
    }
    done(body)
  })
}
