/** One connection and the tunnel on it, by the SDK's machine and its transport: spec/07 to spec/09. */
import {
  begin,
  CHOSEN,
  deadline,
  expired,
  type HandshakeInput,
  isOver,
  leave,
  pump,
  queueContent,
  queueRecord,
  type Record,
  receive,
  type Step,
  type TunnelOutput,
  type TunnelSecrets,
  type TunnelState,
  tunnelSecrets,
} from '@solo2/sdk/core'
import { wipe } from './functions.js'
import type { Platform } from './live-socket.js'

export interface LineEvents {
  /** Nothing is sent before it returns; the first record is queued by it (09-16). */
  onKeys(secrets: TunnelSecrets): void
  onConfirmed(): void
  onContent(content: Uint8Array): void
  onRecord(record: Record): void
  /** Once, at whatever stage. */
  onEnd(): void
}

export interface Line {
  readonly connection: ReturnType<Platform['transport']['connect']>
  shakeHands(input: HandshakeInput): void
  content(content: Uint8Array): void
  record(body: NonNullable<Record['body']>): void
  leave(): void
  close(): void
}

export function openLine({ transport, host }: Platform, role: 'offerer' | 'answerer', events: LineEvents): Line {
  let input: HandshakeInput | undefined
  let state: TunnelState | undefined
  let isOpen = false
  let ended = false
  let cancel = (): void => undefined

  function start(): void {
    if (isOpen && input !== undefined && state === undefined) {
      const tunnelRole = role === 'offerer' ? 'initiator' : 'responder'
      const own = input
      guarded(() => keep(begin(tunnelRole, own, host)))
    }
  }

  function keep({ state: next, outputs, spent }: Step<TunnelState, TunnelOutput>): void {
    state = next
    wipe(spent)
    for (const output of outputs) {
      if (output.type === 'send') connection.send(output.message)
      else if (output.type === 'established') events.onKeys(output.secrets)
      else if (output.type === 'confirmed') events.onConfirmed()
      else if (output.type === 'content') events.onContent(output.content)
      else if (output.type === 'record') events.onRecord(output.record)
    }
  }

  function flush(): void {
    while (state?.stage === 'open' && connection.bufferedAmount < CHOSEN.HIGH_WATER_BYTES) {
      const step = pump(state, host)
      if (step.outputs.length === 0) break
      keep(step)
    }
  }

  /** A refused step ends the tunnel (09-3), as what is over does. */
  function guarded(step: () => void): void {
    if (ended) return
    try {
      step()
      flush()
    } catch {
      end()
    }
    if (state === undefined || ended) return
    if (isOver(state) || expired(state, host) !== undefined) end()
    else schedule(state)
  }

  function schedule(tunnel: TunnelState): void {
    cancel()
    const room = connection.bufferedAmount < CHOSEN.HIGH_WATER_BYTES
    const wait = Math.max(0, deadline(tunnel, host.now(), room) - host.now())
    cancel = host.after(wait, () => guarded(() => undefined))
  }

  function end(): void {
    if (ended) return
    ended = true
    cancel()
    if (state !== undefined) wipe(tunnelSecrets(state))
    connection.close()
    events.onEnd()
  }

  /** On a tunnel that stands; without one there is nothing to change. */
  function change(step: (open: TunnelState) => TunnelState): void {
    guarded(() => {
      if (state?.stage === 'open') state = step(state)
    })
  }

  const connection = transport.connect(
    { role, iceServers: [] },
    {
      onOpen() {
        isOpen = true
        start()
      },
      onMessage: (message) =>
        guarded(() => {
          if (state !== undefined) keep(receive(state, message, host))
        }),
      onDrain: () => guarded(() => undefined),
      onPath: () => undefined,
      onClose: end,
    },
  )

  return {
    connection,
    shakeHands(own) {
      input = own
      start()
    },
    content: (content) => change((open) => queueContent(open, content)),
    record: (body) => change((open) => queueRecord(open, { body }, 'control')),
    leave: () => change(leave),
    close: end,
  }
}
