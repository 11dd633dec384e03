/** Node tells nothing of networks: the addresses of this machine are compared from time to time. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import type { NetworkWatch } from '../../ports/network.js'
import { sleepDetector } from '../sleep.js'

/** Short beside what ICE takes to see that a path is gone. */
const LOOK_MS = 2_000
const LATE_MS = 15_000

type Interfaces = () => NodeJS.Dict<NetworkInterfaceInfo[]>

export interface WatchOptions {
  readonly interfaces?: Interfaces
  readonly now?: () => number
  /** Calls regularly; returns the way to stop. */
  readonly every?: (ms: number, look: () => void) => () => void
}

/** Addresses by which others may be reached; those of one link only come and go with no meaning. */
function addresses(interfaces: Interfaces): string {
  return Object.entries(interfaces())
    .flatMap(([name, infos = []]) => infos.map(({ address, internal }) => ({ name, address, internal })))
    .filter(({ address, internal }) => !internal && !address.startsWith('fe80:'))
    .map(({ name, address }) => `${name} ${address}`)
    .sort()
    .join()
}

function ticking(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms)
  // Watching keeps no program alive.
  timer.unref()
  return () => clearInterval(timer)
}

export function nodeNetwork({
  interfaces = networkInterfaces,
  now = Date.now,
  every = ticking,
}: WatchOptions = {}): NetworkWatch {
  return {
    onChange(listener) {
      let known = addresses(interfaces)
      const slept = sleepDetector({ now, everyMs: LOOK_MS, lateMs: LATE_MS })
      return every(LOOK_MS, () => {
        const current = addresses(interfaces)
        const isOther = current !== known
        known = current
        // Without an address there is nothing to try.
        if ((slept() || isOther) && current !== '') listener()
      })
    },
  }
}
