/** A random key that lives in RAM for a UTC day: what was made under it cannot be made again, nor followed, later. */
import { wipe } from '@solo2/sdk/shared'

const DAY_MS = 86_400_000
const KEY_SIZE = 32

/** Today's key. Overwrites yesterday's; the sweeper asks too, since nobody else may for days. */
export type DayKey = () => Uint8Array

export function createDayKey(random: (length: number) => Uint8Array, now: () => number): DayKey {
  const today = () => Math.floor(now() / DAY_MS)
  let key = random(KEY_SIZE)
  let day = today()
  return () => {
    if (today() !== day) {
      wipe(key)
      key = random(KEY_SIZE)
      day = today()
    }
    return key
  }
}
