/** Watches this device's clock by the answers of the account plane (spec/05 section 3, 05-94): to be shown, and for nothing else. */
import { clockAhead, toldAhead } from '../account/clock.js'
import type { AccountApi, CallOptions } from '../ports/account-api.js'

export interface WatchedApi {
  readonly api: AccountApi
  /** What was told last: 0 while the clock is right, or nothing is known. */
  readonly aheadMs: number
}

/** The same calls. `tell` hears what the first answer says of the clock, and each change of what is to be told. */
export function watchClock(api: AccountApi, now: () => number, tell: (aheadMs: number) => void): WatchedApi {
  let told: number | undefined

  function look(sentAt: number, serverTime: number): void {
    const ahead = clockAhead({ sentAt, answeredAt: now(), serverTime })
    if (ahead === undefined) return
    const before = told
    told = toldAhead(before ?? 0, ahead)
    if (told !== before) tell(told)
  }

  type Call = (request: unknown, options?: CallOptions) => Promise<unknown>
  const watched = new Proxy(api, {
    get(target, name) {
      const call: Call | undefined = Reflect.get(target, name)
      if (call === undefined) return undefined
      return (request: unknown, options?: CallOptions) => {
        const sentAt = now()
        return call.call(target, request, { ...options, onServerTime: (serverTime) => look(sentAt, serverTime) })
      }
    },
  })
  return {
    api: watched,
    get aheadMs() {
      return told ?? 0
    },
  }
}
