/** A device whose clock is a day off (05-94): it is told by how much, everything else goes by its own clock as before. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClockDifference, Me, MeEvents } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { PROTOCOL } from '../../src/limits.js'
import { nodePlatform } from '../../src/node.js'
import { createWorld } from '../../src/testing.js'
import { PASSWORD, passing } from '../fixtures/people.js'
import { type ServerProcess, startServer } from '../support/server.js'

const DAY = 86_400_000
/** What a loaded machine needs for a call, and the half second that a date leaves open. */
const ABOUT = 60_000

const next = (me: Me): Promise<MeEvents['clock']> =>
  new Promise((resolve) => {
    const stop = me.on('clock', (clock) => {
      stop()
      resolve(clock)
    })
  })

const isAbout = ({ aheadMs }: ClockDifference, expected: number) => Math.abs(aheadMs - expected) < ABOUT

describe('with the real server', () => {
  let folder: string
  let server: ServerProcess
  let aheadMs = DAY

  function device() {
    const platform = nodePlatform({ folder: join(folder, 'vaults'), downloads: join(folder, 'downloads') })
    return createSolo2({ ...platform, host: { ...platform.host, now: () => platform.host.now() + aheadMs } })
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solo2-clock-'))
    server = await startServer()
  })
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  it('tells it where one registers, also when the password is wrong, and once it is set right', async () => {
    const account = { server: server.url, username: 'wrong-clock', password: PASSWORD }
    const told: ClockDifference[] = []
    const onClock = (clock: ClockDifference): void => void told.push(clock)
    const { me } = await device().register({ ...account, displayName: 'Amy', onClock })
    expect(told).toHaveLength(1)
    expect(told.every((clock) => isAbout(clock, DAY))).toBe(true)
    expect(isAbout(me.clock, DAY)).toBe(true)

    const right = next(me)
    aheadMs = 0
    await me.sessions()
    expect(await right).toEqual({ aheadMs: 0 })
    expect(me.clock).toEqual({ aheadMs: 0 })
    const behind = next(me)
    aheadMs = -DAY
    await me.sessions()
    expect(isAbout(await behind, -DAY)).toBe(true)
    await me.lock()

    const again: ClockDifference[] = []
    const refused = device().login({ ...account, password: 'another one 17', onClock: (clock) => again.push(clock) })
    await expect(refused).rejects.toMatchObject({ code: 'wrong_password' })
    expect(again).toHaveLength(1)
    expect(again.every((clock) => isAbout(clock, -DAY))).toBe(true)
  })
})

it('decides nothing: what is written and invited bears the times of the own clock', async () => {
  const world = createWorld()
  const amy = world.device('amy')
  amy.clockAheadMs = DAY
  const registered = createSolo2(amy.platform()).register({
    server: world.server,
    username: 'amy',
    password: PASSWORD,
    displayName: 'Amy',
  })
  const { me } = await passing(world, registered)
  expect(isAbout(me.clock, DAY)).toBe(true)
  const ownNow = world.clock.now() + DAY
  const invitation = await me.invitations.create()
  expect(invitation.expiresAt).toBe(ownNow + PROTOCOL.INVITATION_SECONDS * 1_000)
  await passing(world, me.lock())
})
