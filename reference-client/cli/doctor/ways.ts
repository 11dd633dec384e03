/** Ways to be reached, as the account's server names them, and what is heard from each when it is asked. */
import type { IceServer } from '@solo2/sdk/node'
import { openDatagrams, openStream, type Place } from './exchange.js'
import { reasonOf } from './finding.js'
import { allocateAt, bindTo, type Credential, type Mapped } from './stun.js'

const PORT = 3_478
const TLS_PORT = 5_349

const WAYS: Readonly<Record<string, Way['by']>> = {
  'stun:': 'stun',
  'turn:': 'udp',
  'turn:udp': 'udp',
  'turn:tcp': 'tcp',
  'turns:': 'tls',
  'turns:tcp': 'tls',
}

export interface Way extends Place {
  /** `stun`: over UDP, for the own address only. The others lead through a mirror. */
  readonly by: 'stun' | 'udp' | 'tcp' | 'tls'
}

export type Mirror = Way & { readonly by: 'udp' | 'tcp' | 'tls'; readonly who: Credential }

/** RFC 7064 and RFC 7065; undefined for what is neither, and for TURN over DTLS. */
export function readUrl(url: string): Way | undefined {
  const [, scheme = '', host = '', port, transport = ''] =
    /^(stun|turns?):([^:?[\]]+|\[[^\]]+\])(?::(\d{1,5}))?(?:\?transport=(\w+))?$/.exec(url) ?? []
  const by = WAYS[`${scheme}:${transport}`]
  if (by === undefined) return undefined
  const usual = by === 'tls' ? TLS_PORT : PORT
  return { by, host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port) }
}

/** Each once. */
export function readServers(servers: readonly IceServer[]): { readonly stun: Place[]; readonly mirrors: Mirror[] } {
  const stun: Place[] = []
  const mirrors: Mirror[] = []
  for (const { urls, username, credential } of servers) {
    for (const way of urls.flatMap((url) => readUrl(url) ?? [])) {
      const { by } = way
      // A TURN server answers STUN too (RFC 8656 section 1).
      if (by === 'stun' || by === 'udp') stun.push(way)
      if (by !== 'stun' && username !== undefined && credential !== undefined) {
        mirrors.push({ ...way, by, who: { username, credential } })
      }
    }
  }
  return { stun, mirrors }
}

export type Heard = { readonly outcome: 'allocated' | 'silent' | number } | { readonly reason: string }

/** Asks what was named, and nobody else. Never rejects. */
export interface Asker {
  /** As what each of them sees one and the same port of this device. */
  addresses(places: readonly Place[]): Promise<(Mapped | undefined)[]>
  relay(mirror: Mirror): Promise<Heard>
}

export const asker: Asker = {
  async addresses(places) {
    const datagrams = openDatagrams()
    const asked = places.map(async (place) => bindTo(await datagrams.to(place)))
    const heard = await Promise.allSettled(asked)
    datagrams.close()
    return heard.map((one) => (one.status === 'fulfilled' ? one.value : undefined))
  },
  async relay({ by, who, ...place }) {
    try {
      if (by === 'udp') {
        const datagrams = openDatagrams()
        const outcome = datagrams.to(place).then((ask) => allocateAt(ask, who))
        return { outcome: await outcome.finally(datagrams.close) }
      }
      const stream = await openStream(place, by === 'tls')
      return { outcome: await allocateAt(stream.ask, who).finally(stream.close) }
    } catch (error) {
      return { reason: reasonOf(error) }
    }
  },
}
