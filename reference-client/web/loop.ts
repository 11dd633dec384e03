/** The loop: actions one after another through the pure update, then the commands, then one drawing. */
import type { Action } from './action.js'
import type { Command } from './command.js'
import type { State } from './state.js'
import { update } from './update.js'

export interface Loop {
  readonly state: () => State
  dispatch(action: Action): void
}

export function createLoop(
  first: State,
  run: (command: Command) => void,
  changed: (state: State, action: Action) => void,
): Loop {
  let state = first
  const waiting: Action[] = []
  let busy = false
  function dispatch(action: Action): void {
    waiting.push(action)
    if (busy) return
    busy = true
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [after, commands] = update(state, next)
        state = after
        for (const command of commands) run(command)
        changed(state, next)
      }
    } finally {
      busy = false
    }
  }
  return { state: () => state, dispatch }
}
