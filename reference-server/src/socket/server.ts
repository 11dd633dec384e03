/**
 * The rim: the only folder that knows uWebSockets.js. Requests go to the account plane or the web client, upgrades of
 * one path to the introduction plane. Addresses become fingerprints here and go no further.
 */

import uws, { type HttpRequest, type HttpResponse, type TemplatedApp, type us_listen_socket } from 'uWebSockets.js'
import { type AddressInfo, createServer } from 'node:net'
import { Solo2Error, toHex, wipe } from '@solo2/sdk/shared'
import { failure, type HttpCall } from '../envelope/connect.js'
import type { AccountDoor } from '../handlers/account/door.js'
import { ACCOUNT_PATH } from '../handlers/account/door.js'
import type { IntroductionDoor } from '../handlers/introduction/door.js'
import { BURST_MAX, type Peer } from '../handlers/introduction/peer.js'
import type { Limiter } from '../limiter.js'
import type { Fingerprint } from '../log/fingerprint.js'
import { type Log, originOf } from '../log/log.js'
import { WEBHOOK_PATH, type Webhook } from '../payment/webhook.js'
import { answerWeb, type WebFiles } from '../web/files.js'
import { securityHeaders } from '../web/headers.js'
import type { ClientAddress } from './client-address.js'
import { type FillerTarget, fill, fillSendBuffer } from './filler.js'
import { headersOf, readBody, write } from './http.js'

export const INTRODUCTION_PATH = '/v1/introduction'

/** Longer messages end the connection in uWebSockets.js, without a word; shorter ones get a typed refusal. */
const MESSAGE_MAX = 64 * 1024
/** Seconds without a byte from the client, pings included. */
const IDLE_SECONDS = 60

export interface RimOptions {
  readonly host: string
  readonly port: number
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly publicOrigin: string | undefined
  readonly account: AccountDoor
  /** Undefined: there is no such door. */
  readonly webhook: Webhook | undefined
  readonly introduction: IntroductionDoor
  readonly sockets: Limiter
  readonly files: WebFiles
  readonly fingerprint: Fingerprint
  readonly clientAddress: ClientAddress
  readonly log: Log
  random(length: number): Uint8Array
}

export interface Rim {
  readonly port: number
  /** Overwrites what is left of the last introductions' bytes in the socket library's buffers; nothing to do if none came. */
  scrub(): Promise<void>
  /** Stops listening, ends introduction sockets, waits for running calls for a while, then cuts what is left. */
  close(): Promise<void>
}

interface SocketData {
  peer: Peer | undefined
}

/** `name:port` of the Host header; undefined if it is not a plain one, so that nothing of it is repeated. */
function checkedHost(header: string): { name: string; host: string } | undefined {
  const match = /^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$/.exec(header)
  return match === null ? undefined : { name: match[1] as string, host: header }
}

/** ws(s)://host of this server as the browser sees it. */
function socketOrigin(options: RimOptions, host: string | undefined): string | undefined {
  if (options.publicOrigin !== undefined) return options.publicOrigin.replace(/^http/, 'ws')
  return host === undefined ? undefined : `${options.tls === undefined ? 'ws' : 'wss'}://${host}`
}

function listen(app: TemplatedApp, host: string, port: number): Promise<us_listen_socket> {
  return new Promise((resolve, reject) => {
    // The types leave out this option and the form with a host and options.
    const { LIBUS_LISTEN_EXCLUSIVE_PORT: exclusive } = uws as unknown as { LIBUS_LISTEN_EXCLUSIVE_PORT: number }
    const listenOn = app.listen as unknown as (
      host: string,
      port: number,
      options: number,
      done: (socket: us_listen_socket | false) => void,
    ) => void
    listenOn.call(app, host, port, exclusive, (socket) => {
      if (socket) resolve(socket)
      else reject(new Solo2Error('unavailable', `The TCP port ${port} is taken, or the address is not this machine's.`))
    })
  })
}

/** A port that is free now. */
async function freePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, host, resolve)
  })
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/**
 * For port 0 uWebSockets.js leaves out SO_REUSEADDR, so that the port would stay taken for a while after the end: a free
 * one is looked up first. Somebody else may take it in between, hence several tries.
 */
async function listenOnAny(app: TemplatedApp, host: string): Promise<us_listen_socket> {
  for (let tries = 1; ; tries++) {
    try {
      return await listen(app, host, await freePort(host))
    } catch (error) {
      if (tries === 10) throw error
    }
  }
}

export async function startRim(options: RimOptions): Promise<Rim> {
  const { account, introduction, log } = options
  const app =
    options.tls === undefined
      ? uws.App()
      : uws.SSLApp({ cert_file_name: options.tls.cert, key_file_name: options.tls.key })
  const fillerPath = `/${toHex(options.random(16))}`
  let used = true
  let closing = false
  let running = 0
  let idle: (() => void) | undefined

  const clientOf = (res: HttpResponse, forwarded: string) => {
    const peer = new Uint8Array(res.getRemoteAddress())
    try {
      return options.fingerprint(options.clientAddress(peer, forwarded))
    } finally {
      peer.fill(0)
    }
  }

  const extraFor = (req: HttpRequest) => {
    const host = checkedHost(req.getHeader('host'))?.host
    return securityHeaders(socketOrigin(options, host), options.tls !== undefined)
  }

  const call = (res: HttpResponse, req: HttpRequest, extra: Record<string, string>, door: AccountDoor) => {
    let aborted = false
    used = true
    const header = headersOf(req)
    const method = req.getCaseSensitiveMethod()
    const path = req.getUrl()
    const fingerprint = clientOf(res, header('x-forwarded-for'))
    const host = checkedHost(header('host'))?.name ?? 'localhost'
    // Two lengths: a proxy in front may go by the other one (RFC 9112 section 6.3), so nothing of it is a request.
    if (header('content-length').includes(',')) return void res.close()
    res.onAborted(() => {
      aborted = true
    })
    readBody(res, (body) => {
      // Counted from here: a client that never sends the rest of its body holds up nothing.
      running += 1
      const answer =
        body === undefined
          ? Promise.resolve({ ...failure(new Solo2Error('too_long', 'The body is too long.')), status: 413 })
          : door({ method, path, header, body, fingerprint } satisfies HttpCall, host)
      answer
        .then((reply) => {
          if (!aborted) write(res, reply, extra, method === 'HEAD')
          wipe(reply.body)
        })
        .catch((error: unknown) => {
          log('failed', originOf(error))
          if (!aborted) res.close()
        })
        .finally(() => {
          running -= 1
          if (running === 0) idle?.()
        })
    })
  }

  app.any('/*', (res, req) => {
    const extra = extraFor(req)
    if (req.getUrl().startsWith(ACCOUNT_PATH)) return call(res, req, extra, account)
    if (req.getUrl() === WEBHOOK_PATH && options.webhook !== undefined) return call(res, req, extra, options.webhook)
    const method = req.getCaseSensitiveMethod()
    const reply = answerWeb(options.files, {
      method,
      path: req.getUrl(),
      ifNoneMatch: req.getHeader('if-none-match'),
      acceptEncoding: req.getHeader('accept-encoding'),
    })
    write(res, reply, extra, method === 'HEAD')
  })

  app.ws(fillerPath, { compression: uws.DISABLED, open: fillSendBuffer })

  app.ws<SocketData>(INTRODUCTION_PATH, {
    compression: uws.DISABLED,
    maxPayloadLength: MESSAGE_MAX,
    maxBackpressure: BURST_MAX + MESSAGE_MAX,
    idleTimeout: IDLE_SECONDS,
    sendPingsAutomatically: true,
    upgrade(res, req, context) {
      const client = clientOf(res, req.getHeader('x-forwarded-for'))
      const retryAfterMs = closing ? 1_000 : options.sockets.tryTake(client)
      if (retryAfterMs > 0) {
        const code = closing ? 'unavailable' : 'rate_limited'
        log('refused', { method: 'introduction', code, from: client })
        return write(res, failure(new Solo2Error(code, 'Wait and try again.', { retryAfterMs })), extraFor(req), false)
      }
      res.upgrade<SocketData>(
        { peer: undefined },
        req.getHeader('sec-websocket-key'),
        req.getHeader('sec-websocket-protocol'),
        req.getHeader('sec-websocket-extensions'),
        context,
      )
    },
    open(ws) {
      introduction.connect(ws, (peer) => {
        ws.getUserData().peer = peer
      })
    },
    message(ws, message, isBinary) {
      used = true
      const { peer } = ws.getUserData()
      try {
        if (peer !== undefined) introduction.receive(peer, new Uint8Array(message), isBinary)
      } catch (error) {
        // A mistake of ours costs this socket, not the process.
        log('failed', originOf(error))
        if (peer?.closed === false) ws.close()
      }
    },
    close(ws) {
      used = true
      const data = ws.getUserData()
      if (data.peer !== undefined) introduction.disconnect(data.peer)
      data.peer = undefined
    },
  })

  const socket = await (options.port === 0 ? listenOnAny(app, options.host) : listen(app, options.host, options.port))
  const port = uws.us_socket_local_port(socket as unknown as Parameters<typeof uws.us_socket_local_port>[0])
  const target: FillerTarget = { host: options.host, port, secure: options.tls !== undefined, path: fillerPath }
  return {
    port,
    async scrub() {
      if (!used || closing) return
      used = false
      await fill(target)
    },
    async close() {
      closing = true
      uws.us_listen_socket_close(socket)
      introduction.close()
      if (running > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 3_000)
          idle = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      app.close()
    },
  }
}
