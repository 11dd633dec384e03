/**
 * Moves a tunnel to another path while it stands (spec/09 section 8): runs the machine over the tunnel, makes the second
 * connection, and hands it over when its tunnel is confirmed. Not its concern: what a link does with it.
 */
import type { MoveRequest, MoveSignal } from '@solo2/proto/tunnel'
import { wipe } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import type { HandshakeInput } from '../handshake/handshake.js'
import { countCandidates } from '../introduction/diagnosis.js'
import {
  createMove,
  type MoveContext,
  type MoveInput,
  type MoveIntroduction,
  type MoveOutput,
  moveDeadline,
  stepMove,
} from '../introduction/move.js'
import { withoutAddresses } from '../introduction/sdp.js'
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { IceServer, PathInfo, Transport } from '../ports/transport.js'
import { closeLine, type Line, occupy, openLine } from './line.js'
import { createMoveTimes } from './move-times.js'
import { hasMirror, withoutRelays } from './network.js'
import type { RunningTunnel } from './run-tunnel.js'

export interface MoverOptions {
  readonly host: Host
  readonly transport: Transport
  readonly context: MoveContext
  /** What the tunnel that moves runs on. */
  readonly line: Line
  readonly tunnel: RunningTunnel
  /** No other tunnel of this link stands or is being made. */
  isAlone(): boolean
  iceServers(): Promise<readonly IceServer[]>
  relayOnly(): boolean
  /** The handshake of the new tunnel; `hash` is the old one's. */
  input(
    introduction: MoveIntroduction,
    secrets: { readonly psk0: Uint8Array; readonly hash: Uint8Array },
  ): HandshakeInput
  /** Runs it on the new line. */
  run(line: Line, input: HandshakeInput, events: { confirmed(): void; ended(): void }): RunningTunnel
  onPath: Parameters<typeof openLine>[2]['onPath']
  /** The new tunnel is confirmed: it takes the place of this one. */
  moved(line: Line): void
}

export interface Mover {
  /** Each time that the path is looked at. */
  path(path: PathInfo): void
  /** This device is on another network now. */
  roamed(): void
  receive(
    body:
      | { readonly $case: 'moveRequest'; readonly value: MoveRequest }
      | { readonly $case: 'moveSignal'; readonly value: MoveSignal },
  ): void
  /** Ends a move that is under way; another may follow while the tunnel stands. */
  cancel(): void
}

export function createMover(options: MoverOptions): Mover {
  const { host, context, tunnel } = options
  let state = createMove()
  let next: { readonly attempt: number; readonly line: Line } | undefined
  let path: PathInfo['kind'] = 'unknown'
  /** Any path will do for what is tried until then: this device or the other one has a reason to leave this one (09-28, 09-33). */
  let anyPathUntil = Number.NEGATIVE_INFINITY
  let startedAt = Number.NEGATIVE_INFINITY
  let cancelTick: (() => void) | undefined
  let isOver = false

  function run(input: MoveInput): void {
    const step = stepMove(state, input, context, host)
    state = step.state
    wipe(...step.spent)
    for (const output of step.outputs) perform(output)
    cancelTick?.()
    const deadline = moveDeadline(state)
    cancelTick =
      deadline === undefined ? undefined : host.after(Math.max(0, deadline - host.now()), () => run({ type: 'tick' }))
  }

  function perform(output: MoveOutput): void {
    switch (output.type) {
      case 'send':
        tunnel.queueRecords([{ body: { $case: 'moveSignal', value: { signal: output.signal } } }], 'control')
        return
      case 'request':
        tunnel.queueRecords([{ body: { $case: 'moveRequest', value: {} } }], 'control')
        return
      case 'createOffer':
        return void connect(output.attempt, 'offerer', false, async ({ connection }, own) => {
          run({ type: 'localOffer', attempt: output.attempt, sdp: own(await connection.createOffer()) })
        })
      case 'acceptOffer': {
        const throughMirror = countCandidates(output.sdp).relay > 0
        return void connect(output.attempt, 'answerer', throughMirror, async ({ connection }, own) => {
          run({ type: 'localAnswer', attempt: output.attempt, sdp: own(await connection.acceptOffer(output.sdp)) })
        })
      }
      case 'acceptAnswer':
        return void next?.line.connection
          .acceptAnswer(output.sdp)
          .catch(() => run({ type: 'failed', attempt: output.attempt }))
      case 'introduced':
        shakeHands(output.attempt, output.introduction)
        return
      case 'abandoned':
        if (next?.attempt === output.attempt) {
          const { line } = next
          next = undefined
          closeLine(line)
        }
        return
      case 'refused':
        return
      default:
        output satisfies never
    }
  }

  /** `throughMirror`: the other side's offer leads through one. */
  async function connect(
    attempt: number,
    role: MoveContext['role'],
    throughMirror: boolean,
    job: (line: Line, own: (sdp: string) => string) => Promise<void>,
  ): Promise<void> {
    try {
      const isOutOfMirror = leadsOut() && !throughMirror
      // Who may show no address has only the mirror to answer with, where this tunnel is already (09-27).
      ensure(role === 'offerer' || !isOutOfMirror || !options.relayOnly(), 'no_mirror', 'a direct path is not allowed')
      const iceServers = await servers(isOutOfMirror)
      if (isOver || !('attempt' in state.phase) || state.phase.attempt !== attempt) return
      const relayOnly = options.relayOnly()
      ensure(!relayOnly || hasMirror(iceServers), 'no_mirror', 'the person chose the mirror, and there is none')
      const line = openLine(
        options.transport,
        { role, iceServers, relayOnly },
        { onPath: options.onPath, onFailed: () => run({ type: 'failed', attempt }) },
      )
      next = { attempt, line }
      await job(line, relayOnly ? withoutAddresses : (sdp) => sdp)
    } catch {
      run({ type: 'failed', attempt })
    }
  }

  /** Out of a mirror that works the new path is to be a direct one, or none. */
  function leadsOut(): boolean {
    return path === 'mirror' && options.line.path !== 'disconnected' && host.now() >= anyPathUntil
  }

  /** None if the server is away and nothing is known. The mirror's own candidates would lead back to it (09-27). */
  async function servers(isOutOfMirror: boolean): Promise<readonly IceServer[]> {
    const known = await Promise.race([
      options.iceServers(),
      new Promise<readonly IceServer[]>((resolve) => host.after(CHOSEN.GATHERING_MS, () => resolve([]))),
    ])
    return options.relayOnly() || !isOutOfMirror ? known : withoutRelays(known)
  }

  function shakeHands(attempt: number, introduction: MoveIntroduction): void {
    const secrets = tunnel.moveSecrets(introduction.nonce)
    if (next?.attempt !== attempt || secrets === undefined) {
      run({ type: 'failed', attempt })
      return
    }
    const { line } = next
    const running = options.run(line, options.input(introduction, secrets), {
      confirmed() {
        wipe(secrets.psk0)
        if (next?.attempt !== attempt || isOver) return
        run({ type: 'confirmed', attempt })
        next = undefined
        isOver = true
        times.stop()
        options.moved(line)
      },
      ended() {
        wipe(secrets.psk0)
        run({ type: 'failed', attempt })
      },
    })
    occupy(line, running)
  }

  function start(): void {
    if (isOver || !options.isAlone()) return
    startedAt = host.now()
    run({ type: 'start' })
  }

  function startAnyPath(): void {
    anyPathUntil = host.now() + CHOSEN.CONNECT_MS
    start()
  }

  const times = createMoveTimes({
    host,
    role: context.role,
    renewAt: options.line.renewAt,
    relayOnly: options.relayOnly,
    iceServers: options.iceServers,
    tryDirect: start,
    renew: startAnyPath,
  })

  return {
    path({ kind }) {
      path = kind
      if (!isOver) times.path(kind)
    },
    roamed() {
      times.soon()
      startAnyPath()
    },
    receive(body) {
      if (isOver) return
      if (body.$case === 'moveSignal') {
        if (options.isAlone()) run({ type: 'signal', signal: body.value.signal })
        return
      }
      // Asked without end, it would build connections without end. Who asks has a reason to leave this path.
      const isSoon = host.now() - startedAt < CHOSEN.MOVE_MIN_MS / 2
      if (context.role === 'offerer' && !isSoon) startAnyPath()
    },
    cancel() {
      times.stop()
      run({ type: 'stop' })
    },
  }
}
