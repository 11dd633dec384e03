/** How this device uses the network, as the person chose: paths and pace (spec/06 section 10, spec/09 section 5). */
import { Pace, Paths, type SelfRecord } from '@solo2/proto/vault'
import { ensure } from '../errors.js'
import { type Pace as FramePace, NORMAL, nextTick } from '../frame/pace.js'
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { IceServer } from '../ports/transport.js'
import type { Network, NetworkChoices, PaceChoice, PathsChoice } from './api/network.js'

/** What a link asks before it connects, and while it is connected. */
export interface NetworkPolicy {
  pace(): FramePace
  /**
   * Work that need not be done now waits for this: in constant-rate mode it resolves behind the next tick if that is near, so
   * that no frame is late because of what is said. Undefined: now.
   */
  quiet(): Promise<void> | undefined
  /** Whether a path to this peer may go through the mirror only. */
  relayOnly(isVerified: boolean): boolean
}

export interface NetworkOptions {
  readonly host: Pick<Host, 'now' | 'after' | 'tickOrigin'>
  self(): SelfRecord
  save(change: Partial<SelfRecord>): Promise<void>
  iceServers(): Promise<readonly IceServer[]>
  /** Tunnels that stand follow the choice. */
  changed(): void
}

const METERED: FramePace = { kind: 'metered' }

const PACES: { readonly [Choice in PaceChoice]: Pace } = {
  normal: Pace.UNSPECIFIED,
  metered: Pace.METERED,
  constant: Pace.CONSTANT,
}

const PATHS: { readonly [Choice in PathsChoice]: Paths } = {
  any: Paths.UNSPECIFIED,
  mirrorUntilVerified: Paths.MIRROR_UNTIL_VERIFIED,
  mirror: Paths.MIRROR,
}

/** A mirror is a TURN server (RFC 7065). */
export function hasMirror(servers: readonly IceServer[]): boolean {
  return servers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)))
}

/**
 * Servers to be asked for nothing but one's own address, by one whose path goes through a mirror: that mirror answers STUN too
 * (RFC 8656 section 1), and is reachable. Others may not be, and node-datachannel asks one only.
 */
export function withoutRelays(servers: readonly IceServer[]): IceServer[] {
  const urls = servers.flatMap((server) => server.urls)
  const mirrors = urls.flatMap((url) => /^turn:([^?]+)(?:\?transport=udp)?$/.exec(url)?.[1] ?? [])
  const stun =
    mirrors.length > 0 ? mirrors.map((mirror) => `stun:${mirror}`) : urls.filter((url) => url.startsWith('stun:'))
  return stun.length === 0 ? [] : [{ urls: [...new Set(stun)] }]
}

export function createNetwork({
  host,
  self,
  save,
  iceServers,
  changed,
}: NetworkOptions): Omit<Network, 'iceServers'> & NetworkPolicy {
  const pace = () => choiceOf<PaceChoice, Pace>(PACES, self().pace, 'normal')
  const paths = () => choiceOf<PathsChoice, Paths>(PATHS, self().paths, 'any')
  const clock: FramePace = { kind: 'constant', origin: host.tickOrigin }
  const framePace = (): FramePace => {
    const kind = pace()
    return kind === 'constant' ? clock : kind === 'metered' ? METERED : NORMAL
  }
  return {
    get network(): NetworkChoices {
      return { pace: pace(), paths: paths() }
    },
    async chooseNetwork(change) {
      const next = { pace: pace(), paths: paths(), ...change }
      ensure(Object.hasOwn(PACES, next.pace), 'invalid_argument', 'not one of the paces')
      ensure(Object.hasOwn(PATHS, next.paths), 'invalid_argument', 'not one of the choices of paths')
      if (next.paths !== 'any' && next.paths !== paths()) {
        ensure(hasMirror(await iceServers()), 'no_mirror', 'the server offers no mirror')
      }
      await save({ pace: PACES[next.pace], paths: PATHS[next.paths] })
      changed()
    },
    pace: framePace,
    quiet() {
      const now = host.now()
      const wait = nextTick(host.tickOrigin, now) - now
      if (pace() !== 'constant' || wait > CHOSEN.QUIET_MS) return undefined
      return new Promise((resolve) => host.after(wait + 1, resolve))
    },
    relayOnly: (isVerified) => paths() === 'mirror' || (paths() === 'mirrorUntilVerified' && !isVerified),
  }
}

/** What a later version stored counts as the default. */
function choiceOf<Choice extends string, Value>(
  values: { readonly [Name in Choice]: Value },
  stored: Value,
  otherwise: Choice,
): Choice {
  return (Object.keys(values) as Choice[]).find((name) => values[name] === stored) ?? otherwise
}
