/** Where this device is, asked of the browser once; nobody outside is asked by us [V20]. */
import type { Coordinates } from '../sdk.js'
import type { PlaceProblem } from '../talk.js'

const TIMEOUT_MS = 30_000
const REASONS: Readonly<Record<number, PlaceProblem>> = { 1: 'denied', 3: 'timeout' }

export function measure(): Promise<Coordinates | PlaceProblem> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve('unavailable')
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy }, timestamp }) =>
        resolve({ latitude, longitude, accuracy, takenAt: Math.round(timestamp) }),
      ({ code }) => resolve(REASONS[code] ?? 'unavailable'),
      { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 0 },
    )
  })
}
