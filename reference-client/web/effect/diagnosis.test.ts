import { describe, expect, it } from 'vitest'
import { fakeMe } from '../../test/fake/me.js'
import { people, requests } from '../../test/fake/scenes.js'
import { diagnosisOf } from './diagnosis.js'

const NOW = 1_800_000_000_000
const around = {
  version: '0.1.0',
  now: NOW,
  userAgent: 'a browser',
  languages: ['en'],
  features: { webRtc: true },
  storage: { persisted: true, used: 12_345_678, quota: undefined, isPrivate: false, backedUpAt: NOW },
  problems: { no_path: 2 },
}

const me = () =>
  fakeMe({
    displayName: 'Canary Bird',
    username: 'canary-bird',
    server: 'connected',
    people: people(NOW),
    requests,
    notified: true,
    scene: 'home',
    backedUpAt: NOW - 3 * 86_400_000,
    later: () => undefined,
  })

/** Every text that the account holds, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value instanceof Uint8Array || value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(texts)
}

describe('a diagnosis', () => {
  it('counts what there is', () => {
    expect(diagnosisOf(me(), around)).toMatchObject({
      storage: { persisted: true, usedMegabytes: 12 },
      backedUpDaysAgo: 3,
      requests: 2,
      contacts: { count: 6, states: { connected: 2, asked: 1 }, paths: { direct: 1, mirror: 1 }, notices: 1 },
      problems: { no_path: 2 },
    })
  })

  it('holds no name, ID, code, address or text of the account or of a contact', async () => {
    const account = me()
    const messages = await Promise.all(account.contacts.map((contact) => contact.messages({ limit: 100 })))
    const facts = account.contacts.map(({ id, displayName, alias, safetyNumber, transfers }) => ({
      ...{ id, displayName, alias, safetyNumber },
      names: transfers.map(({ id: file, name }) => [file, name]),
    }))
    const { username, displayName, pairingCode, alias, notifications } = account
    const own = { username, displayName, pairingCode, alias, endpoint: notifications.endpoint }
    const said = messages.flat().map(({ id, body }) => [id, 'text' in body ? body.text : ''])
    const canaries = texts([own, facts, said, account.requests.map((one) => [one.displayName, one.alias])])
    const text = JSON.stringify(diagnosisOf(account, around))
    const held = canaries.filter((canary) => canary.length > 2 && text.includes(canary))
    expect(held).toEqual([])
    // The search finds what is there.
    expect(text.includes('a browser')).toBe(true)
    expect(canaries.length).toBeGreaterThan(50)
  })
})
