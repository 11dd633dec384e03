/** The wire over NATS core: memory only, no streams. Subjects and messages are sealed; what NATS has is noise. */
import { type ConnectionOptions, connect, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { wipe } from '@solo2/sdk/shared'
import type { Wire, WireEvents } from './port.js'
import { createSealing } from './sealing.js'

const ALL = 'solo2.all'
const topicSubject = (hash: string) => `solo2.t.${hash}`
const serverSubject = (name: Uint8Array) => `solo2.s.${Buffer.from(name).toString('base64url')}`

/** How long a start waits for NATS before it goes on alone. */
const FIRST_MS = 2_000
const RETRY_MS = 250
/** Two missed answers and the connection counts as lost. */
const PING_MS = 2_000

export interface NatsAddress {
  /** nats:// or tls://, with credentials if NATS wants some: a secret. */
  readonly url: string
  /** PEM of the authority that signed NATS's certificate, if it is none of the system's. */
  readonly ca: string | undefined
}

export interface NatsOptions extends NatsAddress {
  /** The cluster's key for its bus. */
  readonly secret: Uint8Array
  readonly name: Uint8Array
}

export function natsOptions({ url, ca }: NatsAddress): ConnectionOptions {
  const { protocol, hostname, port, username, password } = new URL(url)
  const login =
    username === ''
      ? {}
      : password === ''
        ? { token: decodeURIComponent(username) }
        : { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return {
    servers: `${hostname}:${port === '' ? '4222' : port}`,
    ...login,
    ...(protocol === 'tls:' && { tls: ca === undefined ? {} : { ca } }),
    name: 'solo2',
    noEcho: true,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    ignoreAuthErrorAbort: true,
    pingInterval: PING_MS,
    timeout: FIRST_MS,
    noAsyncTraces: true,
  }
}

interface Hearing {
  readonly subject: string
  readonly heard: (from: Uint8Array, message: Uint8Array) => void
  subscription: Subscription | undefined
}

/** Resolves when NATS answered, or did not in time: then it goes on trying. */
export async function createNatsWire(options: NatsOptions): Promise<Wire> {
  const sealing = createSealing(options.secret, options.name)
  const settings = natsOptions(options)
  const hearings = new Set<Hearing>()
  let connection: NatsConnection | undefined
  let isUp = false
  let closed = false
  let events: WireEvents | undefined

  const subscribe = (hearing: Hearing) => {
    hearing.subscription = connection?.subscribe(hearing.subject, {
      callback(error, received) {
        if (error !== null) return
        const opened = sealing.open(hearing.subject, received.data)
        if (opened === undefined) return
        hearing.heard(opened.from, opened.message)
        wipe(opened.message)
      },
    })
  }
  const listen = (subject: string, heard: Hearing['heard']) => {
    const hearing: Hearing = { subject, heard, subscription: undefined }
    hearings.add(hearing)
    subscribe(hearing)
    return () => {
      hearings.delete(hearing)
      hearing.subscription?.unsubscribe()
    }
  }
  const publish = (subject: string, message: Uint8Array) => {
    if (isUp) connection?.publish(subject, sealing.seal(subject, message))
    else wipe(message)
  }
  const watch = async (made: NatsConnection) => {
    for await (const { type } of made.status()) {
      if (closed) return
      if (type === 'disconnect' && isUp) {
        isUp = false
        events?.down()
      } else if (type === 'reconnect' && !isUp) {
        isUp = true
        events?.up()
      }
    }
  }
  const dial = async () => {
    const made = await connect(settings)
    if (closed) return made.close()
    connection = made
    isUp = true
    for (const hearing of hearings) subscribe(hearing)
    void watch(made)
    events?.up()
  }
  const keepDialling = async () => {
    while (!closed && connection === undefined) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
      await dial().catch(() => {})
    }
  }
  await dial().catch(() => void keepDialling())

  return {
    get isUp() {
      return isUp
    },
    start(given) {
      events = given
      listen(ALL, given.heard)
      listen(serverSubject(options.name), given.heard)
      if (isUp) given.up()
      else given.down()
    },
    hear: (topic, heard) => listen(topicSubject(sealing.subjectOf(topic)), heard),
    tell: (topic, message) => publish(topicSubject(sealing.subjectOf(topic)), message),
    send: (server, message) => publish(serverSubject(server), message),
    broadcast: (message) => publish(ALL, message),
    async flush() {
      if (isUp) await connection?.flush().catch(() => {})
    },
    async close() {
      closed = true
      isUp = false
      await connection?.close()
    },
  }
}
