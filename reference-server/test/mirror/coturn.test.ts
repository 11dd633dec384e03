/** The mirror as it is deployed: a real coturn with the shipped configuration, and credentials of the real server. */
import { createHmac } from 'node:crypto'
import type { GetIceServersResponse } from '@solo2/proto/account'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Coturn, startCoturn } from '../../../tools/test-kit/coturn.js'
import { type Allocation, allocate, type Credential, STALE_NONCE } from '../../../tools/test-kit/turn-client.js'
import { newPerson, type Person, startTestServer, type TestServer } from '../harness.js'

const SECRET = 'a secret of the relay and the server'
const LIFE_SECONDS = 600
const UNAUTHORIZED = 401
const FORBIDDEN = 403
const QUOTA_REACHED = 486
/** A browser's allocations for some thirty contacts. */
const QUOTA = 96

let server: TestServer
let coturn: Coturn
const allocations: Allocation[] = []

beforeAll(async () => {
  coturn = await startCoturn(SECRET, false)
  server = await startTestServer({
    SOLO2_TURN_URLS: `turn:127.0.0.1:${coturn.port}?transport=udp`,
    SOLO2_TURN_SECRET: SECRET,
    SOLO2_TURN_SECONDS: String(LIFE_SECONDS),
  })
})

afterAll(async () => {
  for (const allocation of allocations) allocation.close()
  await coturn?.[Symbol.asyncDispose]()
})

/** What the server gives somebody at that time; coturn goes by the machine's clock. */
async function credentialAt(unixMs: number, person: Person): Promise<Credential> {
  server.clock.now = unixMs
  const { servers }: GetIceServersResponse = await server.call('getIceServers', {}, person.token)
  const mirror = servers.find(({ urls }) => urls[0]?.startsWith('turn:'))
  if (mirror === undefined) throw new Error('there is no mirror')
  return mirror
}

async function somebody(): Promise<Person> {
  server.clock.now = Date.now() - 2 * LIFE_SECONDS * 1_000
  return newPerson(server)
}

async function allocated(credential: Credential, port = coturn.port): Promise<Allocation> {
  const allocation = await allocate(port, credential)
  if (typeof allocation === 'number') throw new Error(`refused with ${allocation}`)
  allocations.push(allocation)
  return allocation
}

const flipped = (text: string, at: number) => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

describe('[M1] a real coturn with the shipped configuration', () => {
  it('accepts a fresh credential of the server and relays between two of its users, both ways', async () => {
    const [amy, bob] = [await somebody(), await somebody()]
    const a = await allocated(await credentialAt(Date.now(), amy))
    const b = await allocated(await credentialAt(Date.now(), bob))
    expect(a.relayed.port).toBeGreaterThanOrEqual(49_152)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(await from.permit(to.relayed.host)).toBeUndefined()
      expect(await to.permit(from.relayed.host)).toBeUndefined()
      const received = to.received()
      from.send(to.relayed, Buffer.from('a sealed frame'))
      expect((await received).toString()).toBe('a sealed frame')
    }
  })

  it('refuses an expired one, and takes the same name and key a moment before the end', async () => {
    const person = await somebody()
    const old = await credentialAt(Date.now() - (LIFE_SECONDS + 5) * 1_000, person)
    expect(await allocate(coturn.port, old)).toBe(UNAUTHORIZED)
    await allocated(await credentialAt(Date.now() - (LIFE_SECONDS - 30) * 1_000, person))
  })

  it('goes on to refresh, past the end of a credential, what it allocated before; it allocates nothing more with it', async () => {
    await using restless = await startCoturn(SECRET, false, ['stale-nonce=1'])
    const old = await credentialAt(Date.now() - (LIFE_SECONDS - 2) * 1_000, await somebody())
    const calm = await allocated(old)
    const stale = await allocated(old, restless.port)
    // coturn looks at the clock every few seconds.
    for (const { port } of [coturn, restless]) {
      const isEnded = async () => {
        const more = await allocate(port, old)
        if (typeof more !== 'number') more.close()
        expect(more).toBe(UNAUTHORIZED)
      }
      await vi.waitFor(isEnded, { timeout: 10_000, interval: 1_000 })
    }
    expect(await calm.refresh()).toEqual([])
    expect(await stale.refresh()).toEqual([STALE_NONCE])
    for (const allocation of [calm, stale]) expect(await allocation.permit('8.8.8.8')).toBeUndefined()
  })

  it('serves many contacts of one client by one credential, and no end of them', async () => {
    const credential = await credentialAt(Date.now(), await somebody())
    for (let n = 0; n < QUOTA; n++) await allocated(credential)
    expect(await allocate(coturn.port, credential)).toBe(QUOTA_REACHED)
  })

  it('refuses an altered one: name, later expiry, key, and one signed with another secret', async () => {
    const good = await credentialAt(Date.now(), await somebody())
    const colon = good.username.indexOf(':')
    const later = `${Number(good.username.slice(0, colon)) + 60}${good.username.slice(colon)}`
    const foreign = createHmac('sha1', 'another secret, of nobody').update(good.username).digest('base64')
    for (const altered of [
      { ...good, username: flipped(good.username, colon + 1) },
      { ...good, username: later },
      { ...good, credential: flipped(good.credential, 0) },
      { ...good, credential: foreign },
    ]) {
      expect(await allocate(coturn.port, altered)).toBe(UNAUTHORIZED)
    }
    await allocated(good)
  })

  it('gives no way into private networks', async () => {
    const allocation = await allocated(await credentialAt(Date.now(), await somebody()))
    for (const host of [
      '10.0.0.1',
      '100.64.0.1',
      '127.0.0.2',
      '169.254.169.254',
      '172.16.5.5',
      '192.168.1.1',
      '0.0.0.0',
    ])
      expect({ host, code: await allocation.permit(host) }).toEqual({ host, code: FORBIDDEN })
    // Control: a public address is let through.
    expect(await allocation.permit('8.8.8.8')).toBeUndefined()
  })

  it('two credentials of one account have nothing in common but the time', async () => {
    const person = await somebody()
    const now = Date.now()
    const [first, second] = [await credentialAt(now, person), await credentialAt(now, person)]
    expect(first.username.split(':')[0]).toBe(second.username.split(':')[0])
    expect(first.username.split(':')[1]).not.toBe(second.username.split(':')[1])
    expect(first.credential).not.toBe(second.credential)
  })

  it('writes down no account, no credential and no address; control: its verbose log holds the last two', async () => {
    const person = await somebody()
    const db = new Database(`${server.data}/solo2.db`, { readonly: true })
    const account = db.prepare('SELECT id, reference FROM accounts WHERE username = ?').get(person.username) as {
      id: string
      reference: string
    }
    db.close()
    const names = [
      account.id,
      account.id.slice(2),
      account.reference,
      person.username,
      person.alias,
      person.pairingCode,
    ]
    await using loud = await startCoturn(SECRET, true)
    const use = async (port: number) => {
      const credential = await credentialAt(Date.now(), person)
      const { localPort, release } = await allocated(credential, port)
      expect(await release()).toBeUndefined()
      return { user: credential.username.split(':')[1] ?? '', address: `127.0.0.1:${localPort}` }
    }
    const [quiet, told] = [await use(coturn.port), await use(loud.port)]
    // The end of a session is written a moment after its answer.
    await vi.waitFor(() => expect(loud.written()).toContain(told.address), 10_000)
    expect(loud.written()).toContain(told.user)
    for (const name of names) {
      expect(coturn.written()).not.toContain(name)
      expect(loud.written()).not.toContain(name)
    }
    expect(coturn.written()).toContain('Relay ports initialization done')
    expect(coturn.written()).not.toContain(quiet.user)
    expect(coturn.written()).not.toContain(quiet.address)
  })
})
