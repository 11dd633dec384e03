import { describe, expect, it } from 'vitest'
import { CHOSEN } from '../limits.js'
import type { AccountApi } from '../ports/account-api.js'
import { watchClock } from './server-clock.js'

const HOUR = 3_600_000
const SERVER = 1_790_000_000_000

describe('watching the clock by the answers of the account plane', () => {
  it('tells by the first answer, a refusal included, and then each change', async () => {
    let own = SERVER
    const told: number[] = []
    const calls: unknown[] = []
    const api = {
      prelogin: async (request, options) => {
        calls.push(request)
        options?.onServerTime?.(SERVER)
        return { profile: 1, salt: new Uint8Array(16) }
      },
      login: async (_, options) => {
        options?.onServerTime?.(SERVER)
        throw new Error('refused')
      },
      logout: async () => ({}),
    } as Pick<AccountApi, 'prelogin' | 'login' | 'logout'> as AccountApi
    const watched = watchClock(
      api,
      () => own,
      (aheadMs) => told.push(aheadMs),
    )
    await watched.api.logout({})
    expect(told).toEqual([])

    expect(await watched.api.prelogin({ username: 'amy' })).toMatchObject({ profile: 1 })
    expect(calls).toEqual([{ username: 'amy' }])
    expect(told).toEqual([0])

    own = SERVER + HOUR
    const request = { username: 'amy', authKey: new Uint8Array(32), versions: [1] }
    await expect(watched.api.login(request)).rejects.toThrow('refused')
    expect(told).toEqual([0, HOUR - 500])
    expect(watched.aheadMs).toBe(HOUR - 500)

    own += CHOSEN.CLOCK_STEADY_MS / 2
    await watched.api.prelogin({ username: 'amy' })
    expect(told).toHaveLength(2)

    own = SERVER
    await watched.api.prelogin({ username: 'amy' })
    expect(told.at(-1)).toBe(0)
    expect(watched.aheadMs).toBe(0)
  })
})
