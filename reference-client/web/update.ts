/** The pure update: one action in, the next state and what the world is asked to do out. */
import type { Action } from './action.js'
import type { Step } from './command.js'
import type { State } from './state.js'
import { noticeArrival, updateArrivals } from './update/arrivals.js'
import { updateClock } from './update/clock.js'
import { updateDevices } from './update/devices.js'
import { updateDoor } from './update/door.js'
import { updateIndexing } from './update/indexing.js'
import { updateLanguage } from './update/language.js'
import { updateLocks } from './update/locks.js'
import { updateMedia } from './update/media.js'
import { updateMessages } from './update/messages.js'
import { updateNetwork } from './update/network.js'
import { updateNotes } from './update/notes.js'
import { updateOwner } from './update/owner.js'
import { updatePeople } from './update/people.js'
import { updatePlace } from './update/place.js'
import { updateRoute } from './update/route.js'
import { countProblem, updateSafekeeping } from './update/safekeeping.js'
import { updateSearch } from './update/search.js'
import { updateShare } from './update/share.js'
import { updateTalk } from './update/talk.js'
import { updateWaiting } from './update/waiting.js'

export function update(before: State, action: Action): Step<State> {
  const [state, told] = noticeArrival(countProblem(before, action), action)
  const [next, commands] = updateDoor(state, action) ??
    updateRoute(state, action) ??
    updateLanguage(state, action) ??
    updateOwner(state, action) ??
    updateDevices(state, action) ??
    updateLocks(state, action) ??
    updateNetwork(state, action) ??
    updatePeople(state, action) ??
    updateMedia(state, action) ??
    updateMessages(state, action) ??
    updatePlace(state, action) ??
    updateSearch(state, action) ??
    updateSafekeeping(state, action) ??
    updateArrivals(state, action) ??
    updateShare(state, action) ??
    updateClock(state, action) ??
    updateIndexing(state, action) ??
    updateNotes(state, action) ??
    updateWaiting(state, action) ??
    updateTalk(state, action) ?? [state, []]
  return [next, [...told, ...commands]]
}
