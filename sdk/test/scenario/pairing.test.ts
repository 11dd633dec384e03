/** Pairing by code when people press twice, both ask at once, or one of them is away. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PairingRequest } from '../../src/client/api.js'
import type { StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, join, type Person, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => {
  process.off('unhandledRejection', note)
  expect(unhandled.splice(0)).toEqual([])
})

async function two(): Promise<{ world: StillWorld; ana: Person; ben: Person }> {
  const world = stillWorld()
  return { world, ana: await join(world, 'ana'), ben: await join(world, 'ben') }
}

async function requestOf(world: StillWorld, person: Person): Promise<PairingRequest> {
  await until(world, () => person.me.requests.length > 0)
  return person.me.requests[0] as PairingRequest
}

async function talks(world: StillWorld, from: Person, to: Person): Promise<void> {
  const text = `${from.name} to ${to.name} ${to.received.length}`
  await passing(world, contactOf(from).send(text))
  await until(world, () => to.received.includes(text))
}

test('an acceptance that is pressed twice makes one contact', async () => {
  const { world, ana, ben } = await two()
  const asked = ana.me.pair(ben.me.pairingCode)
  const request = await requestOf(world, ben)
  const [first, second] = await passing(world, Promise.all([request.accept(), request.accept()]))
  expect(second).toBe(first)
  await passing(world, asked)
  await talks(world, ben, ana)
  await passing(world, ben.me.lock())
  await comeBack(world, ben)
  expect(ben.me.contacts).toHaveLength(1)
  await talks(world, ana, ben)
  await talks(world, ben, ana)
  expect(await contactOf(ben).messages()).toHaveLength(3)
})

test('a code that is typed twice makes one contact', async () => {
  const { world, ana, ben } = await two()
  const asked = Promise.all([ana.me.pair(ben.me.pairingCode), ana.me.pair(ben.me.pairingCode)])
  await passing(world, (await requestOf(world, ben)).accept())
  const [first, second] = await passing(world, asked)
  expect(second).toBe(first)
  await talks(world, ana, ben)
  await passing(world, ana.me.lock())
  await comeBack(world, ana)
  expect(ana.me.contacts).toHaveLength(1)
  expect(await contactOf(ana).messages()).toHaveLength(1)
  await talks(world, ben, ana)
})

test('both ask each other at once: one contact each, and they meet', async () => {
  const { world, ana, ben } = await two()
  const both = Promise.all([ana.me.pair(ben.me.pairingCode), ben.me.pair(ana.me.pairingCode)])
  for (const person of [ana, ben])
    person.me.on('requests', ([request]) => void request?.accept().catch(() => undefined))
  await passing(world, both)
  await world.clock.advance(30_000)
  expect([ana.me.contacts.length, ben.me.contacts.length]).toEqual([1, 1])
  expect([ana.me.requests.length, ben.me.requests.length]).toEqual([0, 0])
  await talks(world, ana, ben)
  await talks(world, ben, ana)
})

test('[V14] refused once, asked again: then they meet', async () => {
  const { world, ana, ben } = await two()
  const stop = new AbortController()
  const asked = ana.me.pair(ben.me.pairingCode, { signal: stop.signal })
  await passing(world, (await requestOf(world, ben)).refuse())
  await world.clock.advance(30_000)
  expect(ben.me.requests).toHaveLength(0)
  expect(contactOf(ana).state).toBe('asked')
  stop.abort()
  await expect(passing(world, asked)).rejects.toMatchObject({ code: 'cancelled' })
  const again = ana.me.pair(ben.me.pairingCode)
  await passing(world, (await requestOf(world, ben)).accept())
  await passing(world, again)
  expect(ana.me.contacts).toHaveLength(1)
  expect(contactOf(ana).verified).toBe(false)
  await talks(world, ben, ana)
})

test('accepted while the one who asked is away: they meet when both are there', async () => {
  const { world, ana, ben } = await two()
  const asked = ana.me.pair(ben.me.pairingCode)
  const rejected = expect(asked).rejects.toMatchObject({ code: 'closed' })
  const request = await requestOf(world, ben)
  await passing(world, ana.me.lock())
  await rejected
  await passing(world, request.accept())
  await world.clock.advance(120_000)
  await passing(world, contactOf(ben).send('are you there'))
  await comeBack(world, ana)
  await until(world, () => ana.received.length === 1)
  expect(contactOf(ana).state).toBe('connected')
})

test('accepted while the server is away: said so, and accepted again when it is back', async () => {
  const { world, ana, ben } = await two()
  const asked = ana.me.pair(ben.me.pairingCode)
  const request = await requestOf(world, ben)
  world.stopServer()
  await expect(passing(world, request.accept())).rejects.toMatchObject({ code: 'server_away' })
  world.startServer()
  await passing(world, request.accept())
  await passing(world, asked)
  expect(ben.me.contacts).toHaveLength(1)
  await talks(world, ana, ben)
})

test('what an application prints of people holds no secrets', async () => {
  const { world, ana, ben } = await two()
  const asked = ana.me.pair(ben.me.pairingCode)
  await passing(world, (await requestOf(world, ben)).accept())
  await passing(world, asked)
  const tunnel = await passing(world, contactOf(ana).connect())
  const printed = JSON.stringify([ana.me.contacts, ana.me.requests, tunnel.facts, tunnel.pathInfo])
  expect(printed).not.toMatch(/secret|seed|psk|continuity|token|authKey/i)
  expect(printed).toContain('ben')
})

test('who waits for no request asks the server once in ten minutes, and at once when the person looks', async () => {
  const { world, ana, ben } = await two()
  let asked = 0
  const { listPairings } = world.accounts.api
  Object.assign(world.accounts.api, {
    listPairings: (...args: Parameters<typeof listPairings>) => {
      asked++
      return listPairings(...args)
    },
  })
  await world.clock.advance(1_200_000)
  asked = 0
  await world.clock.advance(1_200_000)
  expect(asked).toBe(2 * 2)
  const met = ana.me.pair(ben.me.pairingCode)
  await passing(world, ben.me.lookForRequests())
  await passing(world, (await requestOf(world, ben)).accept())
  await passing(world, met)
  await passing(world, ana.me.lock())
  await world.clock.advance(600_000)
  asked = 0
  await passing(world, ben.me.lookForRequests())
  // Whoever moves about looks with each step, and costs the server no more by it.
  await Promise.all(Array.from({ length: 10 }, () => passing(world, ben.me.lookForRequests())))
  expect(asked).toBe(1)
  await world.clock.advance(20_000)
  expect(asked).toBe(3)
})
