/** Several files at once over one tunnel (spec/10 section 8). */
import { expect, test } from 'vitest'
import { PROTOCOL } from '../../src/limits.js'
import { memorySource } from '../../src/testing.js'
import { contactOf, hasFile, pair, passing, until } from '../fixtures/people.js'

const BLOCK = PROTOCOL.FILE_BLOCK_BYTES

test('[T5] files that move at once have equal shares: none waits for another, and the small one ends first', async () => {
  const { world, ana, ben } = await pair()
  ben.me.on('file', (file) => {
    if (file.stage === 'offered' && !file.outgoing) void contactOf(ben).acceptFile(file.id)
  })
  /** The greatest lead of one file over another, while both move. */
  let lead = 0
  const ended: string[] = []
  ben.me.on('file', ({ stage, name }) => {
    const moving = contactOf(ben).transfers.filter((one) => one.stage === 'accepted' && one.bytes > 0)
    const bytes = moving.map((one) => one.bytes)
    if (moving.length === 3) lead = Math.max(lead, Math.max(...bytes) - Math.min(...bytes))
    if (stage === 'complete' && !ended.includes(name)) ended.push(name)
  })
  const sizes = { 'large.bin': 11 * BLOCK, 'larger.bin': 13 * BLOCK + 5, 'small.bin': 6 * BLOCK }
  const files = Object.entries(sizes).map(([name, size], step) => {
    return memorySource(
      name,
      new Uint8Array(size).map((_, i) => i * step),
    )
  })
  await passing(world, Promise.all(files.map((file) => contactOf(ana).offerFile(file))))
  await until(world, () => ended.length === files.length, 50)
  expect(ended).toEqual(['small.bin', 'large.bin', 'larger.bin'])
  expect(lead).toBeGreaterThan(0)
  expect(lead).toBeLessThanOrEqual(2 * BLOCK)
  for (const file of files) expect(await hasFile(ben, file.name, await file.read(0, file.size))).toBe(true)
})
