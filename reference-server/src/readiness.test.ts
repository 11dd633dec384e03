import { expect, it, vi } from 'vitest'
import { createReadiness } from './readiness.js'

it('is ready when every part answers, and asks the parts once a second at most', async () => {
  let now = 5_000
  let works = true
  let asked = 0
  const readiness = createReadiness(() => now)
  readiness.add(async () => 'anything')
  readiness.add(async () => {
    asked += 1
    if (!works) throw new Error('gone')
  })
  expect(await readiness.isReady()).toBe(true)
  works = false
  now += 999
  expect(await readiness.isReady()).toBe(true)
  expect(asked).toBe(1)
  now += 1
  expect(await readiness.isReady()).toBe(false)
  works = true
  now += 1_000
  expect(await readiness.isReady()).toBe(true)
})

it('does not wait for a part that never answers', async () => {
  vi.useFakeTimers()
  try {
    const readiness = createReadiness(() => 0)
    readiness.add(() => new Promise(() => {}))
    const answer = readiness.isReady()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await answer).toBe(false)
  } finally {
    vi.useRealTimers()
  }
})
