import { expect, it } from 'vitest'
import { initialState } from '../state.js'
import { update } from '../update.js'

const first = initialState({
  host: 'localhost',
  origin: 'http://localhost',
  appearance: 'system',
  language: { chosen: 'system', shown: 'en' },
  now: 0,
})

it('a language is chosen at once, shown when it is there, and given up when it cannot be loaded', () => {
  const [chosen, commands] = update(first, { type: 'language_chosen', choice: 'ar' })
  expect(chosen.language).toEqual({ chosen: 'ar', shown: 'en' })
  expect(commands).toEqual([{ type: 'language', choice: 'ar', before: { chosen: 'system', shown: 'en' } }])
  const [shown] = update(chosen, { type: 'language', language: { chosen: 'ar', shown: 'ar' } })
  expect(shown.language).toEqual({ chosen: 'ar', shown: 'ar' })
  const [back] = update(chosen, { type: 'language', language: first.language })
  expect(back).toEqual(first)
})
