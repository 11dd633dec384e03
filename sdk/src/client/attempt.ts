/**
 * One connection that a meeting led to, from its handshake on: runs its tunnel, and moves it to another connection while it
 * stands (spec/09 section 8). To the link it stays the same attempt, to everybody else the same tunnel.
 */
import type { Record } from '@solo2/proto/tunnel'
import { wipe } from '../bytes/bytes.js'
import type { Solo2Error } from '../errors.js'
import { makePrologue } from '../handshake/prologue.js'
import type { Introduction } from '../introduction/meeting.js'
import type { MoveIntroduction } from '../introduction/move.js'
import { PROTOCOL } from '../limits.js'
import type { PathInfo } from '../ports/transport.js'
import { closeLine, type Line, occupy } from './line.js'
import type { Keys, LinkedTunnel, LinkOptions } from './link.js'
import { createMover, type Mover } from './mover.js'
import { runTunnel } from './run-tunnel.js'

export interface Attempt {
  /** What carries now; another one after a move. */
  readonly line: Line
  readonly linked: LinkedTunnel | undefined
  /** Both signals are exchanged. */
  shakeHands(introduction: Introduction, keys: Keys): void
  onPath(line: Line, state: 'connected' | 'disconnected'): void
  /** Each time that the path is looked at. */
  path(path: PathInfo): void
  /** This device is on another network now. */
  roamed(): void
  /** No second tunnel from here on, until it is alone again. */
  settle(): void
  close(): void
}

export interface AttemptOptions {
  readonly link: LinkOptions
  /** Nothing else is connected or being connected for the link. */
  isAlone(): boolean
  /** Both sides hold the keys; again never, however often it moves. */
  confirmed(linked: LinkedTunnel): void
  onPath(state: 'connected' | 'disconnected'): void
  /** The tunnel is gone, and none is left to which it moved. */
  ended(linked: LinkedTunnel, reason: Solo2Error | undefined): void
}

export function createAttempt(first: Line, options: AttemptOptions): Attempt {
  const { host, context, handlers, transport, peerId, iceServers, relayOnly, pace, quiet } = options.link
  let line = first
  let linked: { introduction: Introduction; tunnel: LinkedTunnel['tunnel'] } | undefined
  let mover: Mover | undefined
  /** What it moved away from, while both exist. */
  let before: Line | undefined

  function prologueOf(
    introduction: Introduction,
    { helloI, helloR, offer, answer }: Omit<MoveIntroduction, 'nonce'>,
    movedFrom?: Uint8Array,
  ): Uint8Array {
    const mine = { id: context.own.id, device: context.own.device }
    const theirs = { id: peerId, device: introduction.peerDevice }
    const [i, r] = introduction.role === 'offerer' ? [mine, theirs] : [theirs, mine]
    const signals = { helloI, helloR, offer, answer, ...(movedFrom && { movedFrom }) }
    return makePrologue({ ...signals, idI: i.id, idR: r.id, deviceI: i.device, deviceR: r.device }, host)
  }

  function shakeHands(introduction: Introduction, keys: Keys): void {
    const role = introduction.role === 'offerer' ? 'initiator' : 'responder'
    const input = { ...keys, prologue: prologueOf(introduction, introduction) }
    const confirmed = () => {
      mover = makeMover(keys)
      options.confirmed(own)
    }
    const tunnel = runTunnel(role, input, line.connection, host, {
      ...carrying(line),
      ...{ pace, quiet },
      persist: (secrets) => handlers.persist(own, secrets),
      onReady() {
        handlers.onReady(own)
        // The responder knows by the initiator's first frame that both hold the keys (07-25).
        if (role === 'responder') confirmed()
      },
      async onConfirmed() {
        await handlers.onConfirmed(own)
        confirmed()
      },
      onEnd: (reason) => onEnd(first, reason),
    })
    const own = { introduction, tunnel }
    linked = own
    occupy(line, tunnel)
  }

  /** What comes on a line: contents count wherever they come, and files only where they began anew. */
  function carrying(at: Line) {
    return {
      async onContent(content: Uint8Array) {
        if (linked !== undefined) await handlers.onContent(linked, content)
      },
      async onRecord(record: Record) {
        const { body } = record
        if (body === undefined || linked === undefined) return
        if (body.$case === 'moveRequest' || body.$case === 'moveSignal') {
          if (at === line) mover?.receive(body)
        } else if (at === line || !('file' in body.value)) {
          await handlers.onRecord(linked, record)
        }
      },
      onRoom() {
        if (linked !== undefined && at === line) handlers.onRoom(linked)
      },
    }
  }

  function onEnd(at: Line, reason: Solo2Error | undefined): void {
    if (at === before) before = undefined
    if (at !== line) return
    settle()
    mover = undefined
    if (linked !== undefined) options.ended(linked, reason)
  }

  function onPath(at: Line, state: 'connected' | 'disconnected'): void {
    if (at === line) options.onPath(state)
  }

  /** The tunnel to which it moves takes the keys of the first one, but for psk0. */
  function makeMover({ ownStatic, peerStatic }: Omit<Keys, 'psk0'>): Mover | undefined {
    const { onMoved } = handlers
    // Who was let in by a code has no static key to come back with yet.
    if (onMoved === undefined || peerStatic === undefined || linked === undefined) return undefined
    const { introduction, tunnel } = linked
    const { role, version, peerDevice } = introduction
    return createMover({
      host,
      transport,
      iceServers,
      relayOnly,
      context: { role, own: context.own.device, peer: peerDevice, versions: context.versions, version },
      line,
      tunnel,
      isAlone: () => options.isAlone() && before === undefined,
      input: (signals, { psk0, hash }) => ({
        ownStatic,
        peerStatic,
        psk0,
        prologue: prologueOf(introduction, signals, hash),
      }),
      run: (next, input, { confirmed, ended }) =>
        runTunnel(role === 'offerer' ? 'initiator' : 'responder', input, next.connection, host, {
          ...carrying(next),
          ...{ pace, quiet },
          // Continuity and rendezvous root are those of the introduction (09-23).
          persist: async ({ continuity, exporter }) => wipe(continuity, exporter),
          onReady() {
            if (role === 'answerer') confirmed()
          },
          onConfirmed: async () => confirmed(),
          onEnd(reason) {
            if (next !== line && next !== before) ended()
            else onEnd(next, reason)
          },
        }),
      onPath,
      moved(next) {
        const from = line
        if (linked === undefined || next.tunnel === undefined) return
        line = next
        before = from
        linked.tunnel = next.tunnel
        onMoved(linked, tunnel)
        tunnel.leave()
        host.after(PROTOCOL.MOVE_OVERLAP_MS, () => closeLine(from))
        mover = makeMover({ ownStatic, peerStatic })
        options.onPath(next.path ?? 'connected')
      },
    })
  }

  function settle(): void {
    mover?.cancel()
    if (before !== undefined) closeLine(before)
  }

  return {
    get line() {
      return line
    },
    get linked() {
      return linked
    },
    shakeHands,
    onPath,
    path: (path) => mover?.path(path),
    roamed: () => mover?.roamed(),
    settle,
    close() {
      settle()
      closeLine(line)
    },
  }
}
