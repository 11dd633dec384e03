/** A random key that lives in RAM for a UTC day: what was made under it cannot be made again, nor followed, later. */
import { wipe } from '@solo2/sdk/shared'

const DAY_MS = 86_400_000
const KEY_SIZE = 32

/** Today's key. Overwrites yesterday's; the sweeper asks too, since nobody else may for days. */
export type DayKey = () => Uint8Array

export interface Drawn {
  readonly day: number
  /** Unix milliseconds. */
  readonly drawnAt: number
  readonly key: Uint8Array
}

/** A day's key that several servers agree on: the one that was drawn first. */
export interface SharedDayKey {
  readonly today: DayKey
  drawn(): Drawn
  /** Takes a copy of the key if it is today's and older than the own one. `younger`: whoever offers it does not know this one. */
  offer(other: Drawn): 'taken' | 'younger' | 'same' | 'another day'
  /** Called when another day's key was drawn. */
  onDrawn(told: () => void): void
}

export function createDayKey(random: (length: number) => Uint8Array, now: () => number): SharedDayKey {
  const dayNow = () => Math.floor(now() / DAY_MS)
  let told = () => {}
  let current: Drawn = { key: random(KEY_SIZE), day: dayNow(), drawnAt: now() }
  const drawn = () => {
    if (dayNow() !== current.day) {
      wipe(current.key)
      current = { key: random(KEY_SIZE), day: dayNow(), drawnAt: now() }
      told()
    }
    return current
  }
  return {
    today: () => drawn().key,
    drawn,
    offer(other) {
      const own = drawn()
      if (other.day !== own.day) return 'another day'
      const order = other.drawnAt - own.drawnAt || Buffer.compare(other.key, own.key)
      if (order === 0) return 'same'
      if (order > 0) return 'younger'
      own.key.set(other.key)
      current = { ...own, drawnAt: other.drawnAt }
      return 'taken'
    },
    onDrawn(call) {
      told = call
    },
  }
}
