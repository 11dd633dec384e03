/** When one contact is woken, and how often (spec/06 section 13). */
import { ensure, Solo2Error } from '../errors.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'

export interface ContactWakeOptions {
  readonly host: Host
  /** The contact's token, or empty. */
  token(): Uint8Array
  isHere(): boolean
  /** Says it to the server, if `still` holds after a random time; whether it was said. */
  say(token: Uint8Array, still: () => boolean): Promise<boolean>
}

export interface ContactWake {
  /**
   * Asks for a notification on the contact's devices. Rejects with `failed_precondition` if it gave no token,
   * `rate_limited` beyond once a minute and 20 times a day.
   */
  now(): Promise<void>
  /** Something waits for a contact that is away: once for each absence, and where it may not be said yet as soon as it may. */
  once(): void
  /** The contact is here: what waits in its next absence wakes again. */
  here(): void
  stop(): void
}

const DAY_MS = 86_400_000

export function createContactWake({ host, token, isHere, say }: ContactWakeOptions): ContactWake {
  let times: readonly number[] = []
  let woken = false
  let cancelLater: (() => void) | undefined

  /** Milliseconds until it may be woken again. */
  function wait(): number {
    const now = host.now()
    times = times.filter((time) => time > now - DAY_MS)
    const [oldest = 0] = times
    const latest = times.at(-1) ?? Number.NEGATIVE_INFINITY
    if (times.length >= PROTOCOL.WAKES_PER_DAY) return oldest + DAY_MS - now
    return Math.max(0, latest + CHOSEN.WAKE_INTERVAL_MS - now)
  }

  async function now(): Promise<void> {
    ensure(token().length === PROTOCOL.WAKE_TOKEN_SIZE, 'failed_precondition', 'this contact gave no wake token')
    const retryAfterMs = wait()
    if (retryAfterMs > 0) throw new Solo2Error('rate_limited', 'woken a short time ago', { retryAfterMs })
    woken = true
    const at = host.now()
    times = [...times, at]
    // Whoever came by itself was not woken: the next absence is not held against it.
    if (!(await say(token(), () => !isHere()))) times = times.filter((time) => time !== at)
  }

  function once(): void {
    if (woken || cancelLater !== undefined || isHere() || token().length === 0) return
    const ms = wait()
    if (ms > 0) {
      cancelLater = host.after(ms, () => {
        cancelLater = undefined
        once()
      })
      return
    }
    // Away or closed: what waits goes out when the two meet, woken or not.
    now().catch((error: unknown) => {
      if (!(error instanceof Solo2Error)) throw error
      woken = false
    })
  }

  function stop(): void {
    cancelLater?.()
    cancelLater = undefined
  }

  return {
    now,
    once,
    here() {
      woken = false
      stop()
    },
    stop,
  }
}
