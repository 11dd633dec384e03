/**
 * The introduction socket of one user (spec/06): draws a ticket, opens, joins the wanted topics, carries signals.
 * It holds no identity; meetings hand it topics and sealed signals.
 */
import { ClientFrame, RefusalReason, ServerFrame, type ServerFrame as ServerFrameType } from '@solo2/proto/introduction'
import { toHex } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { ensureLength } from '../crypto/sizes.js'
import { type ErrorCode, Solo2Error } from '../errors.js'
import { socketTopics } from '../introduction/topics.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { Signaling, SignalingSocket } from '../ports/signaling.js'
import { createBackoff } from './backoff.js'
import { INTRODUCTION_VERSIONS } from './versions.js'

export interface IntroducerOptions {
  readonly host: Host
  readonly signaling: Signaling
  readonly url: string
  drawTicket(): Promise<Uint8Array>
  /** The topics are joined: signals sent from now on reach the other members. */
  onJoined(topics: readonly Uint8Array[]): void
  onSignal(topic: Uint8Array, signal: Uint8Array): void
  /** A refusal that somebody may want to know of; retries happen by themselves. */
  onRefusal(error: Solo2Error): void
}

export interface Introducer {
  /** Wanted from now on; joined as soon as the socket stands. */
  join(topics: readonly Uint8Array[]): void
  leave(topics: readonly Uint8Array[]): void
  /** Dropped while the socket is away: a meeting says Hello again when it is joined. */
  send(topic: Uint8Array, signal: Uint8Array): void
  /** The server gave no ticket because of how the account stands. */
  readonly isRefused: boolean
  /** Tries at once, instead of when a pause is over; not before the time that the server named. */
  retry(): void
  /** The network is another one: what the socket sent may be lost, and it may not know. Opens another at once. */
  roamed(): void
  close(): void
}

export function createIntroducer(options: IntroducerOptions): Introducer {
  const { host } = options
  const backoff = createBackoff(host)
  const wanted = new Map<string, Uint8Array>()
  /** What this socket has joined, padding included. */
  const joined = new Map<string, Uint8Array>()
  /** Wanted topics of the Join frames that were not answered yet, in order. */
  let asked: Uint8Array[][] = []
  let padding: readonly Uint8Array[] = []
  let socket: SignalingSocket | undefined
  let stage: 'idle' | 'opening' | 'open' = 'idle'
  let closed = false
  let isRefused = false
  let notBefore = 0
  /** Leaves the socket without waiting for its end. */
  let forget = (): void => {}

  function write(frame: NonNullable<Parameters<typeof ClientFrame.encode>[0]['frame']>): void {
    try {
      socket?.send(encode(ClientFrame, { frame }))
    } catch (error) {
      // The socket is closing and will say so: what is lost is said again on the next one.
      if (!(error instanceof Solo2Error) || error.code !== 'closed') throw error
    }
  }

  async function start(): Promise<void> {
    if (closed || stage !== 'idle' || wanted.size === 0) return
    stage = 'opening'
    let ticket: Uint8Array
    try {
      ticket = await options.drawTicket()
      isRefused = false
    } catch (error) {
      stage = 'idle'
      isRefused = error instanceof Solo2Error && error.code === 'failed_precondition'
      notBefore = host.now() + (error instanceof Solo2Error ? (error.retryAfterMs ?? 0) : 0)
      if (error instanceof Solo2Error && error.code === 'unauthenticated') return
      backoff.schedule(() => void start(), error instanceof Solo2Error ? error.retryAfterMs : 0)
      return
    }
    if (closed || wanted.size === 0) {
      stage = 'idle'
      return
    }
    let ended = false
    const opened = options.signaling.open(options.url, {
      onOpen() {
        write({
          $case: 'open',
          value: { versions: [...INTRODUCTION_VERSIONS], admission: { $case: 'ticket', value: ticket } },
        })
        // Not when it is answered: the ticket is judged first anyway, and a round trip is saved (06-83).
        stage = 'open'
        sync()
      },
      onFrame(bytes) {
        if (ended) return
        try {
          receive(decodeCanonical(ServerFrame, bytes))
        } catch (error) {
          options.onRefusal(Solo2Error.from(error, 'malformed', 'the server sent no ServerFrame'))
          opened.close()
        }
      },
      onClose: () => gone(),
    })
    socket = opened
    forget = () => gone(true)

    function gone(isRoaming = false): void {
      if (ended) return
      ended = true
      socket = undefined
      stage = 'idle'
      joined.clear()
      padding = []
      asked = []
      if (isRoaming) opened.close()
      else if (!closed && wanted.size > 0) backoff.schedule(() => void start())
    }
  }

  function retry(): void {
    if (stage !== 'idle' || host.now() < notBefore) return
    backoff.cancel()
    backoff.reset()
    void start()
  }

  function receive({ frame }: ServerFrameType): void {
    switch (frame?.$case) {
      case 'opened':
        backoff.reset()
        return
      case 'joined': {
        const topics = asked.shift() ?? []
        const still = topics.filter((topic) => wanted.has(toHex(topic)))
        if (still.length > 0) options.onJoined(still)
        return
      }
      case 'delivery':
        ensureLength(frame.value.topic, PROTOCOL.ID_SIZE, 'malformed', 'a topic')
        ensureLength(frame.value.signal, PROTOCOL.SIGNAL_SIZE, 'malformed', 'a signal')
        if (wanted.has(toHex(frame.value.topic))) options.onSignal(frame.value.topic, frame.value.signal)
        return
      case 'refusal':
        if (frame.value.topic.length > 0) ensureLength(frame.value.topic, PROTOCOL.ID_SIZE, 'malformed', 'a topic')
        if (frame.value.reason === RefusalReason.TOPIC_FULL) joinLater(frame.value.topic)
        options.onRefusal(refusalError(frame.value.reason, frame.value.retryAfterMs))
        return
      case 'woken':
        // This socket wakes nobody.
        throw new Solo2Error('malformed', 'an answer that was not asked for')
      case undefined:
        throw new Solo2Error('malformed', 'an empty ServerFrame')
      default:
        frame satisfies never
    }
  }

  /** The topic has as many members as it may: some of them will go (spec/06 section 5). */
  function joinLater(topic: Uint8Array): void {
    joined.delete(toHex(topic))
    host.after(CHOSEN.RETRY_MAX_MS, sync)
  }

  /** Brings what the socket has joined to what is wanted and a padding up to a multiple of 16 (spec/06). */
  function sync(): void {
    if (stage !== 'open') return
    const target = socketTopics([...wanted.values()], padding, host)
    padding = target.padding
    const names = new Set(target.topics.map(toHex))
    const left = [...joined].filter(([name]) => !names.has(name))
    const fresh = target.topics.filter((topic) => !joined.has(toHex(topic)))
    for (const [name] of left) joined.delete(name)
    for (const topic of fresh) joined.set(toHex(topic), topic)
    if (left.length > 0) write({ $case: 'leave', value: { topics: left.map(([, topic]) => topic) } })
    if (fresh.length > 0) {
      asked.push(fresh.filter((topic) => wanted.has(toHex(topic))))
      write({ $case: 'join', value: { topics: fresh } })
    }
  }

  return {
    join(topics) {
      for (const topic of topics) wanted.set(toHex(topic), topic)
      if (stage === 'open') sync()
      else void start()
    },
    leave(topics) {
      for (const topic of topics) wanted.delete(toHex(topic))
      if (wanted.size > 0) return sync()
      backoff.cancel()
      socket?.close()
    },
    send(topic, signal) {
      if (stage === 'open') write({ $case: 'send', value: { topic, signal } })
    },
    get isRefused() {
      return isRefused
    },
    retry,
    roamed() {
      forget()
      retry()
    },
    close() {
      closed = true
      wanted.clear()
      backoff.cancel()
      socket?.close()
    },
  }
}

/** A refusal of the introduction socket as an error. */
export function refusalError(reason: number, retryAfterMs: number): Solo2Error {
  const codes: { readonly [reason: number]: ErrorCode } = {
    [RefusalReason.TICKET]: 'ticket_refused',
    [RefusalReason.VERSION]: 'unsupported_version',
    [RefusalReason.RATE]: 'rate_limited',
    [RefusalReason.UNAVAILABLE]: 'unavailable',
    [RefusalReason.TOPIC_FULL]: 'busy',
  }
  return new Solo2Error(codes[reason] ?? 'failed_precondition', 'the introduction server refused a frame', {
    retryAfterMs,
  })
}
