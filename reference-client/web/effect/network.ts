/** Carries out what a person chose of paths and pace. */
import type { Action } from '../action.js'
import type { NetworkCommand } from '../command/network.js'
import type { Me } from '../sdk.js'
import { problemOf } from './problem.js'

export function networkHandlers(account: () => Me, dispatch: (action: Action) => void) {
  return {
    async choose_network({ change }: NetworkCommand): Promise<void> {
      const me = account()
      try {
        await me.chooseNetwork(change)
        dispatch({ type: 'network', choices: me.network })
      } catch (error) {
        dispatch({ type: 'network', choices: me.network, problem: problemOf(error) })
      }
    },
  }
}
