/** The slow doors into an account: one at a time, each can be cancelled, each ends in an action. */
import type { Action } from '../action.js'
import { type DoorCall, loadSdk, type Solo2Facade } from '../sdk.js'
import { problemOf } from './problem.js'

const CANCELLED = { code: 'cancelled', culprit: 'caller' } as const
/** How often a vault that another tab holds is tried again. */
const RETRY_MS = 1_500

export interface Doors {
  /** Tries `work`, again and again while another tab holds the vault; cancels the one before. */
  open(work: (sdk: Solo2Facade, call: DoorCall) => Promise<Action>): void
  cancel(): void
  /** A vault may be free now: what waits for one tries again at once. */
  retry(): void
}

/** `shut` closes again what a door opened after it was cancelled. */
export function createDoors(dispatch: (action: Action) => void, shut: () => Promise<void>): Doors {
  let working: AbortController | undefined
  let wake = (): void => {}
  return {
    open(work) {
      working?.abort()
      working = new AbortController()
      const { signal } = working
      const call: DoorCall = { signal, onClock: (clock) => dispatch({ type: 'clock', ...clock }) }
      const attempt = async (): Promise<void> => {
        try {
          const action = await work(await loadSdk(), call)
          if (!signal.aborted) return dispatch(action)
          await shut()
          dispatch({ type: 'door_failed', problem: CANCELLED })
        } catch (error) {
          const problem = signal.aborted ? CANCELLED : problemOf(error)
          dispatch({ type: 'door_failed', problem })
          if (problem.code !== 'storage_locked') return
          const waited = later(RETRY_MS, signal, (ring) => {
            wake = ring
          })
          await waited.then(attempt, () => dispatch({ type: 'door_failed', problem: CANCELLED }))
        }
      }
      void attempt()
    },
    cancel: () => working?.abort(),
    retry: () => wake(),
  }
}

/** `early` is given the way to end the wait before its time. */
function later(ms: number, signal: AbortSignal, early: (ring: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    early(() => {
      clearTimeout(timer)
      resolve()
    })
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
