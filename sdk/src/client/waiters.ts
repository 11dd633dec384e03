/** Callers that wait for something which may come, be cancelled or never come again. */
import { Solo2Error } from '../errors.js'

export interface Waiters<T> {
  /** Resolves when there is one; rejects with `cancelled`, or `closed` after `stop`. */
  wait(signal?: AbortSignal): Promise<T>
  /** What they wait for may be there now. */
  look(): void
  stop(): void
}

export function createWaiters<T>(current: () => T | undefined): Waiters<T> {
  const waiting = new Set<() => void>()
  let stopped = false

  function look(): void {
    for (const settle of [...waiting]) settle()
  }

  return {
    wait: (signal) =>
      new Promise((resolve, reject) => {
        const settle = () => {
          const found = current()
          if (found === undefined && !stopped && signal?.aborted !== true) return
          waiting.delete(settle)
          signal?.removeEventListener('abort', settle)
          if (found !== undefined) resolve(found)
          else reject(new Solo2Error(stopped ? 'closed' : 'cancelled', 'no tunnel any more'))
        }
        waiting.add(settle)
        signal?.addEventListener('abort', settle)
        settle()
      }),
    look,
    stop() {
      stopped = true
      look()
    },
  }
}
