/** Serves the pages: what was made at the start, and nothing that a request says enters anything but this answer. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Counts } from './counts.js'

export interface Served {
  readonly type: string
  readonly body: Buffer
  /** Pages are; what belongs to them is not. */
  readonly counted: boolean
}

/** By path. */
export type Site = ReadonlyMap<string, Served>

/** No script, no form, no other origin. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  // Without a validator: by an ETag a browser could be known again.
  'cache-control': 'no-cache',
} as const

export interface Landing {
  readonly port: number
  close(): Promise<void>
}

export async function startLanding(site: Site, counts: Counts, host: string, port: number): Promise<Landing> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) =>
    answer(site, counts, request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(site: Site, counts: Counts, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '' } = request
  const isRead = method === 'GET' || method === 'HEAD'
  // What follows a question mark is looked at by nobody.
  const page = url.split('?', 1)[0] ?? ''
  const found = isRead ? site.get(page) : undefined
  // A site's name, never what was sent.
  if (found?.counted === true && method === 'GET') counts.add(page)
  const status = found !== undefined ? 200 : isRead ? 404 : 405
  const body = found?.body ?? Buffer.from(isRead ? 'Not found.\n' : 'Only GET and HEAD are served here.\n')
  response.writeHead(status, {
    ...HEADERS,
    'content-type': found?.type ?? 'text/plain; charset=utf-8',
    'content-length': body.length,
    ...(isRead ? {} : { allow: 'GET, HEAD', connection: 'close' }),
  })
  response.end(method === 'HEAD' ? undefined : body)
}
