/** A place of the own device: measured, looked at, then sent or dropped. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'
import type { PlaceTask } from '../talk.js'

const withPlace = (state: State, place: PlaceTask | undefined): State => ({ ...state, talk: { ...state.talk, place } })

export function updatePlace(state: State, action: Action): Step<State> | undefined {
  const { place } = state.talk
  switch (action.type) {
    case 'place_wanted': {
      const { contact } = action
      return [withPlace(state, { contact, stage: 'measuring' }), [{ type: 'measure_place', contact }]]
    }
    // What comes after the person changed their mind is dropped.
    case 'place_measured': {
      const { contact } = action
      if (place?.stage !== 'measuring' || place.contact !== contact) return [state, []]
      return [withPlace(state, { contact, stage: 'measured', place: action.place }), []]
    }
    case 'place_failed': {
      const { contact, reason } = action
      if (place?.stage !== 'measuring' || place.contact !== contact) return [state, []]
      return [withPlace(state, { contact, stage: 'failed', reason }), []]
    }
    case 'place_send':
      if (place?.stage !== 'measured') return [state, []]
      return [withPlace(state, undefined), [{ type: 'send_place', contact: place.contact, place: place.place }]]
    case 'place_dropped':
      return [withPlace(state, undefined), []]
    default:
      return undefined
  }
}
