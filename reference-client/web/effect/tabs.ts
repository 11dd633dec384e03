/** Tabs of this origin about one vault (11-117): one asks, the one that has it open locks, and says so. Nothing else is said there. */
import type { VaultOnDevice } from '../sdk.js'

const CHANNEL = 'solo2'

export interface Tabs {
  /** Asks whichever tab has that vault open to lock it. */
  ask(vault: VaultOnDevice): void
  /** A tab let go of a vault. */
  free(): void
  close(): void
}

function isVault(value: object): value is VaultOnDevice {
  return 'server' in value && 'username' in value
}

/** `onAsked`: another tab wants that vault. `onFree`: some tab let go of one. */
export function openTabs(onAsked: (vault: VaultOnDevice) => void, onFree: () => void): Tabs {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('type' in data)) return
    if (data.type === 'hand over' && isVault(data)) onAsked(data)
    if (data.type === 'free') onFree()
  }
  return {
    ask: ({ server, username }) => channel.postMessage({ type: 'hand over', server, username }),
    free: () => channel.postMessage({ type: 'free' }),
    close: () => channel.close(),
  }
}
