/**
 * Runs one tunnel machine over one connection: the only place that gives bytes to a transport. Each step's state is
 * kept first, then its spent secrets are wiped, then its outputs are performed (spec/09).
 *
 *   connection --onMessage--> receive --outputs--> persist, handlers (in order, one after the other)
 *   queue --pump--> connection.send, while less than the high-water mark is buffered
 */
import { wipe } from '../bytes/bytes.js'
import type { Env } from '../env.js'
import { Solo2Error } from '../errors.js'
import type { Pace } from '../frame/pace.js'
import type { Record } from '../frame/records.js'
import type { HandshakeInput } from '../handshake/handshake.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { Connection } from '../ports/transport.js'
import type { Step } from '../step.js'
import {
  begin,
  bulkRoom,
  deadline,
  dropFile,
  expired,
  hasWork,
  isOver,
  leave,
  moveSecrets,
  pump,
  queueContent,
  queueRecord,
  receive,
  setPace,
  type TunnelFacts,
  type TunnelOutput,
  type TunnelRole,
  type TunnelSecrets,
  type TunnelState,
  tunnelFacts,
  tunnelSecrets,
} from '../tunnel/tunnel.js'
import { createSerial } from './serial.js'

export interface TunnelHandlers {
  /** Asked when the keys stand, and by `repace`. */
  pace(): Pace
  /** Resolves when a received message may be handled; undefined: now. */
  quiet(): Promise<void> | undefined
  /** Stores continuity and root; nothing is sent before it resolves. */
  persist(secrets: TunnelSecrets): Promise<void>
  /** Stored: records may be queued now. */
  onReady(): void
  /** Initiator: the other side is there and holds the keys. */
  onConfirmed(): Promise<void>
  onContent(content: Uint8Array): Promise<void>
  onRecord(record: Record): Promise<void>
  /** There is room for file data. */
  onRoom(): void
  /** The end, once; `undefined` if it was closed on purpose. */
  onEnd(reason: Solo2Error | undefined): void
}

export interface RunningTunnel {
  /** Whether records can be queued. */
  readonly ready: boolean
  queueContent(content: Uint8Array): void
  queueRecords(records: readonly Record[], priority: 'control' | 'bulk'): void
  /** Drops what waits of a file's bulk. */
  dropFile(file: Uint8Array): void
  /** Whether less file data is queued than one would like. */
  readonly room: boolean
  readonly facts: TunnelFacts | undefined
  /** The pace is another one now. */
  repace(): void
  /** For a move: what its handshake takes of this tunnel. The caller wipes psk0. */
  moveSecrets(nonce: Uint8Array): { readonly psk0: Uint8Array; readonly hash: Uint8Array } | undefined
  /** Sends its last frame; the tunnel ends when that of the other side came too. */
  leave(): void
  /** To be called by the connection's events. */
  opened(): void
  received(message: Uint8Array): void
  drained(): void
  closed(): void
  /** Ends it from this side. */
  end(reason?: Solo2Error): void
}

/** Of the frame that is being sent, and of no other: one for each would lie about until the collector comes. */
const FRAME = new Uint8Array(PROTOCOL.FRAME_SIZE)

export function runTunnel(
  role: TunnelRole,
  input: HandshakeInput,
  connection: Connection,
  host: Host,
  handlers: TunnelHandlers,
): RunningTunnel {
  const env: Env = host
  const serial = createSerial()
  let state: TunnelState | undefined
  let ready = false
  let ended = false
  /** Received, and to be handled when it is not quiet any more. */
  let inbox: Uint8Array[] = []
  let timer: { readonly at: number; cancel(): void } | undefined

  function keep(step: Step<TunnelState, TunnelOutput>): void {
    state = step.state
    wipe(...step.spent)
    for (const output of step.outputs) perform(output)
  }

  function perform(output: TunnelOutput): void {
    switch (output.type) {
      case 'send':
        connection.send(output.message)
        return
      case 'established':
        inOrder(async () => {
          await handlers.persist(output.secrets)
          if (ended) return
          ready = true
          repace()
          handlers.onReady()
          flush()
        })
        return
      case 'confirmed':
        inOrder(() => handlers.onConfirmed())
        return
      case 'content':
        inOrder(() => handlers.onContent(output.content))
        return
      case 'record':
        inOrder(() => handlers.onRecord(output.record))
        return
      case 'left':
        // What came before it is handled first.
        inOrder(async () => endIfOver())
        return
      default:
        output satisfies never
    }
  }

  function endIfOver(): void {
    if (state !== undefined && isOver(state)) end()
  }

  function repace(): void {
    if (ready && state !== undefined) state = setPace(state, handlers.pace(), env)
  }

  function inOrder(job: () => Promise<void>): void {
    void serial
      .run(async () => {
        if (!ended) await job()
      })
      .catch((error: unknown) => end(Solo2Error.from(error, 'internal', 'a tunnel record could not be handled')))
  }

  /** Runs a step; a refused one ends the tunnel. */
  function guarded(step: () => void): void {
    if (ended) return
    try {
      step()
    } catch (error) {
      end(Solo2Error.from(error, 'internal', 'the tunnel broke'))
    }
    schedule()
  }

  function handle(message: Uint8Array): void {
    guarded(() => {
      if (state === undefined) throw new Solo2Error('out_of_order', 'a message before the channel was open')
      // The message is nobody else's: memory of its own for each plaintext would lie about until the collector comes.
      keep(receive(state, message, env, true))
    })
    // What came may have to be acknowledged, and may have acknowledged what we hold back for.
    if (ready && state !== undefined && hasWork(state, env)) flush()
  }

  function empty(): void {
    const messages = inbox
    inbox = []
    for (const message of messages) handle(message)
  }

  function flush(): void {
    guarded(() => {
      if (!ready || state === undefined) return
      while (connection.bufferedAmount < CHOSEN.HIGH_WATER_BYTES) {
        const step = pump(state, env, FRAME)
        if (step.outputs.length === 0) break
        keep(step)
      }
      if (state !== undefined && bulkRoom(state)) handlers.onRoom()
    })
    if (state !== undefined && isOver(state)) inOrder(async () => endIfOver())
  }

  function schedule(): void {
    if (ended || state === undefined) return
    const now = host.now()
    // Each frame moves the deadline: a timer that comes too early sets the next one, instead of each frame.
    if (timer !== undefined && timer.at <= deadline(state, now)) return
    // Whoever makes room, or stores what must be stored first, flushes: until then a due heartbeat wakes nobody.
    const canSend = ready && connection.bufferedAmount < CHOSEN.HIGH_WATER_BYTES
    const at = deadline(state, now, canSend)
    if (timer !== undefined && timer.at <= at) return
    timer?.cancel()
    const cancel = host.after(Math.max(0, at - now), () => {
      timer = undefined
      if (ended || state === undefined) return
      const reason = expired(state, env)
      if (reason === undefined) flush()
      else end(new Solo2Error(reason, 'the other side fell silent'))
      schedule()
    })
    timer = { at, cancel }
  }

  function end(reason?: Solo2Error): void {
    if (ended) return
    ended = true
    ready = false
    timer?.cancel()
    if (state !== undefined) wipe(...tunnelSecrets(state))
    state = undefined
    connection.close()
    handlers.onEnd(reason)
  }

  return {
    get ready() {
      return ready
    },
    get room() {
      return ready && state !== undefined && bulkRoom(state)
    },
    get facts() {
      return state === undefined ? undefined : tunnelFacts(state)
    },
    queueContent(content) {
      guarded(() => {
        if (state !== undefined) state = queueContent(state, content)
      })
      flush()
    },
    queueRecords(records, priority) {
      guarded(() => {
        for (const record of records) if (state !== undefined) state = queueRecord(state, record, priority)
      })
      flush()
    },
    dropFile(file) {
      if (state !== undefined) state = dropFile(state, file)
    },
    repace: () => guarded(repace),
    moveSecrets: (nonce) => (ready && state !== undefined ? moveSecrets(state, nonce, env) : undefined),
    leave() {
      guarded(() => {
        if (ready && state !== undefined) state = leave(state)
      })
      flush()
    },
    opened: () => guarded(() => keep(begin(role, input, env))),
    received(message) {
      const quiet = inbox.length > 0 ? undefined : handlers.quiet()
      if (quiet === undefined && inbox.length === 0) return handle(message)
      inbox.push(message)
      void quiet?.then(empty)
    },
    drained: flush,
    closed() {
      empty()
      const left = state?.stage === 'open' && state.peerLeft
      end(new Solo2Error(left ? 'peer_left' : 'path_lost', 'the channel closed'))
    },
    end,
  }
}
