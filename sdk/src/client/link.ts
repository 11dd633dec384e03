/**
 * The way from one contact to a tunnel: runs the meeting machine on the introduction socket, makes connections for its
 * attempts, runs the handshake on the one that was introduced, and starts again when the tunnel is gone.
 *
 *   away --start--> meeting --introduced--> handshake --confirmed--> connected --end--> meeting
 *
 * While the path of a tunnel is lost it meets again beside it (make before break): a new tunnel replaces the old one. A tunnel
 * that stands moves by itself (mover.ts): it stays the same to whoever holds it.
 */
import type { Record } from '@solo2/proto/tunnel'
import { toHex, wipe } from '../bytes/bytes.js'
import { ensure, type Solo2Error } from '../errors.js'
import type { Pace } from '../frame/pace.js'
import type { HandshakeInput } from '../handshake/handshake.js'
import { type Diagnosis, diagnose, followTrial, type Trial } from '../introduction/diagnosis.js'
import {
  createMeeting,
  type Introduction,
  type MeetingContext,
  type MeetingInput,
  type MeetingOutput,
  meetingDeadline,
  stepMeeting,
} from '../introduction/meeting.js'
import { withoutAddresses } from '../introduction/sdp.js'
import { epochsAt, type MeetingTopic, nextEpochChange } from '../introduction/topics.js'
import type { Host } from '../ports/host.js'
import type { Connection, IceServer, PathInfo, Transport } from '../ports/transport.js'
import type { TunnelSecrets } from '../tunnel/tunnel.js'
import { type Attempt, createAttempt } from './attempt.js'
import type { Introducer } from './introducer.js'
import { type Line, type LineEvents, openLine } from './line.js'
import { hasMirror } from './network.js'
import type { RunningTunnel } from './run-tunnel.js'

/** An introduced tunnel, before and after it is confirmed. When it moves, `tunnel` is another one from then on. */
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
  /**
   * It moved: what was sent on `before` and not acknowledged goes again on its tunnel now, file requests too. Whoever does not
   * hear of it does not move.
   */
  onMoved?(linked: LinkedTunnel, before: RunningTunnel): void
  /** The path of a settled link's tunnel is lost, or came back. */
  onSettledPath?(linked: LinkedTunnel, state: 'connected' | 'disconnected'): void
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
  pace(): Pace
  /** Resolves when a received message may be handled; undefined: now. */
  quiet(): Promise<void> | undefined
  /** Whether the path may go through the mirror only. */
  relayOnly(): boolean
  readonly handlers: LinkHandlers
}

export interface Link {
  start(): void
  /** Pace or allowed paths are others now: a tunnel whose path is not allowed any more ends, and another is looked for. */
  networkChanged(): void
  /** This device is on another network now: the path is looked for anew at once. */
  roamed(): void
  /** Says Bye where somebody waits, ends the tunnel, leaves the topics. */
  stop(): void
  /** It keeps the tunnel that it has, and looks for no other: `onSettledPath` and `onEnd` tell who does. */
  settle(): void
  readonly current: LinkedTunnel | undefined
  /** Why the last try came to nothing. */
  readonly diagnosis: Diagnosis | undefined
  joined(topics: readonly Uint8Array[]): void
  /** Whether the topic was ours. */
  delivered(topic: Uint8Array, signal: Uint8Array): boolean
}

/** How often the path of a live tunnel is asked for, beside ICE's own events. */
const PATH_POLL_MS = 3_000

export function createLink(options: LinkOptions): Link {
  const { host, introducer, context, handlers } = options
  const attempts = new Map<number, Attempt>()
  let meeting = createMeeting()
  let trial: Trial | undefined
  let current: { attempt: number; linked: LinkedTunnel } | undefined
  let stopped = true
  let isSettled = false
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
    trial = followTrial(trial, input, step.outputs, host.now())
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
        void negotiate(output.attempt, 'offerer', async (connection, own) => {
          run({ type: 'localOffer', attempt: output.attempt, sdp: own(await connection.createOffer()) })
        })
        return
      case 'acceptOffer':
        return void negotiate(output.attempt, 'answerer', async (connection, own) => {
          run({ type: 'localAnswer', attempt: output.attempt, sdp: own(await connection.acceptOffer(output.sdp)) })
        })
      case 'acceptAnswer':
        return void attempts
          .get(output.attempt)
          ?.line.connection.acceptAnswer(output.sdp)
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
    job: (connection: Connection, own: (sdp: string) => string) => Promise<void>,
  ): Promise<void> {
    if (current === undefined) tell('connecting')
    try {
      const iceServers = await options.iceServers()
      if (stopped || !('attempt' in meeting.phase) || meeting.phase.attempt !== attempt) return
      const relayOnly = options.relayOnly()
      const mirror = hasMirror(iceServers)
      if (trial?.attempt === attempt) trial = { ...trial, mirror, relayOnly }
      ensure(!relayOnly || mirror, 'no_mirror', 'the person chose the mirror, and there is none')
      const line = openLine(options.transport, { role, iceServers, relayOnly }, lineEvents(attempt))
      attempts.set(attempt, makeAttempt(attempt, line))
      await job(line.connection, relayOnly ? withoutAddresses : (sdp) => sdp)
    } catch {
      run({ type: 'failed', attempt })
    }
  }

  function lineEvents(number: number): LineEvents {
    return {
      onOpen() {
        if (trial?.attempt === number) trial = { ...trial, stage: 'handshake' }
      },
      onPath: (line, path) => attempts.get(number)?.onPath(line, path),
      onFailed() {
        if (attempts.delete(number)) run({ type: 'failed', attempt: number })
      },
    }
  }

  function makeAttempt(number: number, line: Line): Attempt {
    return createAttempt(line, {
      link: options,
      isAlone: () => attempts.size === 1,
      confirmed: (linked) => confirmed(number, linked),
      onPath(path) {
        if (current?.attempt !== number) return
        void askPath()
        if (isSettled) handlers.onSettledPath?.(current.linked, path)
        else if (path === 'disconnected') meet()
        else settleBack()
      },
      ended: (linked, reason) => ended(number, linked, reason),
    })
  }

  function introduced(number: number, introduction: Introduction): void {
    const attempt = attempts.get(number)
    if (attempt === undefined) return
    // Two tunnels at most (09-22): the one that is met takes the place of all.
    for (const one of attempts.values()) one.settle()
    const keys = handlers.plan(introduction)
    if (!(keys instanceof Promise)) return void attempt.shakeHands(introduction, keys)
    keys.then(
      (made) => {
        if (attempts.get(number) === attempt) attempt.shakeHands(introduction, made)
      },
      () => run({ type: 'failed', attempt: number }),
    )
  }

  function ended(number: number, linked: LinkedTunnel, reason: Solo2Error | undefined): void {
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
      ?.line.connection.path()
      .catch(() => undefined)
    if (current !== asked) return
    if (path !== undefined) {
      handlers.onPath(path)
      attempts.get(asked.attempt)?.path(path)
    }
    cancelPath = host.after(PATH_POLL_MS, () => void askPath())
  }

  function abandon(number: number): void {
    const attempt = attempts.get(number)
    attempts.delete(number)
    attempt?.close()
  }

  /** From away or met; a meeting that is under way goes on. */
  function meet(): void {
    const { stage } = meeting.phase
    if (stopped || isSettled || (stage !== 'away' && stage !== 'met')) return
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

  function start(): void {
    stopped = false
    if (current === undefined) meet()
  }

  function stop(): void {
    stopped = true
    run({ type: 'leave' })
    cancelTick?.()
    cancelEpoch?.()
    cancelPath?.()
    for (const number of [...attempts.keys()]) abandon(number)
    tell('away')
  }

  return {
    start,
    stop,
    settle() {
      isSettled = true
    },
    networkChanged() {
      for (const { linked } of attempts.values()) linked?.tunnel.repace()
      if (stopped || !options.relayOnly()) return
      if ([...attempts.values()].every(({ line }) => line.relayOnly)) return
      stop()
      start()
    },
    roamed() {
      if (stopped) return
      if (current === undefined) {
        stop()
        start()
      } else {
        attempts.get(current.attempt)?.roamed()
      }
    },
    get current() {
      return current?.linked
    },
    get diagnosis() {
      return diagnose(trial)
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
