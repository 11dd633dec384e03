import { expect, test } from 'vitest'
import { createWorld } from '../testing.js'
import { createContactWake } from './contact-wake.js'

const MINUTE = 60_000

function setUp(token = new Uint8Array(32).fill(7)) {
  const world = createWorld()
  const state = { here: false, said: 0 }
  const wake = createContactWake({
    host: world.device('ana').platform().host,
    token: () => token,
    isHere: () => state.here,
    async say() {
      state.said += 1
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
  const silent = setUp(new Uint8Array(0))
  silent.wake.once()
  await expect(silent.wake.now()).rejects.toMatchObject({ code: 'failed_precondition' })
  expect(silent.state.said).toBe(0)
})
