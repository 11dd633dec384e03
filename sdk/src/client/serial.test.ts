import { expect, test } from 'vitest'
import { createSerial } from './serial.js'

test('jobs run one after the other, also after one that failed', async () => {
  const serial = createSerial()
  const seen: string[] = []
  const job =
    (name: string, fail = false) =>
    async () => {
      seen.push(`${name} starts`)
      await Promise.resolve()
      seen.push(`${name} ends`)
      if (fail) throw new Error(name)
    }
  const first = serial.run(job('a'))
  const second = serial.run(job('b', true))
  const third = serial.run(job('c'))
  await first
  await expect(second).rejects.toThrow('b')
  await third
  expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends'])
})
