/** What a person chose of paths and pace, and why nobody was reached: spec/06 sections 10 and 14, spec/09 section 5. */
import { expect, test } from 'vitest'
import { CHOSEN } from '../../src/limits.js'
import type { IceServer } from '../../src/ports/transport.js'
import type { StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, type Person, pair, passing, until } from '../fixtures/people.js'

const STUN: IceServer = { urls: ['stun:solo2.test'] }
const MIRROR: IceServer = { urls: ['turn:solo2.test'], username: 'a', credential: 'b' }

const stands = (...people: Person[]) => people.every((person) => contactOf(person).state === 'connected')

/** The server's mirror is known when it is asked the next time. */
async function withMirror(world: StillWorld, servers: IceServer[]): Promise<void> {
  world.stopServer()
  await world.clock.advance(CHOSEN.PAIRING_POLL_LONGEST_MS)
  world.accounts.iceServers = servers
  world.startServer()
  await world.clock.advance(60_000)
}

test('[T8] mirror only: a tunnel that told an address ends, the next one goes through the mirror, and messages arrive', async () => {
  const { world, ana, ben } = await pair()
  await withMirror(world, [STUN, MIRROR])
  expect(contactOf(ana).path).toBe('direct')
  await ana.me.chooseNetwork({ paths: 'mirror' })
  expect(ana.me.network).toEqual({ pace: 'normal', paths: 'mirror' })
  expect(contactOf(ana).path).not.toBe('direct')
  await contactOf(ana).send('hidden from here on')
  await until(world, () => stands(ana, ben) && contactOf(ben).path === 'mirror' && ben.received.length === 1)
  expect(contactOf(ana).path).toBe('mirror')

  await passing(world, ana.me.lock())
  await comeBack(world, ana)
  expect(ana.me.network.paths).toBe('mirror')
  await until(world, () => stands(ana, ben) && contactOf(ana).path === 'mirror')
})

test('[T8] mirror until verified: it is lifted for whom was compared, and holds again when that is taken back', async () => {
  const { world, ana, ben } = await pair()
  await withMirror(world, [MIRROR])
  await contactOf(ana).setVerified(true)
  await ana.me.chooseNetwork({ paths: 'mirrorUntilVerified' })
  await world.clock.advance(5_000)
  expect(stands(ana, ben) && contactOf(ana).path).toBe('direct')
  await contactOf(ana).setVerified(false)
  await until(world, () => stands(ana, ben) && contactOf(ana).path === 'mirror')
})

test('[T8] a mirror that the server does not have cannot be chosen; one that it has no more leaves a reason', async () => {
  const { world, ana, ben } = await pair()
  await expect(passing(world, ana.me.chooseNetwork({ paths: 'mirror' }))).rejects.toMatchObject({ code: 'no_mirror' })
  expect(ana.me.network.paths).toBe('any')
  expect(stands(ana, ben)).toBe(true)
  await withMirror(world, [MIRROR])
  await ana.me.chooseNetwork({ paths: 'mirror' })
  await until(world, () => stands(ana, ben))
  await withMirror(world, [STUN])
  world.network.fail()
  await until(world, () => contactOf(ana).diagnosis !== undefined)
  expect(contactOf(ana).diagnosis).toMatchObject({ advice: 'mirror_missing', stage: 'gathering' })
  await ana.me.chooseNetwork({ paths: 'any' })
  await until(world, () => stands(ana, ben))
  expect(contactOf(ana).diagnosis).toBeUndefined()
})

test('[T10] no path between two networks: how far it came, what each side offered, and what to try', async () => {
  const { world, ana, ben } = await pair()
  world.network.fail()
  world.network.cut()
  await until(world, () => contactOf(ana).diagnosis !== undefined && contactOf(ben).diagnosis !== undefined)
  for (const person of [ana, ben]) {
    expect(contactOf(person).diagnosis).toMatchObject({
      stage: 'path',
      advice: 'no_mirror',
      own: { host: 1, relay: 0 },
      theirs: { host: 1, relay: 0 },
    })
  }
  world.network.heal()
  await until(world, () => stands(ana, ben))
  expect(contactOf(ana).diagnosis).toBeUndefined()
})

test('[T9] constant rate: frames leave on the clock from the choice on, in the tunnel that stands and in the next one', async () => {
  const { world, ana, ben } = await pair()
  const times: number[] = []
  world.network.tap = (message) => {
    times.push(world.clock.now())
    return message
  }
  await Promise.all([ana, ben].map(({ me }) => me.chooseNetwork({ pace: 'constant' })))
  for (const _ of [1, 2]) {
    times.length = 0
    for (let sent = 0; sent < 20; sent++) {
      await passing(world, contactOf(ana).send(`message ${sent}`), 137)
    }
    await world.clock.advance(10_000)
    expect(new Set(times.map((at) => at % 500)).size).toBeLessThanOrEqual(2)
    expect(times.length).toBeGreaterThan(44)
    expect(times.length).toBeLessThan(54)
    await passing(world, ben.me.lock())
    await comeBack(world, ben)
    await until(world, () => stands(ana, ben))
    await world.clock.advance(5_000)
  }
  expect(ben.me.network.pace).toBe('constant')
})
