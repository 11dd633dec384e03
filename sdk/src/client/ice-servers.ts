/** The servers that help to find a path (spec/05 section 6.12): asked for again before their credentials end [T8]. */
import type { Host } from '../ports/host.js'
import type { IceServer } from '../ports/transport.js'
import type { Session } from './session.js'

/** They are asked for again when so little of their life is left. */
const MARGIN_SECONDS = 300
/** Those without an end, too. */
const LONGEST_SECONDS = 3_600

export interface IceServers {
  /** The last answer serves while the server is away; a direct path often needs none. */
  current(): Promise<readonly IceServer[]>
  /** The server came back, and may have other addresses. */
  forget(): void
}

export function createIceServers(host: Pick<Host, 'now'>, session: () => Pick<Session, 'call'>): IceServers {
  let known: { readonly servers: readonly IceServer[]; readonly until: number } | undefined
  return {
    async current() {
      const now = host.now() / 1000
      if (known !== undefined && now < known.until) return known.servers
      try {
        const { servers } = await session().call('getIceServers', {})
        const ends = servers.flatMap(({ expiresAt }) => (expiresAt > 0n ? [Number(expiresAt) - MARGIN_SECONDS] : []))
        known = {
          servers: servers.map(({ urls, username, credential }) =>
            username === '' ? { urls } : { urls, username, credential },
          ),
          until: Math.min(now + LONGEST_SECONDS, ...ends),
        }
      } catch {
        return known?.servers ?? []
      }
      return known.servers
    },
    forget() {
      known = undefined
    },
  }
}
