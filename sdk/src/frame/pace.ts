/** The pace of heartbeats (spec/09). */
import type { Env } from '../env.js'
import { CHOSEN } from '../limits.js'

/**
 * The instant of the next heartbeat, Unix milliseconds: HEARTBEAT_MS after `now`, jittered evenly by HEARTBEAT_JITTER of
 * it to each side, so that the pace does not identify a device. Takes 4 random bytes.
 */
export function nextHeartbeat(now: number, env: Env): number {
  const random = env.random(4)
  const fraction = new DataView(random.buffer, random.byteOffset).getUint32(0) / 2 ** 32
  return now + CHOSEN.HEARTBEAT_MS * (1 + CHOSEN.HEARTBEAT_JITTER * (2 * fraction - 1))
}
