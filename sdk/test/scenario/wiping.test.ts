/** A vault deleted from a device, one or all of them, and the person who begins anew. */
import { expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import { contactOf, join, PASSWORD, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

test('[V12] one account clears its data: the other of the same device is untouched, and the own one opens no more', async () => {
  const world = stillWorld()
  const device = world.device('shared')
  const solo2 = createSolo2(device.platform())
  const account = (username: string) => ({ server: world.server, username })
  for (const name of ['amy', 'bob']) {
    const made = solo2.register({ ...account(name), password: `${PASSWORD} ${name}`, displayName: name })
    await (await passing(world, made)).me.lock()
  }
  await expect(solo2.clearData(account('carl'))).rejects.toMatchObject({ code: 'not_found' })
  const amy = await passing(world, solo2.unlock({ ...account('amy'), password: `${PASSWORD} amy` }))
  await expect(solo2.clearData(account('amy'))).rejects.toMatchObject({ code: 'storage_locked' })
  await amy.lock()
  const before = structuredClone([...device.disk.vaults.values()].at(-1))
  await solo2.clearData(account('amy'))
  expect(await solo2.vaults()).toEqual([account('bob')])
  expect([...device.disk.vaults.values()]).toEqual([before])
  const gone = solo2.unlock({ ...account('amy'), password: `${PASSWORD} amy` })
  await expect(passing(world, gone)).rejects.toMatchObject({ code: 'not_found' })
  const bob = await passing(world, solo2.unlock({ ...account('bob'), password: `${PASSWORD} bob` }))
  expect(bob.displayName).toBe('bob')
})

test('[V13] the emergency reset deletes every vault and key of the device, also one that is open', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const solo2 = createSolo2(ana.device.platform())
  await solo2.emergencyReset()
  expect(ana.device.disk.vaults.size).toBe(0)
  expect(await solo2.vaults()).toEqual([])
  // The keys went too: a copy of the vault that somebody kept opens no more on this device.
  const again = await passing(world, solo2.login({ server: world.server, username: 'ana', password: PASSWORD }))
  expect(again.contacts).toEqual([])
})

test('[V13] what an interrupted wipe left is removed at the next start', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  await ana.me.lock()
  const [name] = ana.device.disk.vaults.keys()
  const [copy] = structuredClone([...ana.device.disk.vaults.values()])
  const platform = ana.device.platform()
  const interrupted = createSolo2({
    ...platform,
    keystore: { ...platform.keystore, destroy: () => Promise.reject(new Error('the program ends here')) },
  })
  await expect(interrupted.clearData({ server: world.server, username: 'ana' })).rejects.toThrow('ends here')
  const solo2 = createSolo2(platform)
  expect(await solo2.vaults()).toEqual([])
  // A copy of the bytes does not open: its device key is gone.
  if (name !== undefined && copy !== undefined) ana.device.disk.vaults.set(name, copy)
  const opened = solo2.unlock({ server: world.server, username: 'ana', password: PASSWORD })
  await expect(passing(world, opened)).rejects.toMatchObject({ code: 'storage_lost' })
})

test('[V14] after a wipe the identity is new: the former contact cannot be met, is asked again, and may accept', async () => {
  const { world, ana, ben } = await pair()
  const before = contactOf(ben).id
  await ana.me.logout()
  const solo2 = createSolo2(ana.device.platform())
  await solo2.clearData({ server: world.server, username: 'ana' })
  const login = solo2.login({ server: world.server, username: 'ana', password: PASSWORD })
  const me = await passing(world, login)
  expect(me.contacts).toEqual([])
  await passing(world, me.devices.decline())
  await world.clock.advance(60_000)
  expect(contactOf(ben).state).not.toBe('connected')
  const asked = me.pair(ben.me.pairingCode)
  await until(world, () => ben.me.requests.length === 1)
  await passing(world, ben.me.requests[0]?.accept() ?? Promise.reject(new Error('no request')))
  await passing(world, asked)
  const ids = ben.me.contacts.map(({ id }) => id)
  expect(ids).toHaveLength(2)
  expect(ids).toContain(before)
  expect(ben.me.contacts.filter(({ verified }) => verified)).toEqual([])
})
