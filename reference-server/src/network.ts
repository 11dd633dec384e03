/**
 * Which modules of the server may touch the network, as data: no other may import what opens a connection or listens.
 * spec/05 section 10 holds the same table. `opens` is the only hosts to which the server itself speaks first [A15].
 */

export interface NetworkUse {
  /** Below src. */
  readonly module: string
  /** Hosts that it opens connections to; undefined if it only answers. */
  readonly opens?: string
  readonly why: string
}

export const NETWORK: readonly NetworkUse[] = [
  {
    module: 'payment/test-gateway.ts',
    opens: 'the webhook that its caller names; a program of its own, no part of the server',
    why: 'tries payments out',
  },
  {
    module: 'push/sender.ts',
    opens: 'push services of the browsers’ makers, and those that the operator names',
    why: 'notifications without content',
  },
  {
    module: 'rendezvous/bus/nats.ts',
    opens: 'the NATS server of SOLO2_BUS',
    why: 'introductions between several servers, sealed',
  },
  {
    module: 'rendezvous/bus/look.ts',
    opens: 'the NATS server of SOLO2_BUS',
    why: 'solo2-server check looks whether it answers and keeps nothing',
  },
  {
    module: 'store/postgres/database.ts',
    opens: 'the database of SOLO2_DATABASE',
    why: 'accounts, where several servers share them',
  },
  {
    module: 'store/postgres/look.ts',
    opens: 'the database of SOLO2_DATABASE',
    why: 'solo2-server check looks whether it is set up to forget',
  },
  {
    module: 'check/probe.ts',
    opens: 'this server, its public origin, its STUN and its mirror',
    why: 'solo2-server check, a program of its own, tells what is wrong',
  },
  {
    module: 'socket/filler.ts',
    opens: 'this server itself',
    why: 'overwrites what the socket library keeps (06-71)',
  },
  { module: 'socket/listen.ts', why: 'HTTP and WebSocket; looks whether its port is free' },
  { module: 'socket/metrics.ts', why: 'metrics, at loopback' },
  { module: 'stun/responder.ts', why: 'STUN over UDP' },
]
