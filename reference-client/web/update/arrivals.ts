/** Tells once that a contact whom the person waits for is here. */
import type { Action } from '../action.js'
import type { Arrivals } from '../arrivals.js'
import type { Command, Step } from '../command.js'
import type { State } from '../state.js'

const without = (list: readonly string[], id: string): string[] => list.filter((one) => one !== id)

function withArrivals(state: State, change: Partial<Arrivals>): State {
  return { ...state, arrivals: { ...state.arrivals, ...change } }
}

/** Beside what else the action does. */
export function noticeArrival(state: State, action: Action): Step<State> {
  const { awaited, here } = state.arrivals
  if (action.type === 'contact_removed') {
    const { contact } = action
    return [withArrivals(state, { awaited: without(awaited, contact), here: without(here, contact) }), []]
  }
  if (action.type !== 'contact') return [state, []]
  const { id, state: presence } = action.contact
  // Who went again is not here any more.
  if (presence !== 'connected') {
    return [here.includes(id) ? withArrivals(state, { here: without(here, id) }) : state, []]
  }
  if (!awaited.includes(id)) return [state, []]
  const came = withArrivals(state, { awaited: without(awaited, id), here: [...without(here, id), id] })
  const isOn = state.notifications.state === 'on' && !state.talk.visible
  const commands: Command[] = isOn ? [{ type: 'tell_arrival' }] : []
  return [came, commands]
}

export function updateArrivals(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'await_contact': {
      const { contact, on } = action
      const others = without(state.arrivals.awaited, contact)
      return [withArrivals(state, { awaited: on ? [...others, contact] : others }), []]
    }
    case 'arrival_seen':
      return [withArrivals(state, { here: without(state.arrivals.here, action.contact) }), []]
    default:
      return undefined
  }
}
