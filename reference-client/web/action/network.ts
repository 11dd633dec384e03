import type { NetworkChoices } from '../sdk.js'
import type { Problem } from '../state.js'

export type NetworkAction =
  | { readonly type: 'network'; readonly choices: NetworkChoices; readonly problem?: Problem }
  | { readonly type: 'choose_network'; readonly change: Partial<NetworkChoices> }
