import { expect, test } from 'vitest'
import { Solo2Error } from '../errors.js'
import type { AccountApi } from '../ports/account-api.js'
import { createSession, type SessionSecrets } from './session.js'

const AUTH = new Uint8Array(32).fill(1)
const OLD = new Uint8Array(32).fill(2)
const NEW = new Uint8Array(32).fill(3)
const NONE = new Uint8Array(0)

/** A server that knows one token, and counts what it is asked. */
function server() {
  const asked: string[] = []
  const state = { valid: OLD, login: 'grants' as 'grants' | 'refuses', isAway: false }
  async function answer<T>(name: string, value: () => T): Promise<T> {
    asked.push(name)
    if (state.isAway) throw new Solo2Error('server_away', 'nobody answers')
    return value()
  }
  const api = {
    login: () =>
      answer('login', () => {
        if (state.login === 'refuses') throw new Solo2Error('unauthenticated', 'no')
        state.valid = NEW
        return { session: { token: NEW, expiresAt: 99n, version: 1 }, account: undefined, wrappedMasterKey: NONE }
      }),
    logout: () => answer('logout', () => ({})),
    listPairings: (_request: unknown, options: { token?: Uint8Array }) =>
      answer('listPairings', () => {
        if (options.token !== state.valid) throw new Solo2Error('unauthenticated', 'no such session')
        return { incoming: [] }
      }),
  } as unknown as AccountApi
  return { asked, state, api }
}

function open(api: AccountApi, secrets: SessionSecrets) {
  const seen: string[] = []
  const saved: SessionSecrets[] = []
  const session = createSession({
    api,
    username: 'ana',
    secrets,
    save: async (next) => void saved.push(next),
    onServer: (state) => seen.push(state),
    onOver: () => seen.push('over'),
    onValid: () => seen.push('valid'),
  })
  return { session, seen, saved }
}

test('[S2] a session that is over is renewed silently, once for all calls that wait, and the token stored', async () => {
  const { api, asked, state } = server()
  state.valid = NEW
  const { session, saved } = open(api, { authKey: AUTH, token: OLD })
  await Promise.all([session.call('listPairings', {}), session.call('listPairings', {})])
  expect(asked.filter((name) => name === 'login')).toHaveLength(1)
  expect(saved).toEqual([{ authKey: AUTH, token: NEW }])
})

test('a refused silent login drops authKey, tells that the session is over, and is not tried again', async () => {
  const { api, asked, state } = server()
  state.login = 'refuses'
  const { session, seen, saved } = open(api, { authKey: AUTH, token: NONE })
  await expect(session.call('listPairings', {})).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(session.call('listPairings', {})).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(seen).toEqual(['connected', 'over'])
  expect(saved).toEqual([{ authKey: NONE, token: NONE }])
  expect(asked).toEqual(['login'])
})

test('a server that goes away and comes back is told once each; nothing is dropped', async () => {
  const { api, state } = server()
  const { session, seen, saved } = open(api, { authKey: AUTH, token: OLD })
  await session.call('listPairings', {})
  state.isAway = true
  await expect(session.call('listPairings', {})).rejects.toMatchObject({ code: 'server_away' })
  await expect(session.call('listPairings', {})).rejects.toMatchObject({ code: 'server_away' })
  state.isAway = false
  await session.call('listPairings', {})
  expect(seen).toEqual(['connected', 'away', 'connected'])
  expect(saved).toEqual([])
})
