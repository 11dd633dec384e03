/** Backups: out of one device, into another or into the same again, and everything that can be wrong with the file. */
import { expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import { memoryBackup, memorySource, type StillWorld } from '../../src/testing.js'
import { killing } from '../fixtures/killed.js'
import { comeBack, contactOf, hasFile, PASSWORD, type Person, pair, passing, until, watch } from '../fixtures/people.js'

const BACKUP_PASSWORD = 'a longer kettle 77'
const bytes = new Uint8Array(1_048_576 + 77).map((_, i) => (i * 37) & 255)

async function storyOfTwo(still?: StillWorld) {
  const { world, ana, ben } = await pair(still)
  for (const text of ['one', 'two', 'three']) await passing(world, contactOf(ana).send(text))
  await passing(world, contactOf(ben).send('an answer'))
  await until(world, () => ben.received.length === 3 && ana.received.length === 1)
  const stop = ben.me.on('file', ({ id, stage }) => {
    if (stage === 'offered') void contactOf(ben).acceptFile(id)
  })
  await passing(world, contactOf(ana).offerFile(memorySource('map.bin', bytes)))
  await until(world, () => contactOf(ben).transfers.some(({ stored }) => stored))
  stop()
  return { world, ana, ben }
}

async function exported(world: StillWorld, person: Person, password = BACKUP_PASSWORD) {
  const sink = memoryBackup()
  const facts = await passing(world, person.me.exportBackup({ password, sink }))
  return { facts, file: sink.bytes() }
}

function imported(world: StillWorld, person: Person, file: Uint8Array, password = BACKUP_PASSWORD) {
  const solo2 = createSolo2(person.device.platform())
  const backup = memorySource('backup', file)
  return passing(
    world,
    solo2.importBackup({
      server: world.server,
      username: person.name,
      password: PASSWORD,
      backup,
      backupPassword: password,
    }),
  )
}

const texts = async (person: Person) =>
  (await contactOf(person).messages({ limit: 1_000 })).map(({ body }) => (body.kind === 'text' ? body.text : body.kind))

test('[V10] a backup brings identity, contacts, messages and files to an empty device', async () => {
  const { world, ana, ben } = await storyOfTwo()
  const { facts, file } = await exported(world, ben)
  expect(facts).toMatchObject({ contacts: 1, messages: 5, files: 1, left: 0, bytes: file.length })
  const before = await texts(ben)
  const { safetyNumber } = contactOf(ben)
  const oldDevice = [...ben.device.disk.vaults.values()]
  expect(oldDevice.length).toBe(1)
  await passing(world, ben.me.lock())
  const empty: Person = { ...ben, device: world.device('ben again'), received: [] }
  const { me, added } = await imported(world, empty, file)
  empty.me = me
  watch(me, empty.received)
  expect(added).toEqual({ contacts: 1, messages: 5, files: 1 })
  expect(await texts(empty)).toEqual(before)
  expect(contactOf(empty).safetyNumber).toBe(safetyNumber)
  expect(await hasFile(empty, 'map.bin', bytes)).toBe(true)
  await until(world, () => contactOf(empty).state === 'connected')
  await passing(world, contactOf(ana).send('to the new device'))
  await until(world, () => empty.received.includes('to the new device'))
})

test('[V10] importing a backup again, once or twice, doubles nothing and takes nothing away', async () => {
  const { world, ana, ben } = await storyOfTwo()
  const { file } = await exported(world, ben)
  await passing(world, contactOf(ana).send('later than the backup'))
  await until(world, () => ben.received.includes('later than the backup'))
  const [transfer] = contactOf(ben).transfers
  await contactOf(ben).deleteFile(transfer?.id ?? '')
  const before = await texts(ben)
  for (let time = 0; time < 2; time++) {
    await passing(world, ben.me.lock())
    const { me, added } = await imported(world, ben, file)
    ben.me = me
    expect(added).toEqual({ contacts: 0, messages: 0, files: 0 })
    expect(await texts(ben)).toEqual(before)
    expect(contactOf(ben).transfers[0]).toMatchObject({ stored: false })
  }
})

/** A new device of that person, who has not decided yet what it begins with. */
async function undecided(world: StillWorld, { name }: Person, deviceName: string) {
  const device = world.device(deviceName)
  const login = { server: world.server, username: name, password: PASSWORD }
  const me = await passing(world, createSolo2(device.platform()).login(login))
  expect(me.undecided).toBe(true)
  return { device, me }
}

test('[V10 V16] a device that is logged in and has nothing takes identity and contents from a backup', async () => {
  const { world, ana, ben } = await storyOfTwo()
  const { file } = await exported(world, ben)
  const foreign = await exported(world, ana)
  const before = await texts(ben)
  const { safetyNumber } = contactOf(ben)
  await passing(world, ben.me.lock())
  const { device, me } = await undecided(world, ben, 'ben anew')
  const restore = (bytes: Uint8Array, password = BACKUP_PASSWORD) =>
    passing(world, me.devices.restore({ backup: memorySource('backup', bytes), password }))
  await expect(restore(foreign.file)).rejects.toMatchObject({ code: 'foreign_backup' })
  await expect(restore(file, 'not the kettle 78')).rejects.toMatchObject({ code: 'wrong_password' })
  await expect(restore(file.slice(0, -1))).rejects.toMatchObject({ code: 'backup_cut' })
  expect(me.undecided).toBe(true)
  const { me: restored, ...outcome } = await restore(file)
  expect(outcome).toEqual({ added: { contacts: 1, messages: 5, files: 1 } })
  const again: Person = { ...ben, device, me: restored, received: [] }
  watch(restored, again.received)
  expect(restored.undecided).toBe(false)
  expect(await texts(again)).toEqual(before)
  expect(contactOf(again).safetyNumber).toBe(safetyNumber)
  expect(await hasFile(again, 'map.bin', bytes)).toBe(true)
  await until(world, () => contactOf(again).state === 'connected')
  await passing(world, contactOf(ana).send('to the restored device'))
  await until(world, () => again.received.includes('to the restored device'))
  await expect(
    passing(world, restored.devices.restore({ backup: memorySource('backup', file), password: BACKUP_PASSWORD })),
  ).rejects.toMatchObject({ code: 'wrong_state' })
})

test('[V10 V16] a restoration that is cut off leaves an account of that identity, and an import does the rest', async () => {
  const { world, ben } = await storyOfTwo()
  const { file } = await exported(world, ben)
  const before = await texts(ben)
  await passing(world, ben.me.lock())
  const { device, me } = await undecided(world, ben, 'ben cut off')
  const abort = new AbortController()
  const backup = memorySource('backup', file)
  const { me: restored, ...outcome } = await passing(
    world,
    me.devices.restore({
      backup,
      password: BACKUP_PASSWORD,
      signal: abort.signal,
      onProgress: ({ stage }) => stage === 'merging' && abort.abort(),
    }),
  )
  expect(outcome).toMatchObject({ failure: { code: 'cancelled' } })
  expect(restored.undecided).toBe(false)
  const again: Person = { ...ben, device, me: restored, received: [] }
  await passing(world, restored.importBackup({ backup, password: BACKUP_PASSWORD }))
  expect(await texts(again)).toEqual(before)
})

test('[V10 V16] an import at the door fills a vault whose person had not decided', async () => {
  const { world, ben } = await storyOfTwo()
  const { file } = await exported(world, ben)
  await passing(world, ben.me.lock())
  const { device, me } = await undecided(world, ben, 'ben at the door')
  await passing(world, me.lock())
  const { me: restored, added } = await imported(world, { ...ben, device }, file)
  expect(added).toEqual({ contacts: 1, messages: 5, files: 1 })
  expect(restored.undecided).toBe(false)
})

test('[V10] what is wrong with a file is said apart, located, and changes nothing', async () => {
  const { world, ana, ben } = await storyOfTwo()
  const { file } = await exported(world, ben)
  const other = await exported(world, ana)
  await passing(world, ben.me.lock())
  const disk = () =>
    JSON.stringify(
      [...ben.device.disk.vaults].map(([name, vault]) => [name, [...vault].map(([t, e]) => [t, [...e.keys()]])]),
    )
  const before = disk()
  const flipped = (at: number) => file.map((byte, n) => (n === at ? byte ^ 1 : byte))
  const refusals: [string, Uint8Array, object, string?][] = [
    ['nothing', new Uint8Array(0), { code: 'not_backup' }],
    ['another file', flipped(0), { code: 'not_backup' }],
    ['only the beginning', file.slice(0, 50), { code: 'backup_cut' }],
    ['cut in the middle', file.slice(0, file.length >> 1), { code: 'backup_cut' }],
    ['one byte short', file.slice(0, -1), { code: 'backup_cut' }],
    ['a later version', file.map((byte, n) => (n === 12 ? 2 : byte)), { code: 'storage_newer' }],
    ['a changed salt', flipped(20), { code: 'backup_damaged', offset: 0 }],
    ['another password', file, { code: 'wrong_password' }, 'not the kettle 78'],
    ['a changed byte', flipped(80 + 65_552 + 9), { code: 'backup_damaged', offset: 80 + 65_552 }],
    [
      'a chunk left out',
      Uint8Array.from([...file.slice(0, 80 + 65_552), ...file.slice(80 + 2 * 65_552)]),
      { code: 'backup_damaged', offset: 80 + 65_552 },
    ],
    ["another person's", other.file, { code: 'foreign_backup' }],
  ]
  for (const [name, wrong, error, password] of refusals) {
    await expect(imported(world, ben, wrong, password), name).rejects.toMatchObject(error)
    expect(disk(), name).toBe(before)
  }
  await comeBack(world, ben)
  expect((await texts(ben)).length).toBe(5)
})

test('[V10] a backup holds no word in clear, and no two have a byte of their chunks in common', async () => {
  const { world, ben } = await storyOfTwo()
  const { file } = await exported(world, ben)
  // Names of three letters stand in random bytes by chance: what is looked for is longer.
  const { id, safetyNumber } = contactOf(ben)
  for (const clear of ['an answer', 'map.bin', world.server, id, Buffer.from(id, 'hex'), safetyNumber]) {
    expect(Buffer.from(file).includes(clear), String(clear)).toBe(false)
  }
  const again = await exported(world, ben)
  expect(Buffer.from(file.subarray(80, 180)).equals(Buffer.from(again.file.subarray(80, 180)))).toBe(false)
})

test('[V10] an import that was ended at any write is done again, and gives the same', async () => {
  const { world, killAt } = killing()
  const { ben } = await storyOfTwo(world)
  const { file } = await exported(world, ben)
  const before = await texts(ben)
  await passing(world, ben.me.lock())
  const onto = (name: string): Person => ({ ...ben, device: world.device(name), received: [] })
  let nth = 0
  for (; ; nth++) {
    const again = onto(`again ${nth}`)
    const killed = killAt(`again ${nth}`, nth + 1, nth % 2 === 0).then(() => undefined)
    // Only an import that is no longer killed comes to its end.
    const first = await passing(world, Promise.race([killed, imported(world, again, file)]))
    if (first !== undefined) break
    again.me = (await imported(world, again, file)).me
    expect(await texts(again), `write ${nth}`).toEqual(before)
    expect(await hasFile(again, 'map.bin', bytes), `write ${nth}`).toBe(true)
    expect(again.device.folder.sealed.size).toBe(1)
    await passing(world, again.me.lock())
  }
  expect(nth).toBeGreaterThan(4)
})
