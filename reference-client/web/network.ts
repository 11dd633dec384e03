/** How this device uses the network, as the person chose. */
import type { NetworkChoices } from './sdk.js'
import type { Problem } from './state.js'

export interface NetworkView extends NetworkChoices {
  readonly busy: boolean
  /** Why the last choice does not hold. */
  readonly problem?: Problem
}

export const NO_NETWORK: NetworkView = { pace: 'normal', paths: 'any', busy: false }
