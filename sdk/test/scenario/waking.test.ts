/** Whole clients: who can wake whom, how often, and what is left when somebody logs out or makes a new token. */
import { ClientFrame } from '@solo2/proto/introduction'
import { expect, test } from 'vitest'
import { equal } from '../../src/bytes/bytes.js'
import type { PushKeys } from '../../src/client/api/account.js'
import type { StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, join, type Person, pair, passing, until } from '../fixtures/people.js'

const MINUTE = 60_000
const endpoint = (name: string) => `https://fcm.googleapis.com/fcm/send/${name}`
const keys = (name: string): PushKeys => ({
  endpoint: endpoint(name),
  p256dh: new Uint8Array(65),
  auth: new Uint8Array(16),
})

/** Ana and Ben in a tunnel; Ben's notifications are on, and Ana was told. */
async function benCanBeWoken(): Promise<{ world: StillWorld; ana: Person; ben: Person }> {
  const people = await pair()
  await passing(people.world, people.ben.me.notifications.enable(keys('ben')))
  await until(people.world, () => contactOf(people.ana).canWake)
  return people
}

/** The frames that were sent on sockets which carried a Wake, by what they are. */
function wakesOn(world: StillWorld): Uint8Array[] {
  return (world.rendezvous.recorded ?? []).flatMap((bytes) => {
    const { frame } = ClientFrame.decode(bytes)
    return frame?.$case === 'wake' ? [frame.value.token] : []
  })
}

test('[C3] a message for a contact that is away wakes it once; the next absence wakes it again', async () => {
  const { world, ana, ben } = await benCanBeWoken()
  const { notified } = world.accounts.push
  expect(contactOf(ben).canWake).toBe(false)
  await passing(world, contactOf(ana).send('while you are here'))
  await world.clock.advance(MINUTE)
  expect(notified).toEqual([])

  await passing(world, ben.me.lock())
  await until(world, () => contactOf(ana).state !== 'connected')
  world.rendezvous.recorded = []
  for (const text of ['one', 'two', 'three']) await passing(world, contactOf(ana).send(text))
  await world.clock.advance(5 * MINUTE)
  expect(notified).toEqual([endpoint('ben')])
  expect(wakesOn(world)).toHaveLength(1)

  await comeBack(world, ben)
  await until(world, () => ben.received.length === 4)
  await passing(world, ben.me.lock())
  await until(world, () => contactOf(ana).state !== 'connected')
  await passing(world, contactOf(ana).send('four'))
  await until(world, () => notified.length === 2)
})

test('[N1] a wake is a socket of its own, which joins nothing, after up to three seconds', async () => {
  const { world, ana, ben } = await benCanBeWoken()
  await passing(world, ben.me.lock())
  await until(world, () => contactOf(ana).state !== 'connected')
  const delays: number[] = []
  for (let i = 0; i < 12; i++) {
    world.rendezvous.recorded = []
    const before = world.rendezvous.sockets
    const start = world.clock.now()
    const woken = contactOf(ana).wake()
    await until(world, () => wakesOn(world).length > 0, 50)
    delays.push(world.clock.now() - start)
    await passing(world, woken)
    const cases = world.rendezvous.recorded.map((bytes) => ClientFrame.decode(bytes).frame?.$case)
    const at = cases.indexOf('wake')
    expect(cases.slice(at - 1, at + 1)).toEqual(['open', 'wake'])
    await world.clock.advance(1_000)
    expect(world.rendezvous.sockets).toBe(before)
    await world.clock.advance(2 * MINUTE)
  }
  expect(Math.max(...delays)).toBeLessThanOrEqual(3_100)
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(1_000)
})

test('who comes while one waits to wake is not woken', async () => {
  const { world, ana, ben } = await benCanBeWoken()
  await passing(world, contactOf(ana).wake())
  expect(contactOf(ana).state).toBe('connected')
  expect(world.accounts.push.notified).toEqual([])
  expect(contactOf(ben).canWake).toBe(false)
  await expect(contactOf(ben).wake()).rejects.toMatchObject({ code: 'failed_precondition' })
})

test('[N1] a new token wakes nobody by the old one, and who is here or met later is told', async () => {
  const { world, ana, ben } = await benCanBeWoken()
  const { push } = world.accounts
  await passing(world, ana.me.lock())
  await until(world, () => contactOf(ben).state !== 'connected')
  await passing(world, ben.me.notifications.renew())
  await passing(world, ben.me.lock())

  await comeBack(world, ana)
  world.rendezvous.recorded = []
  await passing(world, contactOf(ana).wake())
  const [old] = wakesOn(world)
  expect(old).toHaveLength(32)
  expect(push.notified).toEqual([])

  await comeBack(world, ben)
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
  await world.clock.advance(2 * MINUTE)
  await passing(world, ben.me.lock())
  await until(world, () => contactOf(ana).state !== 'connected')
  world.rendezvous.recorded = []
  await passing(world, contactOf(ana).wake())
  const [fresh] = wakesOn(world)
  expect(fresh !== undefined && old !== undefined && equal(fresh, old)).toBe(false)
  expect(push.notified).toEqual([endpoint('ben')])
})

test('the server is away when a token is made: it has the hash once it is back', async () => {
  const { world, ana, ben } = await benCanBeWoken()
  world.stopServer()
  await expect(passing(world, ben.me.notifications.renew())).rejects.toMatchObject({ code: 'server_away' })
  await world.clock.advance(5_000)
  world.startServer()
  await world.clock.advance(10_000)
  await passing(world, ben.me.lock())
  await until(world, () => contactOf(ana).state !== 'connected')
  await passing(world, contactOf(ana).wake())
  expect(world.accounts.push.notified).toEqual([endpoint('ben')])
})

test('[N1 C3] who logs out is not notified at that browser; who logs in next is, and keeps it', async () => {
  const { world, ana, ben } = await benCanBeWoken()
  const { push } = world.accounts
  expect(ben.me.notifications.endpoint).toBe(endpoint('ben'))
  await passing(world, ben.me.logout())
  expect([...push.subscriptions]).toEqual([])
  await until(world, () => contactOf(ana).state !== 'connected')
  await passing(world, contactOf(ana).send('are you there'))
  await world.clock.advance(MINUTE)
  expect(push.notified).toEqual([])

  const cleo = await join(world, 'cleo')
  await passing(world, cleo.me.notifications.enable(keys('ben')))
  expect([...push.subscriptions]).toEqual([[endpoint('ben'), 'cleo']])
  await passing(world, cleo.me.lock())
  await comeBack(world, cleo)
  expect(cleo.me.notifications.endpoint).toBe(endpoint('ben'))
  await passing(world, cleo.me.notifications.enable(keys('renewed')))
  expect([...push.subscriptions]).toEqual([[endpoint('renewed'), 'cleo']])
  await passing(world, cleo.me.notifications.disable())
  expect(cleo.me.notifications.endpoint).toBeUndefined()
  expect([...push.subscriptions]).toEqual([])
})
