/** Files of which a block came damaged, or whose source was changed while they were sent (spec/10 section 8). */
import { expect, test } from 'vitest'
import { PROTOCOL } from '../../src/limits.js'
import type { FileSource } from '../../src/ports/files.js'
import { memorySource, type StillWorld } from '../../src/testing.js'
import { contactOf, hasFile, type Person, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const BLOCK = PROTOCOL.FILE_BLOCK_BYTES
const content = new Uint8Array(12 * BLOCK + 9).map((_, i) => (i * 37 + (i >> 20)) & 255)
const DAMAGED = 4
const FIRST_BYTES = Array.from({ length: 12 }, (_, block) => content[block * BLOCK])

function acceptAll(person: Person): void {
  person.me.on('file', (file) => {
    if (file.stage === 'offered' && !file.outgoing) void contactOf(person).acceptFile(file.id)
  })
}

const only = (person: Person) => contactOf(person).transfers[0]

/** At that person one block comes damaged so often: what it is hashed from is not what was sent. */
function damaging(name: string, times: number): { readonly world: StillWorld; readonly before: () => number } {
  const still = stillWorld()
  let left = times
  let before = 0
  const world: StillWorld = {
    ...still,
    device(of) {
      const device = still.device(of)
      if (of !== name) return device
      return {
        ...device,
        platform() {
          const platform = device.platform()
          const digest: typeof platform.host.digest = async (data) => {
            const block = data.length === BLOCK + 1 ? FIRST_BYTES.indexOf(data[1] as number) : -1
            if (block >= 0 && block < DAMAGED) before++
            if (block !== DAMAGED || left === 0) return platform.host.digest(data)
            left--
            return platform.host.digest(data.map((byte) => byte ^ 1))
          }
          return { ...platform, host: { ...platform.host, digest } }
        },
      }
    },
  }
  return { world, before: () => before }
}

test('[T5] a block that came damaged is named and fetched again, twice, and the tunnel and what is whole stay', async () => {
  const { world, before } = damaging('ben', 2)
  const { ana, ben } = await pair(world)
  acceptAll(ben)
  const tunnel = await contactOf(ana).connect()
  const named = new Set<number | undefined>()
  let most = 0
  ben.me.on('file', ({ damaged, bytes }) => {
    named.add(damaged)
    expect(bytes).toBeGreaterThanOrEqual(most)
    most = bytes
  })
  await passing(world, contactOf(ana).offerFile(memorySource('map.bin', content)))
  await until(world, () => only(ana)?.stage === 'complete')
  expect(await hasFile(ben, 'map.bin', content)).toBe(true)
  expect([...named]).toEqual([undefined, DAMAGED])
  expect(only(ben)?.damaged).toBeUndefined()
  expect(await contactOf(ana).connect()).toBe(tunnel)
  // Nothing before the damaged block came a second time.
  expect(before()).toBe(DAMAGED)
})

test('[T5] a sender that has nothing better than a damaged block loses the file, and keeps the tunnel', async () => {
  const { world } = damaging('ben', 3)
  const { ana, ben } = await pair(world)
  acceptAll(ben)
  const tunnel = await contactOf(ana).connect()
  await passing(world, contactOf(ana).offerFile(memorySource('map.bin', content)))
  await until(world, () => only(ben)?.stage === 'failed')
  expect(only(ben)?.damaged).toBe(DAMAGED)
  await until(world, () => only(ana)?.stage === 'cancelled')
  expect(ben.device.folder.sealed.size).toBe(0)
  await passing(world, contactOf(ana).send('still here'))
  await until(world, () => ben.received.includes('still here'))
  expect(await contactOf(ana).connect()).toBe(tunnel)
})

test('[T5] a damaged block of a file that is paused is fetched again when it goes on', async () => {
  const { world } = damaging('ben', 1)
  const { ana, ben } = await pair(world)
  acceptAll(ben)
  let pausing: Promise<void> | undefined
  ben.me.on('file', ({ id, bytes, outgoing }) => {
    if (!outgoing && bytes >= 2 * BLOCK) pausing ??= contactOf(ben).pauseFile(id)
  })
  await passing(world, contactOf(ana).offerFile(memorySource('map.bin', content)))
  await until(world, () => only(ben)?.damaged === DAMAGED)
  await pausing
  await world.clock.advance(60_000)
  expect(only(ben)?.held).toBe('paused')
  await contactOf(ben).resumeFile(only(ben)?.id ?? '')
  await until(world, () => only(ana)?.stage === 'complete')
  expect(await hasFile(ben, 'map.bin', content)).toBe(true)
})

test.each<[string, (good: FileSource) => FileSource['read']]>([
  [
    'was written to',
    (good) => async (offset, length) => {
      const data = await good.read(offset, length)
      return offset === DAMAGED * BLOCK ? data.map((byte) => byte ^ 1) : data
    },
  ],
  [
    'cannot be read any more',
    (good) => async (offset, length) => {
      if (offset === DAMAGED * BLOCK) throw new Error('the disk was unplugged')
      return await good.read(offset, length)
    },
  ],
])('[T5] a source that %s while it is sent waits for its person, who is blamed for nothing', async (_, worse) => {
  const { world, ana, ben } = await pair()
  acceptAll(ben)
  const tunnel = await contactOf(ana).connect()
  const good = memorySource('map.bin', content)
  let isOffered = false
  const source: FileSource = {
    ...good,
    read: (offset, length) => (isOffered ? worse(good) : good.read)(offset, length),
  }
  await passing(
    world,
    contactOf(ana)
      .offerFile(source)
      .then(() => {
        isOffered = true
      }),
  )
  await until(world, () => only(ana)?.held === 'source')
  await until(world, () => only(ben)?.bytes === DAMAGED * BLOCK)
  await world.clock.advance(60_000)
  expect(only(ben)).toMatchObject({ stage: 'accepted', bytes: DAMAGED * BLOCK })
  expect(only(ben)?.damaged).toBeUndefined()
  await expect(
    contactOf(ana).resumeFile(only(ana)?.id ?? '', memorySource('map.bin', content.slice(1))),
  ).rejects.toMatchObject({ code: 'wrong_file' })
  await passing(world, contactOf(ana).resumeFile(only(ana)?.id ?? '', memorySource('map (1).bin', content)))
  await until(world, () => only(ana)?.stage === 'complete')
  expect(await hasFile(ben, 'map.bin', content)).toBe(true)
  expect(await contactOf(ana).connect()).toBe(tunnel)
})
