/** What of a device's storage can be missing or damaged at the start, and that it is told and nothing is made over it. */
import { expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import type { StillWorld } from '../../src/testing.js'
import { join, PASSWORD, type Person, passing } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

async function locked(): Promise<{ world: StillWorld; ana: Person; vault: Map<string, Map<string, Uint8Array>> }> {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  await passing(world, ana.me.lock())
  const [vault] = ana.device.disk.vaults.values()
  if (vault === undefined) throw new Error('no vault')
  return { world, ana, vault: vault as Map<string, Map<string, Uint8Array>> }
}

const account = (world: StillWorld) => ({ server: world.server, username: 'ana', password: PASSWORD })

/** Everything that is stored. */
const bytesOf = (person: Person) =>
  JSON.stringify(
    [...person.device.disk.vaults].map(([name, tables]) => [
      name,
      [...tables].map(([table, entries]) => [table, [...entries].map(([id, value]) => [id, [...value]])]),
    ]),
  )

test('[V1] a vault whose device key is gone says so at every door, and no new key hides it', async () => {
  const { world, ana } = await locked()
  const [name] = ana.device.disk.vaults.keys()
  await ana.device.keystore.destroy(name ?? '')
  const before = bytesOf(ana)
  const solo2 = createSolo2(ana.device.platform())
  for (const door of ['unlock', 'login'] as const) {
    await expect(passing(world, solo2[door](account(world)))).rejects.toMatchObject({ code: 'storage_lost' })
  }
  expect(await ana.device.keystore.find(name ?? '')).toBeUndefined()
  expect(bytesOf(ana)).toBe(before)
})

test('[V1] records without their header are a damaged vault, which is told and not made anew', async () => {
  const { world, ana, vault } = await locked()
  const solo2 = createSolo2(ana.device.platform())
  expect(await solo2.unreadable()).toEqual([])
  vault.delete('header')
  const before = bytesOf(ana)
  expect(await solo2.vaults()).toEqual([])
  expect(await solo2.unreadable()).toEqual(['storage_damaged'])
  for (const door of ['unlock', 'login'] as const) {
    await expect(passing(world, solo2[door](account(world)))).rejects.toMatchObject({ code: 'storage_damaged' })
  }
  expect(bytesOf(ana)).toBe(before)
})

test.each([
  ['a damaged header', 'storage_damaged', (bytes: Uint8Array) => bytes.subarray(1)],
  ['a header of a later version', 'storage_newer', (bytes: Uint8Array) => Uint8Array.of(8, 9, ...bytes.subarray(2))],
])('[V1] %s is told as %s before anybody is asked for a password', async (_, code, change) => {
  const { world, ana, vault } = await locked()
  const header = vault.get('header')?.get('header') ?? new Uint8Array(0)
  vault.get('header')?.set('header', change(header))
  const solo2 = createSolo2(ana.device.platform())
  expect(await solo2.unreadable()).toEqual([code])
  await expect(passing(world, solo2.login(account(world)))).rejects.toMatchObject({ code })
})
