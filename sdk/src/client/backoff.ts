/** Waits between tries: doubled up to a maximum, with full jitter so that clients do not return in step (spec/06). */
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'

export interface Backoff {
  /** Calls after the next wait, or after `atLeastMs` if that is longer; a wait that is running is kept. */
  schedule(callback: () => void, atLeastMs?: number): void
  reset(): void
  cancel(): void
}

export function createBackoff(host: Host): Backoff {
  let tries = 0
  let cancel: (() => void) | undefined
  return {
    schedule(callback, atLeastMs = 0) {
      if (cancel !== undefined) return
      const ceiling = Math.min(CHOSEN.RETRY_MAX_MS, CHOSEN.RETRY_MIN_MS * 2 ** Math.min(tries++, 16))
      const [a, b] = host.random(2) as unknown as [number, number]
      const fraction = ((a << 8) | b) / 0xffff
      cancel = host.after(Math.max(atLeastMs, ceiling / 2 + (fraction * ceiling) / 2), () => {
        cancel = undefined
        callback()
      })
    },
    reset() {
      tries = 0
    },
    cancel() {
      cancel?.()
      cancel = undefined
    },
  }
}
