/** Files that the vault holds: sealed, whole after any end of the program, and gone when they are deleted. */
import { expect, test } from 'vitest'
import type { Me } from '../../src/client/api.js'
import { PROTOCOL } from '../../src/limits.js'
import { memorySource } from '../../src/testing.js'
import { killing } from '../fixtures/killed.js'
import { comeBack, contactOf, hasFile, type Person, pair, passing, until } from '../fixtures/people.js'

const CLEAR = 'this sentence is in the file, and nowhere on the disk'
const SHORT = PROTOCOL.FILE_BLOCK_BYTES + 9
const content = (seed: number, size = 2 * PROTOCOL.FILE_BLOCK_BYTES + 9) =>
  new Uint8Array(size).map((_, i) => (i * 37 + seed) & 255)

async function send(world: Parameters<typeof passing>[0], from: Person, to: Person, name: string, bytes: Uint8Array) {
  const stop = to.me.on('file', ({ stage, outgoing, id }) => {
    if (stage === 'offered' && !outgoing) void contactOf(to).acceptFile(id)
  })
  const { id } = await passing(world, contactOf(from).offerFile(memorySource(name, bytes)))
  await until(world, () => contactOf(to).transfers.some((one) => one.id === id && one.stage === 'complete'))
  stop()
  return id
}

/** Every byte that the device has on its disk. */
function onDisk({ device }: Person): Buffer {
  const records = [...device.disk.vaults.values()].flatMap((vault) =>
    [...vault.values()].flatMap((table) => [...table.values()]),
  )
  return Buffer.concat([...records, ...device.folder.sealed.values()])
}

test('[V1] files and messages that came are nowhere on the disk in clear, and are there after a restart', async () => {
  const { world, ana, ben } = await pair()
  const bytes = Buffer.concat([content(1), Buffer.from(CLEAR), content(2)])
  await passing(world, contactOf(ana).send(`${CLEAR}, as a message`))
  await until(world, () => ben.received.length === 1)
  await send(world, ana, ben, 'secret.bin', bytes)
  expect(onDisk(ben).length).toBeGreaterThan(bytes.length)
  for (const clear of [CLEAR, bytes.subarray(0, 32), bytes.subarray(-32), 'secret.bin']) {
    expect(onDisk(ben).includes(clear)).toBe(false)
  }
  await passing(world, ben.me.lock())
  await comeBack(world, ben)
  expect(await hasFile(ben, 'secret.bin', bytes)).toBe(true)
})

test('a stored file is saved as often as one likes, and never replaces another', async () => {
  const { world, ana, ben } = await pair()
  const id = await send(world, ana, ben, 'map.pdf', content(1))
  const names = [await contactOf(ben).saveFile(id), await contactOf(ben).saveFile(id)].map(({ name }) => name)
  expect(names).toEqual(['map.pdf', 'map (1).pdf'])
  for (const name of names) expect(Buffer.from(ben.device.folder.saved.get(name) ?? []).equals(content(1))).toBe(true)
})

test('a file that is deleted leaves the disk; its line in the conversation stays', async () => {
  const { world, ana, ben } = await pair()
  const id = await send(world, ana, ben, 'old.bin', content(1))
  const kept = await send(world, ana, ben, 'new.bin', content(2))
  await contactOf(ben).deleteFile(id)
  expect(ben.device.folder.sealed.size).toBe(1)
  for (const call of ['openFile', 'saveFile', 'deleteFile'] as const) {
    await expect(contactOf(ben)[call](id)).rejects.toMatchObject({ code: 'not_found' })
  }
  await passing(world, ben.me.lock())
  await comeBack(world, ben)
  const transfers = contactOf(ben).transfers.map((one) => ({ id: one.id, stage: one.stage, stored: one.stored }))
  expect(transfers).toContainEqual({ id, stage: 'complete', stored: false })
  expect(transfers).toContainEqual({ id: kept, stage: 'complete', stored: true })
  expect((await contactOf(ben).messages()).length).toBe(2)
  await until(world, () => contactOf(ana).transfers.every(({ stage }) => stage === 'complete'))
})

test('a file of the vault that was cut or changed is said to be damaged, not gone', async () => {
  const { world, ana, ben } = await pair()
  const id = await send(world, ana, ben, 'hurt.bin', content(1))
  const [[place, sealed] = ['', new Uint8Array(0)]] = [...ben.device.folder.sealed]
  await passing(world, ben.me.lock())
  ben.device.folder.sealed.set(place, sealed.slice(0, -1))
  await comeBack(world, ben)
  expect(contactOf(ben).transfers[0]?.stored).toBe(true)
  await expect(contactOf(ben).openFile(id)).rejects.toMatchObject({ code: 'storage_damaged' })
  await expect(contactOf(ben).saveFile(id)).rejects.toMatchObject({ code: 'storage_damaged' })
  expect(ben.device.folder.saved.size).toBe(0)
})

test('[V1] files outlive a kill at any write: nothing acknowledged is lost, nothing is left over', async () => {
  const { world, writes, killAt } = killing()
  const { ana, ben } = await pair(world)
  const live = (me: Me) => {
    const [contact] = me.contacts
    return me.on('file', ({ id, stage, stored }) => {
      if (stage === 'offered') void contact?.acceptFile(id).catch(() => undefined)
      if (stored) void contact?.deleteFile(id).catch(() => undefined)
    })
  }
  const before = writes('ben')
  const stop = live(ben.me)
  await passing(world, contactOf(ana).offerFile(memorySource('count.bin', content(0, SHORT))))
  await until(world, () => contactOf(ben).transfers[0]?.stage === 'complete' && ben.device.folder.sealed.size === 0)
  stop()
  const all = writes('ben') - before
  expect(all).toBeGreaterThan(6)
  for (let nth = 1; nth <= 2 * all; nth++) {
    const name = `at-${nth}.bin`
    const old = ben.me
    const killed = killAt('ben', Math.ceil(nth / 2), nth % 2 === 0)
    live(old)
    await passing(world, contactOf(ana).offerFile(memorySource(name, content(nth, SHORT))))
    await passing(world, killed)
    // A dead program sends nothing any more.
    void old.lock()
    await comeBack(world, ben)
    const mine = () => contactOf(ben).transfers.find((one) => one.name === name)
    await until(world, () => mine() !== undefined)
    if (mine()?.stage === 'offered') await passing(world, contactOf(ben).acceptFile(mine()?.id ?? ''))
    await until(world, () => mine()?.stage === 'complete')
    if (mine()?.stored) expect(await hasFile(ben, name, content(nth, SHORT)), name).toBe(true)
    await until(world, () => contactOf(ana).transfers.every(({ stage }) => stage === 'complete'))
    const stored = contactOf(ben).transfers.filter((one) => one.stored)
    expect(ben.device.folder.sealed.size, name).toBe(stored.length)
  }
})
