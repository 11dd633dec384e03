import type { NetworkChoices } from '../sdk.js'

export interface NetworkCommand {
  readonly type: 'choose_network'
  readonly change: Partial<NetworkChoices>
}
