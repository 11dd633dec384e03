/**
 * What somebody who helps may see: versions, what the browser gives, figures, kinds of paths, codes of errors. Counted and never
 * named: no name, ID, address, topic, code or text of anybody is in it.
 */

import type { StorageView } from '../safekeeping.js'
import type { Me } from '../sdk.js'

export interface Surroundings {
  readonly version: string
  /** Unix milliseconds. */
  readonly now: number
  readonly userAgent: string
  readonly languages: readonly string[]
  readonly features: Readonly<Record<string, boolean>>
  readonly storage: StorageView | undefined
  readonly problems: Readonly<Record<string, number>>
}

type Account = Pick<
  Me,
  'contacts' | 'requests' | 'serverState' | 'undecided' | 'devices' | 'notifications' | 'backedUpAt'
>

export function diagnosisOf(me: Account, around: Surroundings): object {
  const { storage, now, problems, ...facts } = around
  const { contacts } = me
  return {
    format: 'solo2 diagnosis',
    madeAt: new Date(now).toISOString(),
    ...facts,
    storage: storage && {
      persisted: storage.persisted,
      looksPrivate: storage.isPrivate,
      usedMegabytes: megabytes(storage.used),
      quotaMegabytes: megabytes(storage.quota),
    },
    server: me.serverState,
    undecided: me.undecided,
    devices: me.devices.list.length,
    notifications: me.notifications.endpoint !== undefined,
    backedUpDaysAgo: me.backedUpAt === undefined ? undefined : Math.floor((now - me.backedUpAt) / 86_400_000),
    requests: me.requests.length,
    contacts: {
      count: contacts.length,
      states: tally(contacts.map(({ state }) => state)),
      paths: tally(contacts.map(({ path }) => path)),
      verification: tally(contacts.map(({ verification }) => verification)),
      notices: contacts.filter(({ notice }) => notice).length,
    },
    files: tally(contacts.flatMap(({ transfers }) => transfers.map(({ stage }) => stage))),
    problems,
  }
}

/** Rounded: an exact figure could tell one account from another. */
function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.round(bytes / 1_000_000)
}

function tally(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

export function features(): Readonly<Record<string, boolean>> {
  return {
    secureContext: globalThis.isSecureContext,
    webRtc: typeof RTCPeerConnection !== 'undefined',
    webAssembly: typeof WebAssembly !== 'undefined',
    workers: typeof Worker !== 'undefined',
    locks: navigator.locks !== undefined,
    privateFiles: navigator.storage?.getDirectory !== undefined,
    saveDialog: 'showSaveFilePicker' in globalThis,
    serviceWorker: 'serviceWorker' in navigator,
    push: 'PushManager' in globalThis,
    camera: navigator.mediaDevices?.getUserMedia !== undefined,
    barcodes: 'BarcodeDetector' in globalThis,
  }
}
