/** A connection and the tunnel on it. A link has one, and while it moves a second. */
import type { Connection, ConnectionOptions, Transport } from '../ports/transport.js'
import type { RunningTunnel } from './run-tunnel.js'

export interface Line {
  readonly connection: Connection
  /** Through the mirror: no address of this device was told. */
  readonly relayOnly: boolean
  /** Unix milliseconds from which on its mirror's credential should be renewed; undefined without one. */
  readonly renewAt: number | undefined
  /** ICE has a path; undefined before it had one. */
  path: 'connected' | 'disconnected' | undefined
  opened: boolean
  tunnel: RunningTunnel | undefined
}

export interface LineEvents {
  onOpen?(): void
  onPath(line: Line, state: 'connected' | 'disconnected'): void
  /** It closed before a tunnel ran on it. */
  onFailed(): void
}

export function openLine(transport: Transport, options: ConnectionOptions, events: LineEvents): Line {
  const connection = transport.connect(options, {
    onOpen() {
      line.opened = true
      events.onOpen?.()
      line.tunnel?.opened()
    },
    onMessage: (message) => line.tunnel?.received(message),
    onDrain: () => line.tunnel?.drained(),
    onPath(state) {
      line.path = state
      events.onPath(line, state)
    },
    onClose() {
      if (line.tunnel === undefined) events.onFailed()
      else line.tunnel.closed()
    },
  })
  const ends = options.iceServers.flatMap(({ renewAt }) => (renewAt === undefined ? [] : [renewAt]))
  const line: Line = {
    connection,
    renewAt: ends.length === 0 ? undefined : Math.min(...ends),
    relayOnly: options.relayOnly === true,
    path: undefined,
    opened: false,
    tunnel: undefined,
  }
  return line
}

/** The tunnel speaks once its channel is open. */
export function occupy(line: Line, tunnel: RunningTunnel): void {
  line.tunnel = tunnel
  if (line.opened) tunnel.opened()
}

/** Ends it, at whatever stage. */
export function closeLine(line: Line): void {
  if (line.tunnel === undefined) line.connection.close()
  else line.tunnel.end()
}
