/** Made-up choices of paths and pace: a server without a mirror where the scene says so. */

import type { Network, NetworkChoices } from '../../../sdk/src/client/api/network.js'
import type { Diagnosis } from '../../../sdk/src/client/api.js'
import { Solo2Error } from '../../../sdk/src/errors.js'

export function fakeNetwork(hasMirror: boolean): Network {
  let network: NetworkChoices = { pace: 'normal', paths: 'any' }
  return {
    get network() {
      return network
    },
    async chooseNetwork(change) {
      const next = { ...network, ...change }
      if (next.paths !== 'any' && !hasMirror) throw new Solo2Error('no_mirror', 'the server offers no mirror')
      network = next
    },
    iceServers: async () => ({ servers: [], mirrorAfterMs: 0 }),
  }
}

/** One of two networks lets nothing direct through, and there is no mirror. */
export const BLOCKED: Diagnosis = {
  stage: 'path',
  failedAt: Date.UTC(2026, 2, 14, 9, 41),
  own: { host: 1, hidden: 1, reflexive: 1, relay: 0 },
  theirs: { host: 1, hidden: 0, reflexive: 0, relay: 0 },
  advice: 'no_mirror',
}
