import { expect, it } from 'vitest'
import { initialState } from '../state.js'
import { update } from '../update.js'

it('[C4] what waits is tried when the person says so, for that contact alone', () => {
  const state = initialState({
    ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
    language: { chosen: 'system', shown: 'en' },
  })
  const contact = 'a'.repeat(64)
  expect(update(state, { type: 'try_now', contact })).toEqual([state, [{ type: 'try_now', contact }]])
})
