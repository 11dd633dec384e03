/** A contact who sends other bytes than were offered: spec/10 section 8. */
import { expect, test } from 'vitest'
import { PROTOCOL } from '../../src/limits.js'
import { memorySource } from '../../src/testing.js'
import { contactOf, hasFile, pair, passing, until } from '../fixtures/people.js'

const BLOCK = PROTOCOL.FILE_BLOCK_BYTES

test('[T5] a block that was not offered ends tunnel and file, and what is said goes on with the next tunnel', async () => {
  const { world, ana, ben } = await pair()
  const honest = memorySource(
    'map.bin',
    new Uint8Array(3 * BLOCK).map((_, i) => i >> 12),
  )
  let isOffered = false
  const source = {
    ...honest,
    async read(offset: number, length: number) {
      const part = await honest.read(offset, length)
      if (isOffered && offset >= BLOCK) part[0] = (part[0] ?? 0) ^ 1
      return part
    },
  }
  const ends: string[] = []
  const tunnel = await passing(world, contactOf(ben).connect())
  tunnel.on('close', () => ends.push('closed'))
  await passing(world, contactOf(ana).offerFile(source))
  isOffered = true
  await until(world, () => contactOf(ben).transfers.length === 1)
  const [{ id } = { id: '' }] = contactOf(ben).transfers
  await passing(world, contactOf(ben).acceptFile(id))
  await until(world, () => ends.length === 1)
  await until(world, () => contactOf(ana).transfers[0]?.stage === 'cancelled')
  expect(contactOf(ben).transfers[0]?.stage).toBe('failed')
  expect(await hasFile(ben, 'map.bin', await honest.read(0, honest.size))).toBe(false)
  await passing(world, contactOf(ana).send('was that a lie?'))
  await until(world, () => ben.received.includes('was that a lie?'))
})
