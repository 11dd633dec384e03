/** Locking: what stays in memory, what maximum security mode keeps off the disk, and after how long a client locks (spec/11 section 12). */
import { describe, expect, it } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import type { Aead, Primitives } from '../../src/env.js'
import type { Device, StillWorld } from '../../src/testing.js'
import { join, PASSWORD, pair, passing } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const isWiped = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

/** The device's platform, and every buffer that was a key of its vault, or opened one, with what it was. */
function watched(device: Device) {
  const held = new Map<Uint8Array, string>()
  const platform = device.platform()
  const { primitives, aead } = platform.host
  const watchedPrimitives: Primitives = {
    ...primitives,
    hmac(key, data) {
      // HKDF without a salt: its input is a vault key, a master key, or what the password gave.
      if (isWiped(key) && data.length >= 32) held.set(data, 'input of HKDF')
      else if (key.length === 32) held.set(key, 'key of HMAC')
      return primitives.hmac(key, data)
    },
  }
  const watchedAead: Aead = {
    seal(key, ...rest) {
      held.set(key, 'key of a record')
      return aead.seal(key, ...rest)
    },
    async open(key, ...rest) {
      held.set(key, 'key of a record')
      const plaintext = await aead.open(key, ...rest)
      if (plaintext.length === 32) held.set(plaintext, 'key that another opened')
      return plaintext
    },
  }
  return {
    held,
    platform: { ...platform, host: { ...platform.host, primitives: watchedPrimitives, aead: watchedAead } },
  }
}

const account = (world: StillWorld, username = 'ana') => ({ server: world.server, username, password: PASSWORD })

describe('[V18] after a lock', () => {
  it.each(['password', 'words'])(
    'no buffer that was a key of the vault holds anything but zeros: opened by %s',
    async (by) => {
      const { world, ana, ben } = await pair()
      const words = (await passing(world, ana.me.words({ password: PASSWORD }))).join(' ')
      await passing(world, Promise.all([ana.me.lock(), ben.me.lock()]))
      const { held, platform } = watched(ana.device)
      const solo2 = createSolo2(platform)
      const me = await (by === 'password'
        ? solo2.unlock(account(world))
        : solo2.unlockWithWords({ ...account(world), words }))
      await me.contacts[0]?.send('a word that is indexed')
      await passing(world, me.search('word'))
      const kinds = new Set(held.values())
      for (const kind of ['input of HKDF', 'key of HMAC', 'key of a record']) {
        expect([...kinds]).toContain(kind)
      }
      await passing(world, me.lock())
      expect([...held].filter(([key]) => !isWiped(key)).map(([, what]) => what)).toEqual([])
    },
  )
})

describe('[V17] maximum security mode', () => {
  it('keeps nothing on the disk that gives a session, on each device, from when the server says so', async () => {
    const world = stillWorld()
    const ana = await join(world, 'ana')
    const words = (await passing(world, ana.me.words({ password: PASSWORD }))).join(' ')
    const solo2 = createSolo2(ana.device.platform())
    const opened = async () => passing(world, solo2.unlockWithWords({ ...account(world), words }))
    await passing(world, ana.me.lock())
    const normal = await opened()
    expect(normal.maximumSecurity).toBe(false)
    // The words open the vault, and the vault signs in.
    expect(await passing(world, normal.account())).toMatchObject({ maximumSecurity: false })
    const told: boolean[] = []
    normal.on('security', ({ maximumSecurity }) => told.push(maximumSecurity))
    await passing(world, normal.setMaximumSecurity(true))
    expect(told).toEqual([true])
    await passing(world, normal.lock())

    const strict = await opened()
    expect(strict.maximumSecurity).toBe(true)
    await expect(passing(world, strict.account())).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(strict.sessionState).toBe('over')
    await passing(world, strict.lock())
    const typed = await passing(world, solo2.unlock(account(world)))
    expect(await passing(world, typed.account())).toMatchObject({ maximumSecurity: true })
    await passing(world, typed.lock())

    const other = createSolo2(world.device('ana 2').platform())
    const guest = await passing(world, other.login(account(world)))
    expect(guest.maximumSecurity).toBe(true)
    await passing(world, guest.lock())
    const again = await passing(world, other.unlockWithWords({ ...account(world), words }))
    await expect(passing(world, again.account())).rejects.toMatchObject({ code: 'unauthenticated' })
    await passing(world, again.signIn({ password: PASSWORD }))
    await passing(world, again.setMaximumSecurity(false))
    await passing(world, again.lock())
    const free = await passing(world, other.unlockWithWords({ ...account(world), words }))
    expect(await passing(world, free.account())).toMatchObject({ maximumSecurity: false })
    await passing(world, free.lock())
  })

  it('turns notifications off, and keeps them off', async () => {
    const world = stillWorld()
    const { me } = await join(world, 'ana')
    const subscription = {
      endpoint: 'https://fcm.googleapis.com/x',
      p256dh: new Uint8Array(65),
      auth: new Uint8Array(16),
    }
    await passing(world, me.notifications.enable(subscription))
    await passing(world, me.setMaximumSecurity(true))
    expect(me.notifications.endpoint).toBeUndefined()
    await expect(me.notifications.enable(subscription)).rejects.toMatchObject({ code: 'failed_precondition' })
    await passing(world, me.setMaximumSecurity(false))
    await passing(world, me.notifications.enable(subscription))
    expect(me.notifications.endpoint).toBe(subscription.endpoint)
  })

  it('locks after idle: never unless it was chosen, after 15 minutes at most in this mode', async () => {
    const world = stillWorld()
    const { me, device } = await join(world, 'ana')
    expect(me.lockAfterMinutes).toBe(0)
    await me.setLockAfter(60)
    expect(me.lockAfterMinutes).toBe(60)
    await passing(world, me.setMaximumSecurity(true))
    expect(me.lockAfterMinutes).toBe(15)
    await me.setLockAfter(5)
    expect(me.lockAfterMinutes).toBe(5)
    await me.setLockAfter(0)
    expect(me.lockAfterMinutes).toBe(15)
    await expect(me.setLockAfter(7 as 5)).rejects.toMatchObject({ code: 'invalid_argument' })
    await me.setLockAfter(1)
    await passing(world, me.lock())
    const again = await passing(world, createSolo2(device.platform()).unlock(account(world)))
    expect(again.lockAfterMinutes).toBe(1)
  })
})
