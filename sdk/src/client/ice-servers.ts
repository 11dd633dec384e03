/** The servers that help to find a path (spec/05 sections 6.12 and 11): asked for again before their credentials end [T8]. */
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { IceServer } from '../ports/transport.js'
import type { GivenIceServers } from './api/network.js'
import type { Session } from './session.js'

export interface IceServers {
  /**
   * Asks where what is known is not fresh any more. While the server is away, or slower than gathering, what has not
   * ended serves; a direct path often needs none.
   */
  current(): Promise<readonly IceServer[]>
  /** Asks whatever is known. Rejects as the call does. */
  ask(): Promise<GivenIceServers>
  /** The server came back, and may have other addresses. */
  forget(): void
}

interface Known {
  readonly server: IceServer
  /** Unix milliseconds by this device's clock. */
  readonly endsAt: number
}

export function createIceServers(host: Pick<Host, 'now' | 'after'>, session: () => Pick<Session, 'call'>): IceServers {
  let known: readonly Known[] = []
  let freshUntil = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  async function ask(): Promise<GivenIceServers> {
    const { servers, mirrorAfter } = await session().call('getIceServers', {})
    const now = host.now()
    // One that is not given now may still be lived on (05-95).
    const kept = mirrorAfter > 0 ? known.filter(({ server }) => server.renewAt !== undefined) : []
    const given = servers.map(({ urls, username, credential, lifetime }): Known => {
      if (username === '') return { server: { urls }, endsAt: Number.POSITIVE_INFINITY }
      const margin = Math.min(CHOSEN.MIRROR_MARGIN_MS, lifetime * 500)
      const endsAt = now + lifetime * 1_000
      return { server: { urls, username, credential, renewAt: endsAt - margin }, endsAt }
    })
    known = [...given, ...kept]
    freshUntil = Math.min(
      now + (mirrorAfter > 0 ? mirrorAfter * 1_000 : CHOSEN.ICE_SERVERS_MS),
      ...given.map(({ server }) => server.renewAt ?? Number.POSITIVE_INFINITY),
    )
    return { servers: usable(), mirrorAfterMs: mirrorAfter * 1_000 }
  }

  function usable(): IceServer[] {
    return known.filter(({ endsAt }) => host.now() < endsAt).map(({ server }) => server)
  }

  /** One question for all who ask meanwhile. Never rejects. */
  function asked(): Promise<void> {
    asking ??= ask()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  /** Resolves with the promise, or after the time, whichever is first. */
  function within(promise: Promise<void>, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = host.after(ms, resolve)
      void promise.then(() => {
        cancel()
        resolve()
      })
    })
  }

  return {
    async current() {
      if (host.now() >= freshUntil) {
        const answer = asked()
        await (usable().length > 0 ? within(answer, CHOSEN.GATHERING_MS) : answer)
      }
      return usable()
    },
    ask,
    forget() {
      freshUntil = Number.NEGATIVE_INFINITY
    },
  }
}
