/**
 * When a tunnel that goes through a mirror should move (spec/09 section 8): to a direct path as soon as there is one, and
 * away from a credential before it ends. Not its concern: how it moves.
 */
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { IceServer, PathInfo } from '../ports/transport.js'

export interface MoveTimesOptions {
  readonly host: Pick<Host, 'now' | 'after' | 'random'>
  readonly role: 'offerer' | 'answerer'
  /** As the line says: from when on its mirror's credential should be renewed. */
  readonly renewAt: number | undefined
  relayOnly(): boolean
  iceServers(): Promise<readonly IceServer[]>
  /** A direct path may have come. */
  tryDirect(): void
  /** Fresh credentials are there. */
  renew(): void
}

export interface MoveTimes {
  /** Each time that the path is looked at. */
  path(kind: PathInfo['kind']): void
  /** Direct paths are tried soon again. */
  soon(): void
  /** Nothing more is due; the next look at the path begins anew. */
  stop(): void
}

export function createMoveTimes(options: MoveTimesOptions): MoveTimes {
  const { host, role, renewAt } = options
  let tries = 0
  let renewals = 0
  let cancelTry: (() => void) | undefined
  let cancelRenewal: (() => void) | undefined

  /** While another path than the mirror is allowed, after a wait that grows (09-27). Only I starts by itself. */
  function planTry(): void {
    if (cancelTry !== undefined || role !== 'offerer' || options.relayOnly()) return
    const [byte = 0] = host.random(1)
    cancelTry = host.after(doubled(tries++, CHOSEN.MOVE_MAX_MS) * (0.5 + byte / 512), () => {
      cancelTry = undefined
      planTry()
      options.tryDirect()
    })
  }

  /** Before the credential ends, and again until it moved (09-33): I first, and R asks if that came to nothing. */
  function planRenewal(): void {
    if (cancelRenewal !== undefined || renewAt === undefined) return
    const turn = role === 'offerer' ? CHOSEN.MOVE_MIN_MS / 2 : CHOSEN.MOVE_MIN_MS
    const wait =
      renewals === 0 ? Math.max(0, renewAt - host.now()) + turn : doubled(renewals - 1, CHOSEN.RENEWAL_MAX_MS)
    cancelRenewal = host.after(wait, () => {
      cancelRenewal = undefined
      renewals++
      planRenewal()
      void renew()
    })
  }

  async function renew(): Promise<void> {
    const planned = cancelRenewal
    const servers = await options.iceServers()
    const isFresh = servers.some(({ renewAt: next = 0 }) => next > host.now())
    if (isFresh && planned === cancelRenewal) options.renew()
  }

  function stop(): void {
    cancelTry?.()
    cancelRenewal?.()
    cancelTry = cancelRenewal = undefined
  }

  return {
    path(kind) {
      if (kind === 'direct') tries = renewals = 0
      if (kind !== 'mirror') return stop()
      if (options.relayOnly()) {
        cancelTry?.()
        cancelTry = undefined
      }
      planTry()
      planRenewal()
    },
    soon() {
      tries = 0
    },
    stop,
  }
}

function doubled(tries: number, longest: number): number {
  return Math.min(longest, CHOSEN.MOVE_MIN_MS * 2 ** Math.min(tries, 16))
}
