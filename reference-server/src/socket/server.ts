/**
 * The rim: the only folder that knows uWebSockets.js. Requests go to the account plane or the web client, upgrades of
 * one path to the introduction plane. Addresses become fingerprints here and go no further.
 */

import uws, { type HttpRequest, type HttpResponse, type TemplatedApp, type WebSocketBehavior } from 'uWebSockets.js'
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
import { TEST_CLOCK_PATH, type TestClockDoor } from '../test-clock/door.js'
import type { CertificateFiles } from '../tls/certificate.js'
import { answerWeb, plain, type WebFiles } from '../web/files.js'
import { securityHeaders } from '../web/headers.js'
import type { ClientAddress } from './client-address.js'
import { type FillerTarget, fill, fillSendBuffer } from './filler.js'
import { type Answer, type HeaderBlock, headerBlock, headersOf, readBody, write } from './http.js'
import { listen, listenOnAny, portOf } from './listen.js'

export const INTRODUCTION_PATH = '/v1/introduction'

/** Longer messages end the connection in uWebSockets.js, without a word; shorter ones get a typed refusal. */
const MESSAGE_MAX = 64 * 1024
/** Seconds without a byte from the client, pings included. */
const IDLE_SECONDS = 60

export interface RimOptions {
  readonly host: string
  readonly port: number
  readonly tls: CertificateFiles | undefined
  readonly publicOrigin: string | undefined
  readonly account: AccountDoor
  /** Undefined: there is no such door. */
  readonly webhook: Webhook | undefined
  /** Undefined: there is no such door. */
  readonly testClock: TestClockDoor | undefined
  readonly introduction: IntroductionDoor
  readonly sockets: Limiter
  readonly files: WebFiles
  readonly fingerprint: Fingerprint
  readonly clientAddress: ClientAddress
  readonly log: Log
  /** What GET /ready tells while this server is not ending. */
  isReady(): Promise<boolean>
  /** Told the status of each answered call. */
  answered(status: number): void
  random(length: number): Uint8Array
}

export interface Rim {
  readonly port: number
  /**
   * Serves new connections with what the certificate's files hold now; open ones go on as they are. Throws, and goes on
   * with the old certificate, if the files cannot be used.
   */
  renew(): void
  /** Overwrites what is left of the last introductions' bytes in the socket library's buffers; nothing to do if none came. */
  scrub(): Promise<void>
  /** Stops listening, ends introduction sockets, waits for running calls for a while, then cuts what is left. */
  close(): Promise<void>
}

interface SocketData {
  peer: Peer | undefined
}

/** What follows from a Host header. */
interface Hosted {
  readonly header: string
  readonly name: string
  readonly shared: HeaderBlock
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

export async function startRim(options: RimOptions): Promise<Rim> {
  const { account, introduction, log } = options
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

  /** Kept for the last plain one: nearly all requests of a server have the same. */
  const hosted = (header: string): Hosted => {
    if (header === lastHost?.header) return lastHost
    const checked = checkedHost(header)
    const shared = headerBlock(securityHeaders(socketOrigin(options, checked?.host), options.tls !== undefined))
    const found: Hosted = { header, name: checked?.name ?? 'localhost', shared }
    if (checked !== undefined) lastHost = found
    return found
  }
  let lastHost: Hosted | undefined

  const call = (res: HttpResponse, req: HttpRequest, door: AccountDoor) => {
    let aborted = false
    used = true
    const header = headersOf(req)
    const method = req.getCaseSensitiveMethod()
    const path = req.getUrl()
    let client: string | undefined
    // Most calls have a session, and nobody asks.
    const fingerprint = () => {
      client ??= aborted ? '' : clientOf(res, header('x-forwarded-for'))
      return client
    }
    // Two of them are none: the joined text is no plain name.
    const { name, shared } = hosted(header('host'))
    // Two lengths: a proxy in front may go by the other one (RFC 9112 section 6.3), so nothing of it is a request.
    if (header('content-length').includes(',')) return void res.close()
    res.onAborted(() => {
      aborted = true
    })
    const finish = async (answer: Promise<Answer>) => {
      try {
        const reply = await answer
        if (!aborted) write(res, reply, shared, method === 'HEAD')
        options.answered(reply.status)
        wipe(reply.body)
      } catch (error) {
        log('failed', originOf(error))
        if (!aborted) res.close()
      } finally {
        ended()
      }
    }
    readBody(res, (body) => {
      // Counted from here: a client that never sends the rest of its body holds up nothing.
      running += 1
      const answer =
        body === undefined
          ? Promise.resolve({ ...failure(new Solo2Error('too_long', 'The body is too long.')), status: 413 })
          : door({ method, path, header, body, fingerprint } satisfies HttpCall, name)
      void finish(answer)
    })
  }

  const ended = () => {
    running -= 1
    if (running === 0) idle?.()
  }

  /** Whether the server can work: a word, and nothing of what is missing. */
  const state = (res: HttpResponse, isHead: boolean, shared: HeaderBlock, answer: Promise<boolean>) => {
    let aborted = false
    res.onAborted(() => {
      aborted = true
    })
    running += 1
    void answer.then((is) => {
      if (!aborted) write(res, is && !closing ? plain(200, 'ok') : plain(503, 'not ready'), shared, isHead)
      ended()
    })
  }

  const any = (res: HttpResponse, req: HttpRequest) => {
    const path = req.getUrl()
    if (path.startsWith(ACCOUNT_PATH)) return call(res, req, account)
    if (path === WEBHOOK_PATH && options.webhook !== undefined) return call(res, req, options.webhook)
    if (path === TEST_CLOCK_PATH && options.testClock !== undefined) return call(res, req, options.testClock)
    const { shared } = hosted(req.getHeader('host'))
    const method = req.getCaseSensitiveMethod()
    if (method === 'GET' || method === 'HEAD') {
      if (path === '/health') return write(res, plain(200, 'ok'), shared, method === 'HEAD')
      if (path === '/ready') return state(res, method === 'HEAD', shared, options.isReady())
    }
    const reply = answerWeb(options.files, {
      method,
      path,
      ifNoneMatch: req.getHeader('if-none-match'),
      acceptEncoding: req.getHeader('accept-encoding'),
    })
    write(res, reply, shared, method === 'HEAD')
  }

  const sockets: WebSocketBehavior<SocketData> = {
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
        return write(
          res,
          failure(new Solo2Error(code, 'Wait and try again.', { retryAfterMs })),
          hosted(req.getHeader('host')).shared,
          false,
        )
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
  }

  const build = (): TemplatedApp => {
    const { tls } = options
    const app = tls === undefined ? uws.App() : uws.SSLApp({ cert_file_name: tls.cert, key_file_name: tls.key })
    return app
      .any('/*', any)
      .ws(fillerPath, { compression: uws.DISABLED, open: fillSendBuffer })
      .ws(INTRODUCTION_PATH, sockets)
  }

  /** The last one listens; those before it have sockets that were open when the certificate was renewed. */
  const apps = [build()]
  const first = apps[0] as TemplatedApp
  let socket = options.port === 0 ? await listenOnAny(first, options.host) : listen(first, options.host, options.port)
  const port = portOf(socket)
  const target: FillerTarget = { host: options.host, port, secure: options.tls !== undefined, path: fillerPath }
  return {
    port,
    renew() {
      const next = build()
      // In one turn of the event loop: nobody can take the port, and who connects meanwhile waits for its next one.
      uws.us_listen_socket_close(socket)
      try {
        socket = listen(next, options.host, port)
        apps.push(next)
      } catch (error) {
        socket = listen(apps.at(-1) as TemplatedApp, options.host, port)
        throw error
      }
    },
    async scrub() {
      if (!used || closing) return
      used = false
      await fill(target)
    },
    async close() {
      closing = true
      uws.us_listen_socket_close(socket)
      const drained = introduction.close()
      if (running > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 3_000)
          idle = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      await drained
      for (const app of apps) app.close()
    },
  }
}
