/** Networks that people are in, as data, and what must come of them. */

/** Where the two people are. */
export type Place =
  /** Behind a router each, which translates addresses. */
  | 'behind-routers'
  /** Each with a public address. */
  | 'public'
  | 'one-lan'
  | 'one-host'
  /** Public addresses; Ana has both families, Ben only IPv4. */
  | 'one-with-ipv6'

export type ClientKind = 'node' | 'chromium' | 'firefox'

export interface Conditions {
  /** How a router maps: `kept` takes the host's own port for every destination, `drawn` a random one for each. */
  readonly ports?: 'kept' | 'drawn'
  /** What routers let out: all, TCP only, or TCP to port 443 only. */
  readonly out?: 'all' | 'tcp' | 'tcp-443'
  /** Where Ana has both families: she loses IPv4. */
  readonly onlyIpv6?: boolean
  /** Of the packets that come in at each of the two, TCP and UDP alike. */
  readonly lossPercent?: number
  /** What each of the two can send. */
  readonly mbit?: number
}

export interface Situation {
  readonly name: string
  readonly place: Place
  readonly conditions: Conditions
  /** Whether packets can go from one to the other at all, without a mirror. */
  readonly direct: boolean
  /** Clients that reach no mirror in it. */
  readonly unable?: { readonly clients: readonly ClientKind[]; readonly why: string }
}

const NO_TCP_TO_MIRROR = {
  clients: ['node'],
  why: "node-datachannel's ICE library speaks to a mirror over UDP only",
} as const

export const SITUATIONS: readonly Situation[] = [
  { name: 'one host', place: 'one-host', conditions: {}, direct: true },
  { name: 'one LAN', place: 'one-lan', conditions: {}, direct: true },
  { name: 'port-restricted NAT on both sides', place: 'behind-routers', conditions: {}, direct: true },
  { name: 'symmetric NAT on both sides', place: 'behind-routers', conditions: { ports: 'drawn' }, direct: false },
  {
    name: 'UDP blocked on both sides',
    place: 'behind-routers',
    conditions: { out: 'tcp' },
    direct: false,
    unable: NO_TCP_TO_MIRROR,
  },
  {
    name: 'nothing but TCP port 443 on both sides',
    place: 'behind-routers',
    conditions: { out: 'tcp-443' },
    direct: false,
    unable: NO_TCP_TO_MIRROR,
  },
  { name: 'IPv6 on one side only', place: 'one-with-ipv6', conditions: {}, direct: true },
  { name: 'IPv6 only against IPv4 only', place: 'one-with-ipv6', conditions: { onlyIpv6: true }, direct: false },
  { name: '1 % loss', place: 'public', conditions: { lossPercent: 1 }, direct: true },
  { name: '5 % loss', place: 'public', conditions: { lossPercent: 5 }, direct: true },
  { name: '20 Mbit/s', place: 'public', conditions: { mbit: 20 }, direct: true },
  { name: '1 Mbit/s', place: 'public', conditions: { mbit: 1 }, direct: true },
]

export type Outcome = 'direct' | 'mirror' | 'no'

/** What must come of it for two such clients. */
export function outcomeDue(situation: Situation, clients: readonly ClientKind[], mirror: boolean): Outcome {
  if (situation.direct) return 'direct'
  return mirror && !clients.some((client) => situation.unable?.clients.includes(client)) ? 'mirror' : 'no'
}
