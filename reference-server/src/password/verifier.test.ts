import { expect, it } from 'vitest'
import { createPasswords } from './verifier.js'

const KEY = new Uint8Array(32).fill(7)

it('stretches a few at once, keeps others waiting, and refuses what is beyond', async () => {
  const passwords = createPasswords(1, 1, (length) => new Uint8Array(length).fill(1))
  const calls = Array.from({ length: 70 }, () => passwords.protect(KEY))
  const ends = await Promise.allSettled(calls)
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  expect(ends.length - refused.length, 'one that runs and those that wait').toBe(65)
  for (const reason of refused) expect(reason).toMatchObject({ code: 'unavailable' })
  expect(await passwords.matches(KEY, await passwords.protect(KEY))).toBe(true)
})

it('lets other work go on while it stretches', async () => {
  const passwords = createPasswords(1, 1, (length) => new Uint8Array(length).fill(1))
  const seen: string[] = []
  const stretched = passwords.protect(KEY).then(() => seen.push('stretched'))
  await new Promise<void>((resolve) => setImmediate(resolve))
  seen.push('other work')
  await stretched
  expect(seen).toEqual(['other work', 'stretched'])
})
