/** Whole clients: each contact is told the build of the other's client, and nothing of it where something is to be asked first. */
import { expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import type { Device, StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const OURS = '0a'.repeat(32)
const OTHER = 'f1'.repeat(32)

/** Each device runs the build that stands under its name then; none is a program without one. */
function worldOf(builds: Readonly<Record<string, string | undefined>>): StillWorld {
  const world = stillWorld()
  const built = (name: string, device: Device): Device => ({
    ...device,
    platform: () => ({ ...device.platform(), build: builds[name] }),
  })
  return { ...world, device: (name) => built(name, world.device(name)) }
}

test('both know the build of the other’s client, and whoever shows it is told when it comes', async () => {
  const builds: Record<string, string | undefined> = { ana: OURS, ben: OURS }
  const { world, ana, ben } = await pair(worldOf(builds))
  await until(world, () => contactOf(ana).build !== undefined && contactOf(ben).build !== undefined)
  expect([contactOf(ana).build, contactOf(ben).build]).toEqual([OURS, OURS])

  const seen: (string | undefined)[] = []
  ana.me.on('presence', ({ build }) => seen.push(build))
  await ben.me.lock()
  builds['ben'] = OTHER
  await comeBack(world, ben)
  await until(world, () => seen.includes(OTHER))
  expect(contactOf(ana).build).toBe(OTHER)
  expect(contactOf(ben).build).toBe(OURS)
})

test('a program without a build tells none, and what was said on an earlier tunnel does not stand for it', async () => {
  const builds: Record<string, string | undefined> = { ana: OURS, ben: OTHER }
  const { world, ana, ben } = await pair(worldOf(builds))
  await until(world, () => contactOf(ana).build === OTHER)
  await ben.me.lock()
  builds['ben'] = undefined
  await comeBack(world, ben)
  await until(world, () => contactOf(ben).build === OURS)
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ana).build === undefined)
})

test('whoever is to be asked first is told no build, and is not believed', async () => {
  const { world, ana, ben } = await pair(worldOf({ ana: OURS, ben: OURS }))
  await ana.me.lock()
  const copy = structuredClone(ana.device.disk)
  await comeBack(world, ana)
  await until(world, () => contactOf(ana).state === 'connected')
  await ana.me.lock()
  Object.assign(ana.device.disk, copy)
  await comeBack(world, ana)
  await until(world, () => contactOf(ana).notice && contactOf(ben).notice)
  // From now on the notice stands at one side: what the other one says is true and not believed.
  await passing(world, contactOf(ben).acceptDevices())
  await ana.me.lock()
  await comeBack(world, ana)
  await until(world, () => contactOf(ana).state === 'connected')
  await world.clock.advance(60_000)
  expect([contactOf(ana).notice, contactOf(ben).notice]).toEqual([true, false])
  expect([contactOf(ana).build, contactOf(ben).build]).toEqual([undefined, undefined])
})

test('what is no build is refused before anything is opened', () => {
  const platform = stillWorld().device('ana').platform()
  for (const build of ['', OURS.slice(1), OURS.toUpperCase(), `${OURS}00`]) {
    expect(() => createSolo2({ ...platform, build })).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  }
})
