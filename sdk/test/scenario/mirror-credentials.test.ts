/** People whose only path is a mirror, and credentials that end: spec/05 section 11, spec/09 section 8. */
import { expect, test } from 'vitest'
import type { IceServer } from '../../src/ports/transport.js'
import type { StillWorld } from '../../src/testing.js'
import { contactOf, delivered, type Person, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const MIRROR: IceServer = { urls: ['turn:solo2.test'], username: 'a', credential: 'b' }
const LIFE_SECONDS = 120
const SECONDS = 300

/** `lives` of the credentials in the order in which they are issued, in seconds; the last one is that of all that follow. */
async function throughMirror(...lives: number[]) {
  const before = stillWorld()
  before.accounts.iceServers = [MIRROR]
  Object.defineProperty(before.accounts, 'mirrorSeconds', {
    get: () => (lives.length > 1 ? lives.shift() : (lives[0] ?? LIFE_SECONDS)),
  })
  before.network.path = 'mirror'
  const { world, ana, ben } = await pair(before)
  await until(world, () => [ana, ben].every((person) => contactOf(person).path === 'mirror'))
  const connections = new Set<unknown>()
  world.network.tap = (message, from) => {
    connections.add(from)
    return message
  }
  /** States that a person was shown since, beside "connected". */
  const gaps = new Set<string>()
  for (const { me } of [ana, ben]) {
    me.on('presence', ({ state }) => {
      if (state !== 'connected') gaps.add(state)
    })
  }
  return { world, ana, ben, gaps, connections }
}

/** A text each way every ten seconds. */
async function talk(world: StillWorld, people: readonly Person[], seconds: number): Promise<string[]> {
  const texts: string[] = []
  for (let n = 0; n < seconds / 10; n++) {
    texts.push(`text ${n}`)
    await Promise.all(people.map((person) => contactOf(person).send(`text ${n}`)))
    await world.clock.advance(10_000)
  }
  return texts
}

test('[T8 M1] a conversation outlives its credentials: it moves onto fresh ones before they end, and nothing shows of it', async () => {
  const { world, ana, ben, gaps, connections } = await throughMirror()
  const asked = world.accounts.iceServersAsked
  const texts = await talk(world, [ana, ben], SECONDS)
  await world.clock.advance(1_000)
  expect(ben.received).toEqual(texts)
  expect(ana.received).toEqual(texts)
  expect(await delivered(ana)).toHaveLength(texts.length)
  expect([...gaps], 'nobody was away').toEqual([])
  // One move in each half of a life, and one question of each side: no string of tries.
  const renewals = SECONDS / (LIFE_SECONDS / 2)
  expect(connections.size / 2).toBeGreaterThan(SECONDS / LIFE_SECONDS)
  expect(connections.size / 2).toBeLessThanOrEqual(renewals + 1)
  expect(world.accounts.iceServersAsked - asked).toBeLessThanOrEqual(2 * renewals + 2)
})

test('control: the mirror ends what runs on a credential that ended; the two meet again with fresh ones', async () => {
  const { world, ana, ben, gaps } = await throughMirror()
  world.stopServer()
  await world.clock.advance(LIFE_SECONDS * 1_000)
  expect(gaps.has('away')).toBe(true)
  await contactOf(ana).send('waits')
  await world.clock.advance(60_000)
  expect(ben.received).toEqual([])
  world.startServer()
  await until(world, () => ben.received.length === 1)
})

test('[T8 M1] a server that is away when a credential should be renewed, and back before it ends', async () => {
  const { world, ana, ben, gaps } = await throughMirror(1_200)
  await world.clock.advance(880_000)
  world.stopServer()
  await world.clock.advance(200_000)
  world.startServer()
  const texts = await talk(world, [ana, ben], 160)
  expect(ben.received).toEqual(texts)
  expect([...gaps]).toEqual([])
})

test('[T8 M1] idle for longer than a credential lives, then looked for; cut after as long: each try has a fresh one', async () => {
  const { world, ana, ben, gaps } = await throughMirror()
  await contactOf(ana).block()
  await until(world, () => contactOf(ben).state !== 'connected')
  await world.clock.advance(5 * LIFE_SECONDS * 1_000)
  await contactOf(ana).unblock()
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ana).path === 'mirror')
  gaps.clear()
  await world.clock.advance(5 * LIFE_SECONDS * 1_000)
  expect([...gaps]).toEqual([])
  world.network.fail()
  await until(world, () => gaps.has('away'))
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ana).path === 'mirror')
})

test.each([
  ['I, who offered and was given the first one', [1_200, 86_400]],
  ['R, who asks I to move', [86_400, 1_200, 86_400]],
])('[T8 M1] one of two credentials ends: that of %s', async (_, lives) => {
  const { world, ana, ben, gaps, connections } = await throughMirror(...lives)
  await world.clock.advance(880_000)
  connections.clear()
  const texts = await talk(world, [ana, ben], 100)
  expect(connections.size, 'it moved').toBeGreaterThan(2)
  connections.clear()
  await world.clock.advance(400_000)
  expect(connections.size, 'to one that lives').toBe(2)
  expect(ana.received).toEqual(texts)
  expect(ben.received).toEqual(texts)
  expect([...gaps]).toEqual([])
})

test('[T8] who shows no address is not moved from the mirror to the mirror, whoever of the two may start', async () => {
  for (const choice of [0, 1]) {
    const { world, ana, ben, connections } = await throughMirror(86_400)
    const person = [ana, ben][choice] as Person
    await passing(world, person.me.chooseNetwork({ paths: 'mirror' }))
    await until(world, () => [ana, ben].every((one) => contactOf(one).state === 'connected'))
    connections.clear()
    world.network.path = 'direct'
    await world.clock.advance(300_000)
    expect(connections.size).toBe(2)
    expect([ana, ben].map((one) => contactOf(one).path)).toEqual(['mirror', 'mirror'])
  }
})
