/** What a browser tells of the network under a page. */
import type { NetworkWatch } from '../../ports/network.js'
import { sleepDetector } from '../sleep.js'

/** Timers of a page in the background run once a minute. */
const LOOK_MS = 15_000
const LATE_MS = 90_000

/** Of the Network Information API, which not every browser has. */
interface Connection extends EventTarget {
  readonly type?: string
}

export function browserNetwork(): NetworkWatch {
  return {
    onChange(listener) {
      const { connection } = navigator as { readonly connection?: Connection }
      const ended = new AbortController()
      const { signal } = ended
      let type = connection?.type
      const slept = sleepDetector({ now: () => Date.now(), everyMs: LOOK_MS, lateMs: LATE_MS })
      addEventListener('online', listener, { signal })
      addEventListener('pageshow', ({ persisted }) => persisted && listener(), { signal })
      connection?.addEventListener(
        'change',
        () => {
          // It changes with each estimate of the speed too.
          const before = type
          type = connection.type
          if (type !== before) listener()
        },
        { signal },
      )
      const timer = setInterval(() => slept() && listener(), LOOK_MS)
      signal.addEventListener('abort', () => clearInterval(timer))
      return () => ended.abort()
    },
  }
}
