import { expect, test } from 'vitest'
import { createWorld } from '../testing.js'
import { createContactWake } from './contact-wake.js'

const MINUTE = 60_000

function setUp(token = new Uint8Array(32).fill(7)) {
  const world = createWorld()
  const state = { here: false, said: 0, comes: false }
  const wake = createContactWake({
    host: world.device('ana').platform().host,
    token: () => token,
    isHere: () => state.here,
    async say() {
      if (state.comes) return false
      state.said += 1
      return true
    },
  })
  return { clock: world.clock, state, wake }
}

test('[N1] once a minute, twenty times in any day, refused with the exact wait', async () => {
  const { clock, state, wake } = setUp()
  await wake.now()
  await expect(wake.now()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: MINUTE })
  await clock.advance(MINUTE - 1)
  await expect(wake.now()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1 })
  await clock.advance(1)
  for (let i = 1; i < 20; i++) {
    await wake.now()
    await clock.advance(MINUTE)
  }
  expect(state.said).toBe(20)
  const left = 24 * 60 * MINUTE - 20 * MINUTE
  await expect(wake.now()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: left })
  await clock.advance(left - 1)
  await expect(wake.now()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1 })
  await clock.advance(1)
  await wake.now()
  expect(state.said).toBe(21)
})

test('what waits wakes once an absence, and not who is here or gave no token', async () => {
  const { clock, state, wake } = setUp()
  for (let i = 0; i < 3; i++) {
    wake.once()
    await clock.advance(5 * MINUTE)
  }
  expect(state.said).toBe(1)
  wake.here()
  state.here = true
  wake.once()
  state.here = false
  expect(state.said).toBe(1)
  wake.once()
  expect(state.said).toBe(2)
  wake.stop()
  const silent = setUp(new Uint8Array(0))
  silent.wake.once()
  await expect(silent.wake.now()).rejects.toMatchObject({ code: 'failed_precondition' })
  expect(silent.state.said).toBe(0)
})

test('what may not be said yet is said as soon as it may, unless the contact came; who came by itself was not woken', async () => {
  const { clock, state, wake } = setUp()
  wake.once()
  wake.here()
  wake.once()
  wake.once()
  await clock.advance(MINUTE - 1)
  expect(state.said).toBe(1)
  await clock.advance(1)
  expect(state.said).toBe(2)
  wake.here()
  wake.once()
  wake.here()
  await clock.advance(5 * MINUTE)
  expect(state.said).toBe(2)
  state.comes = true
  await wake.now()
  state.comes = false
  await wake.now()
  expect(state.said).toBe(3)
})
