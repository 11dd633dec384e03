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
  /** What its router keeps waiting at that rate, in milliseconds; 50 if not given. More is what homes have. */
  readonly queueMs?: number
}

export interface Situation {
  readonly name: string
  readonly place: Place
  readonly conditions: Conditions
  /** Whether packets can go from one to the other at all, without a mirror. */
  readonly direct: boolean
  /** A client that finds no path through a mirror in it, at either end or only as Ana. */
  readonly unable?: { readonly client: ClientKind; readonly at: 'either' | 'ana'; readonly why: string }
}

const NO_TCP_TO_MIRROR = {
  client: 'node',
  at: 'either',
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
  {
    name: 'IPv6 only against IPv4 only',
    place: 'one-with-ipv6',
    conditions: { onlyIpv6: true },
    direct: false,
    unable: {
      client: 'node',
      at: 'ana',
      why: "on the side with IPv6 only, node-datachannel's ICE library gets an IPv4 relay address and finds no path through it",
    },
  },
  { name: '1 % loss', place: 'public', conditions: { lossPercent: 1 }, direct: true },
  { name: '5 % loss', place: 'public', conditions: { lossPercent: 5 }, direct: true },
  { name: '20 Mbit/s', place: 'public', conditions: { mbit: 20 }, direct: true },
  { name: '1 Mbit/s', place: 'public', conditions: { mbit: 1 }, direct: true },
]

export type Outcome = 'direct' | 'mirror' | 'no'

/**
 * What may come of it for Ana's client and Ben's. Firefox keeps the first pair of addresses that answers: with a mirror at
 * hand it can be the mirror's, also where there is a direct one.
 */
export function outcomesDue(
  situation: Situation,
  [ana, ben]: readonly [ClientKind, ClientKind],
  mirror: boolean,
): readonly Outcome[] {
  const { direct, unable } = situation
  if (direct) return mirror && (ana === 'firefox' || ben === 'firefox') ? ['direct', 'mirror'] : ['direct']
  const hindered = unable !== undefined && (unable.client === ana || (unable.at === 'either' && unable.client === ben))
  return mirror && !hindered ? ['mirror'] : ['no']
}
