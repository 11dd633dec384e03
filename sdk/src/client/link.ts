/**
 * The way from one contact to a tunnel: runs the meeting machine on the introduction socket, makes connections for its
 * attempts, runs the handshake on the one that was introduced, and starts again when the tunnel is gone.
 *
 *   away --start--> meeting --introduced--> handshake --confirmed--> connected --end--> meeting
 *
 * While the path of a tunnel is lost it meets again beside it (make before break): a new tunnel replaces the old one.
 */
import type { Record } from '@solo2/proto/tunnel'
import { toHex, wipe } from '../bytes/bytes.js'
import type { Solo2Error } from '../errors.js'
import type { HandshakeInput } from '../handshake/handshake.js'
import { makePrologue } from '../handshake/prologue.js'
import {
  createMeeting,
  type Introduction,
  type MeetingContext,
  type MeetingInput,
  type MeetingOutput,
  meetingDeadline,
  stepMeeting,
} from '../introduction/meeting.js'
import { epochsAt, type MeetingTopic, nextEpochChange } from '../introduction/topics.js'
import type { Host } from '../ports/host.js'
import type { Connection, ConnectionEvents, IceServer, PathInfo, Transport } from '../ports/transport.js'
import type { TunnelSecrets } from '../tunnel/tunnel.js'
import type { Introducer } from './introducer.js'
import { type RunningTunnel, runTunnel } from './run-tunnel.js'

/** An introduced tunnel, before and after it is confirmed. */
export interface LinkedTunnel {
  readonly introduction: Introduction
  readonly tunnel: RunningTunnel
}

/** What a handshake takes beside its prologue. */
export type Keys = Omit<HandshakeInput, 'prologue'>

export interface LinkHandlers {
  onState(state: 'away' | 'connecting' | 'connected'): void
  onPath(path: PathInfo): void
  /** Keys and psk0; called once for each introduction. Only an initiator may be made to wait for them: it speaks first. */
  plan(introduction: Introduction): Keys | Promise<Keys>
  persist(linked: LinkedTunnel, secrets: TunnelSecrets): Promise<void>
  /** Records may be queued. */
  onReady(linked: LinkedTunnel): void
  onConfirmed(linked: LinkedTunnel): Promise<void>
  onContent(linked: LinkedTunnel, content: Uint8Array): Promise<void>
  onRecord(linked: LinkedTunnel, record: Record): Promise<void>
  onRoom(linked: LinkedTunnel): void
  /** Confirmed, and the one before it has ended: this is the tunnel now. */
  onCurrent(linked: LinkedTunnel): void
  /** A tunnel is gone, at whatever stage. */
  onEnd(linked: LinkedTunnel, reason: Solo2Error | undefined): void
}

export interface LinkOptions {
  readonly host: Host
  readonly transport: Transport
  readonly introducer: Introducer
  readonly context: MeetingContext
  /** The id that the prologue holds for the other side, 32 bytes. */
  readonly peerId: Uint8Array
  topics(): MeetingTopic[]
  iceServers(): Promise<readonly IceServer[]>
  readonly handlers: LinkHandlers
}

export interface Link {
  start(): void
  /** Says Bye where somebody waits, ends the tunnel, leaves the topics. */
  stop(): void
  readonly current: LinkedTunnel | undefined
  joined(topics: readonly Uint8Array[]): void
  /** Whether the topic was ours. */
  delivered(topic: Uint8Array, signal: Uint8Array): boolean
}

interface Attempt {
  readonly connection: Connection
  opened: boolean
  linked: LinkedTunnel | undefined
}

/** How often the path of a live tunnel is asked for, beside ICE's own events. */
const PATH_POLL_MS = 3_000

export function createLink(options: LinkOptions): Link {
  const { host, introducer, context, handlers } = options
  const attempts = new Map<number, Attempt>()
  let meeting = createMeeting()
  let current: { attempt: number; linked: LinkedTunnel } | undefined
  let stopped = true
  let cancelTick: (() => void) | undefined
  let cancelEpoch: (() => void) | undefined
  let cancelPath: (() => void) | undefined
  let state: 'away' | 'connecting' | 'connected' = 'away'

  function tell(next: typeof state): void {
    if (state === next) return
    state = next
    handlers.onState(next)
  }

  function run(input: MeetingInput): void {
    const step = stepMeeting(meeting, input, context, host)
    meeting = step.state
    wipe(...step.spent)
    for (const output of step.outputs) perform(output)
    scheduleTick()
  }

  function scheduleTick(): void {
    cancelTick?.()
    const deadline = meetingDeadline(meeting)
    cancelTick =
      deadline === undefined ? undefined : host.after(Math.max(0, deadline - host.now()), () => run({ type: 'tick' }))
  }

  function perform(output: MeetingOutput): void {
    switch (output.type) {
      case 'join':
        introducer.join(output.topics)
        return
      case 'leave':
        introducer.leave(output.topics)
        return
      case 'send':
        introducer.send(output.topic, output.signal)
        return
      case 'createOffer':
        void negotiate(output.attempt, 'offerer', async (connection) => {
          run({ type: 'localOffer', attempt: output.attempt, sdp: await connection.createOffer() })
        })
        return
      case 'acceptOffer':
        return void negotiate(output.attempt, 'answerer', async (connection) => {
          run({ type: 'localAnswer', attempt: output.attempt, sdp: await connection.acceptOffer(output.sdp) })
        })
      case 'acceptAnswer':
        return void attempts
          .get(output.attempt)
          ?.connection.acceptAnswer(output.sdp)
          .catch(() => run({ type: 'failed', attempt: output.attempt }))
      case 'introduced':
        introduced(output.attempt, output.introduction)
        return
      case 'abandoned':
        abandon(output.attempt)
        if (current === undefined) tell('away')
        return
      case 'refused':
        return
      default:
        output satisfies never
    }
  }

  async function negotiate(
    attempt: number,
    role: 'offerer' | 'answerer',
    job: (connection: Connection) => Promise<void>,
  ): Promise<void> {
    if (current === undefined) tell('connecting')
    try {
      const iceServers = await options.iceServers()
      if (stopped || !('attempt' in meeting.phase) || meeting.phase.attempt !== attempt) return
      const connection = options.transport.connect({ role, iceServers }, connectionEvents(attempt))
      attempts.set(attempt, { connection, opened: false, linked: undefined })
      await job(connection)
    } catch {
      run({ type: 'failed', attempt })
    }
  }

  function connectionEvents(number: number): ConnectionEvents {
    const tunnel = () => attempts.get(number)?.linked?.tunnel
    return {
      onOpen() {
        const attempt = attempts.get(number)
        if (attempt === undefined) return
        attempt.opened = true
        attempt.linked?.tunnel.opened()
      },
      onMessage: (message) => tunnel()?.received(message),
      onDrain: () => tunnel()?.drained(),
      onPath(path) {
        if (current?.attempt !== number) return
        void askPath()
        if (path === 'disconnected') meet()
        else settleBack()
      },
      onClose() {
        const attempt = attempts.get(number)
        if (attempt?.linked !== undefined) attempt.linked.tunnel.closed()
        else if (attempts.delete(number)) run({ type: 'failed', attempt: number })
      },
    }
  }

  function introduced(number: number, introduction: Introduction): void {
    const attempt = attempts.get(number)
    if (attempt === undefined) return
    const initiator = introduction.role === 'offerer'
    const mine = { id: context.own.id, device: context.own.device }
    const theirs = { id: options.peerId, device: introduction.peerDevice }
    const [i, r] = initiator ? [mine, theirs] : [theirs, mine]
    const { helloI, helloR, offer, answer } = introduction
    const prologue = makePrologue(
      { helloI, helloR, offer, answer, idI: i.id, idR: r.id, deviceI: i.device, deviceR: r.device },
      host,
    )
    const keys = handlers.plan(introduction)
    if (!(keys instanceof Promise)) return void shakeHands(number, attempt, introduction, { prologue, ...keys })
    keys.then(
      (made) => {
        if (attempts.get(number) === attempt) shakeHands(number, attempt, introduction, { prologue, ...made })
      },
      () => run({ type: 'failed', attempt: number }),
    )
  }

  function shakeHands(number: number, attempt: Attempt, introduction: Introduction, input: HandshakeInput): void {
    const initiator = introduction.role === 'offerer'
    const tunnel = runTunnel(initiator ? 'initiator' : 'responder', input, attempt.connection, host, {
      persist: (secrets) => handlers.persist(linked, secrets),
      onReady() {
        handlers.onReady(linked)
        // The responder knows by the initiator's first frame that both hold the keys (07-25).
        if (!initiator) confirmed(number, linked)
      },
      async onConfirmed() {
        await handlers.onConfirmed(linked)
        confirmed(number, linked)
      },
      onContent: (content) => handlers.onContent(linked, content),
      onRecord: (record) => handlers.onRecord(linked, record),
      onRoom: () => handlers.onRoom(linked),
      onEnd(reason) {
        attempts.delete(number)
        handlers.onEnd(linked, reason)
        if (current?.attempt === number) {
          current = undefined
          cancelPath?.()
          tell('away')
          meet()
        } else {
          run({ type: 'failed', attempt: number })
        }
      },
    })
    const linked: LinkedTunnel = { introduction, tunnel }
    attempt.linked = linked
    if (attempt.opened) tunnel.opened()
  }

  function confirmed(number: number, linked: LinkedTunnel): void {
    // It may have ended while its confirmation was stored.
    if (attempts.get(number)?.linked !== linked) return
    const previous = current
    current = { attempt: number, linked }
    previous?.linked.tunnel.end()
    run({ type: 'connected', attempt: number })
    tell('connected')
    handlers.onCurrent(linked)
    void askPath()
  }

  async function askPath(): Promise<void> {
    cancelPath?.()
    const asked = current
    if (asked === undefined) return
    const path = await attempts
      .get(asked.attempt)
      ?.connection.path()
      .catch(() => undefined)
    if (current !== asked) return
    if (path !== undefined) handlers.onPath(path)
    cancelPath = host.after(PATH_POLL_MS, () => void askPath())
  }

  function abandon(number: number): void {
    const attempt = attempts.get(number)
    attempts.delete(number)
    if (attempt?.linked !== undefined) attempt.linked.tunnel.end()
    else attempt?.connection.close()
  }

  /** From away or met; a meeting that is under way goes on. */
  function meet(): void {
    const { stage } = meeting.phase
    if (stopped || (stage !== 'away' && stage !== 'met')) return
    run({ type: 'start', topics: options.topics() })
    followEpochs(epochsAt(host.now()))
  }

  /** The path came back before anybody was met beside it: off the topics again (06-22). */
  function settleBack(): void {
    const { phase } = meeting
    if (phase.stage === 'waiting' && phase.peers.length === 0) run({ type: 'leave' })
  }

  function followEpochs(joined: readonly number[]): void {
    cancelEpoch?.()
    cancelEpoch = host.after(Math.max(0, nextEpochChange(host.now()) - host.now()), () => {
      const epochs = epochsAt(host.now())
      if (epochs.join() !== joined.join()) run({ type: 'topics', topics: options.topics() })
      followEpochs(epochs)
    })
  }

  return {
    start() {
      stopped = false
      if (current === undefined) meet()
    },
    stop() {
      stopped = true
      run({ type: 'leave' })
      cancelTick?.()
      cancelEpoch?.()
      cancelPath?.()
      for (const number of [...attempts.keys()]) abandon(number)
      tell('away')
    },
    get current() {
      return current?.linked
    },
    joined(topics) {
      const names = new Set(meeting.topics.map(({ topic }) => toHex(topic)))
      const ours = topics.filter((topic) => names.has(toHex(topic)))
      if (ours.length > 0) run({ type: 'joined', topics: ours })
    },
    delivered(topic, signal) {
      const name = toHex(topic)
      if (!meeting.topics.some((candidate) => toHex(candidate.topic) === name)) return false
      run({ type: 'delivered', topic, signal })
      return true
    },
  }
}
