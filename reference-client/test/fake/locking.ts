/** Made-up locks: what was chosen lasts as long as the page. */
import type { Locking } from '../../../sdk/src/client/api/locking.js'

export interface FakeLocking extends Locking {
  setMode(maximumSecurity: boolean): void
}

export function fakeLocking(isStrict: boolean): FakeLocking {
  let chosen = 0
  let maximumSecurity = isStrict
  return {
    get lockAfterMinutes() {
      return maximumSecurity ? Math.min(15, chosen || 15) : chosen
    },
    async setLockAfter(minutes) {
      chosen = minutes
    },
    get maximumSecurity() {
      return maximumSecurity
    },
    setMode(on) {
      maximumSecurity = on
    },
  }
}
