/** Files that stand still: for room, or because a person paused them (spec/10 section 8). */
import { expect, test } from 'vitest'
import { PROTOCOL } from '../../src/limits.js'
import { besideSource, memorySource } from '../../src/testing.js'
import { comeBack, contactOf, delivered, hasFile, type Person, pair, passing, until } from '../fixtures/people.js'
import { slowDisks } from '../fixtures/slow-disk.js'

const BLOCK = PROTOCOL.FILE_BLOCK_BYTES
const large = new Uint8Array(5 * BLOCK + 9).map((_, i) => (i * 37) & 255)
const longer = new Uint8Array(20 * BLOCK).fill(7)

function acceptAll(person: Person): void {
  person.me.on('file', (file) => {
    if (file.stage === 'offered' && !file.outgoing) void contactOf(person).acceptFile(file.id)
  })
}

/** Once, when the first bytes of a file that comes are on the disk. */
function onFirstBytes(person: Person, act: (file: string) => void): void {
  let isOver = false
  person.me.on('file', ({ id, bytes, outgoing }) => {
    if (outgoing || bytes === 0 || isOver) return
    isOver = true
    act(id)
  })
}

const arriving = (person: Person) => contactOf(person).transfers[0]

test('[T5] a disk that is full: the file waits for room and keeps what it has, nothing else ends', async () => {
  const { world, ana, ben } = await pair()
  const { folder, disk } = ben.device
  acceptAll(ben)
  onFirstBytes(ben, () => {
    folder.full = true
    disk.full = true
  })
  await passing(world, contactOf(ana).offerFile(memorySource('much.bin', large)))
  await until(world, () => arriving(ben)?.held === 'storage_full')
  await expect(passing(world, contactOf(ben).send('no room'))).rejects.toMatchObject({ code: 'storage_failed' })
  await passing(world, contactOf(ana).send('kept there for now'))
  await world.clock.advance(120_000)
  expect(await delivered(ana)).toHaveLength(1)
  expect(arriving(ben)).toMatchObject({ stage: 'accepted', held: 'storage_full' })
  expect(arriving(ben)?.bytes).toBeGreaterThanOrEqual(BLOCK)
  const [kept] = folder.sealed.values()
  expect(kept?.length).toBeGreaterThan(BLOCK)
  folder.full = false
  disk.full = false
  await until(world, () => ben.received.includes('kept there for now'))
  await until(world, () => arriving(ana)?.stage === 'complete')
  expect(await hasFile(ben, 'much.bin', large)).toBe(true)
  await passing(world, contactOf(ben).send('room again'))
  await until(world, () => ana.received.includes('room again'))
})

test('[T5] a file that waits for room goes on at once when its person asks, and leaves nothing when it is cancelled', async () => {
  const { world, ana, ben } = await pair()
  acceptAll(ben)
  ben.device.folder.full = true
  const both = ['first.bin', 'second.bin'].map((name) => contactOf(ana).offerFile(memorySource(name, large)))
  await passing(world, Promise.all(both))
  await until(world, () => contactOf(ben).transfers.filter(({ held }) => held === 'storage_full').length === 2)
  const [first, second] = contactOf(ben).transfers.map(({ id }) => id) as [string, string]
  await passing(world, contactOf(ben).cancelFile(first))
  ben.device.folder.full = false
  await contactOf(ben).resumeFile(second)
  await world.clock.advance(2_000)
  expect(contactOf(ben).transfers.map(({ stage }) => stage)).toEqual(['cancelled', 'complete'])
  expect(ben.device.folder.sealed.size).toBe(1)
})

test('[T5] a file for which the device has no room is not accepted, with all that comes counted, and can be later', async () => {
  const { world, ana, ben } = await pair()
  ben.device.folder.room = large.length + 1_000
  const both = ['first.bin', 'second.bin'].map((name) => contactOf(ana).offerFile(memorySource(name, large)))
  await passing(world, Promise.all(both))
  await until(world, () => contactOf(ben).transfers.length === 2)
  const [first, second] = contactOf(ben).transfers.map(({ id }) => id) as [string, string]
  await contactOf(ana).pauseFile(first)
  await contactOf(ben).acceptFile(first)
  await expect(contactOf(ben).acceptFile(second)).rejects.toMatchObject({ code: 'storage_full' })
  expect(contactOf(ben).transfers.map(({ stage }) => stage)).toEqual(['accepted', 'offered'])
  ben.device.folder.room = 2 * large.length
  await passing(world, contactOf(ben).acceptFile(second))
  await until(world, () => contactOf(ben).transfers[1]?.stage === 'complete')
  await contactOf(ana).resumeFile(first)
  await until(world, () => arriving(ben)?.stage === 'complete')
})

test.each(['sender', 'recipient'] as const)(
  '[T5] a file that its %s pauses stands still, over tunnels and a restart, and is whole in the end',
  async (side) => {
    const { world, ana, ben } = await pair()
    acceptAll(ben)
    const pausing = side === 'sender' ? ana : ben
    const areMet = () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected'
    ana.device.folder.beside.set('long.bin', longer)
    let id = ''
    onFirstBytes(ben, (file) => {
      id = file
      void contactOf(pausing).pauseFile(file)
    })
    await passing(world, contactOf(ana).offerFile(besideSource(ana.device.folder, 'long.bin')))
    await until(world, () => id !== '')
    await world.clock.advance(60_000)
    const paused = arriving(ben)?.bytes ?? 0
    expect(paused).toBeLessThan(longer.length)
    await expect(contactOf(pausing).pauseFile(id)).rejects.toMatchObject({ code: 'wrong_state' })
    await passing(world, contactOf(ana).send('a message passes it'))
    expect(await delivered(ana)).toHaveLength(2)
    world.network.fail()
    await world.clock.advance(1_000)
    await until(world, areMet)
    await passing(world, pausing.me.lock())
    await comeBack(world, pausing)
    await until(world, areMet)
    await world.clock.advance(60_000)
    expect(arriving(pausing)).toMatchObject({ stage: 'accepted', held: 'paused' })
    expect(arriving(ben)?.bytes).toBeLessThan(longer.length)
    await contactOf(pausing).resumeFile(id)
    await until(world, () => arriving(ana)?.stage === 'complete')
    expect(await hasFile(ben, 'long.bin', longer)).toBe(true)
    await expect(contactOf(pausing).resumeFile(id)).rejects.toMatchObject({ code: 'wrong_state' })
  },
)

test('[T5] a file that its recipient paused goes on with the same tunnel when it is resumed', async () => {
  const { world, ana, ben } = await pair()
  acceptAll(ben)
  let id = ''
  onFirstBytes(ben, (file) => {
    id = file
    void contactOf(ben).pauseFile(file)
  })
  await passing(world, contactOf(ana).offerFile(memorySource('long.bin', longer)))
  await until(world, () => id !== '')
  await world.clock.advance(60_000)
  expect(arriving(ben)?.bytes).toBeLessThan(longer.length)
  const tunnel = await contactOf(ana).connect()
  await contactOf(ben).resumeFile(id)
  await until(world, () => arriving(ana)?.stage === 'complete')
  expect(await contactOf(ana).connect()).toBe(tunnel)
  expect(await hasFile(ben, 'long.bin', longer)).toBe(true)
})

test('[T5] a sender that cannot find its file again after a restart is given it once more, and it goes on where it was', async () => {
  const { world, ana, ben } = await pair()
  acceptAll(ben)
  let isCut = false
  onFirstBytes(ben, () => {
    world.network.fail()
    isCut = true
  })
  await passing(world, contactOf(ana).offerFile(memorySource('long.bin', longer)))
  await until(world, () => isCut)
  await passing(world, ana.me.lock())
  await comeBack(world, ana)
  await until(world, () => arriving(ana)?.held === 'source')
  await until(world, () => contactOf(ben).state === 'connected')
  await world.clock.advance(60_000)
  expect(arriving(ben)).toMatchObject({ stage: 'accepted' })
  const had = arriving(ben)?.bytes ?? 0
  expect(had).toBeGreaterThan(0)
  const id = arriving(ana)?.id ?? ''
  const other = memorySource('long.bin', longer.slice(1))
  await expect(contactOf(ana).resumeFile(id, other)).rejects.toMatchObject({ code: 'wrong_file' })
  const stages: string[] = []
  await contactOf(ana).resumeFile(id, memorySource('renamed.bin', longer), {
    onProgress: ({ stage }) => void stages.push(stage),
  })
  expect(new Set(stages)).toEqual(new Set(['preparing']))
  await until(world, () => arriving(ana)?.stage === 'complete')
  expect(await hasFile(ben, 'long.bin', longer)).toBe(true)
})

test('[T5] a block that is written while a resumption is stored never lets progress go back', async () => {
  const { world, hold, release } = slowDisks()
  const { ana, ben } = await pair(world)
  const tunnel = await contactOf(ana).connect()
  acceptAll(ben)
  const acts = [
    (file: string) => {
      hold('ben')
      void contactOf(ben).pauseFile(file)
    },
    (file: string) => void contactOf(ben).resumeFile(file),
    () => release('ben'),
  ]
  ben.me.on('file', ({ id, bytes, outgoing }) => {
    if (!outgoing && bytes > 0) acts.shift()?.(id)
  })
  await passing(world, contactOf(ana).offerFile(memorySource('long.bin', longer)))
  await until(world, () => arriving(ana)?.stage === 'complete')
  expect(acts).toEqual([])
  expect(await contactOf(ana).connect(), 'no progress that cannot be').toBe(tunnel)
})
