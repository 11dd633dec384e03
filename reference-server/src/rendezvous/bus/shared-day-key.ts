/** One day's key for all servers of a cluster: the oldest of those that they drew, so that all end with the same one. */
import type { SharedDayKey } from '../../memory/day-key.js'
import { blank, KIND, message, viewOf } from './message.js'
import type { Bus, Neighbour } from './port.js'

const KEY_SIZE = 32

export function shareDayKey(bus: Bus, dayKey: SharedDayKey): void {
  const drawn = () => {
    const { day, drawnAt, key } = dayKey.drawn()
    const times = blank(12)
    const view = viewOf(times)
    view.setUint32(0, day)
    view.setFloat64(4, drawnAt)
    return message(KIND.DAY_KEY, times, key)
  }
  const tell = (to: Neighbour) => bus.send(to, drawn())
  dayKey.onDrawn(() => bus.broadcast(drawn()))
  bus.onNeighbour(tell)
  bus.on(KIND.DAY_KEY, (from, body) => {
    const view = viewOf(body)
    const other = { day: view.getUint32(1), drawnAt: view.getFloat64(5), key: body.subarray(13, 13 + KEY_SIZE) }
    if (dayKey.offer(other) === 'younger') tell(from)
  })
}
