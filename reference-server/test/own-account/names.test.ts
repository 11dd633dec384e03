/** Names and codes that people choose for themselves. */
import { beforeAll, describe, expect, it } from 'vitest'
import { bytes, newPerson, refusal, startTestServer, type TestServer } from '../harness.js'
import { accountRow, over } from './common.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})

describe('SetDisplayName', () => {
  it('[A5] changes the name that others see, in its one stored form, and says so', async () => {
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const { account } = await server.call('setDisplayName', { displayName: '  A\u0301da   L. ' }, amy.token)
    expect(account?.displayName).toBe('\u00c1da L.')
    const { person } = await server.call('lookUp', { code: amy.pairingCode }, bob.token)
    expect(person?.displayName).toBe('\u00c1da L.')
    expect((await server.call('getAccount', {}, amy.token)).account).toEqual(account)
  })

  it.each(['', 'Evil\u202E', '\u2067Bob', '\u200F\u200F', '\u3164', 'x'.repeat(65), `A${'\u0301'.repeat(60)}`])(
    '[A5] refuses %j and keeps the old name',
    async (displayName) => {
      const amy = await newPerson(server)
      const before = accountRow(server, amy)['display_name']
      expect(await refusal(server.call('setDisplayName', { displayName }, amy.token))).toMatchObject({
        status: 400,
        code: 'invalid_argument',
        field: 'display_name',
      })
      expect(accountRow(server, amy)['display_name']).toBe(before)
    },
  )

  it('[A1] [A5] two people with names that look alike stay two people, told apart by their codes', async () => {
    const carol = await newPerson(server)
    const real = await newPerson(server, { name: 'lilian7' })
    const other = await newPerson(server, { name: 'Iilian7' })
    for (const name of ['l\u0456lian7', 'lilian7\u200B', 'lil ian7']) {
      expect(await refusal(newPerson(server, { name }))).toMatchObject({ field: 'username' })
    }
    for (const asker of [real, other]) {
      await server.call('setDisplayName', { displayName: 'Lilian' }, asker.token)
      await server.call('requestPairing', { code: carol.pairingCode }, asker.token)
    }
    const { incoming } = await server.call('listPairings', {}, carol.token)
    expect(incoming.map(({ person }) => person?.displayName)).toEqual(['Lilian', 'Lilian'])
    expect(new Set(incoming.map(({ person }) => person?.alias))).toEqual(new Set([real.alias, other.alias]))
  })
})

describe('NewPairingCode', () => {
  it('[A6] gives another code at once; the old one finds nobody, requests and alias stay', async () => {
    const [amy, bob, cat] = [await newPerson(server), await newPerson(server), await newPerson(server)]
    await server.call('requestPairing', { code: amy.pairingCode }, bob.token)
    const { account } = await server.call('newPairingCode', {}, amy.token)
    const code = account?.pairingCode ?? ''
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
    expect(code).not.toBe(amy.pairingCode)
    for (const method of ['lookUp', 'requestPairing'] as const) {
      expect(await refusal(server.call(method, { code: amy.pairingCode }, cat.token))).toMatchObject({
        code: 'wrong_code',
      })
      expect((await server.call(method, { code }, cat.token)).person?.alias).toBe(amy.alias)
      expect((await server.call(method, { code: amy.alias }, cat.token)).person?.alias).toBe(amy.alias)
    }
    expect((await server.call('listPairings', {}, amy.token)).incoming).toHaveLength(2)
  })
})

describe('every method of an own account', () => {
  it.each([
    'setDisplayName',
    'newPairingCode',
    'listSessions',
    'endSessions',
    'changePassword',
    'newWords',
    'deleteAccount',
  ] as const)('%s refuses no token, a made-up one and a damaged one', async (method) => {
    for (const token of [undefined, bytes(32), bytes(31)]) {
      expect(await refusal(server.call(method, {} as never, token))).toMatchObject(over)
    }
  })
})
