import { expect, it } from 'vitest'
import { initialState, type State } from '../state.js'
import { update } from '../update.js'

const empty: State = initialState({
  ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
  language: { chosen: 'system', shown: 'en' },
})
const found = { type: 'search_found', text: 'heron', hits: [], more: false, isWhole: false } as const

it('[V3] shows how far the index is, and looks again for what is typed once it is whole', () => {
  const [typed] = update(empty, { type: 'search_typed', text: 'heron' })
  const [partial] = update(typed, found)
  const [half, nothing] = update(partial, { type: 'indexing', done: 256, total: 512 })
  expect(half.indexing).toEqual({ done: 256, total: 512 })
  expect(nothing).toEqual([])
  const [whole, again] = update(half, { type: 'indexing', done: 512, total: 512 })
  expect(whole.indexing).toBeUndefined()
  expect(again).toEqual([{ type: 'search', text: 'heron' }])
})

it('looks for nothing where nothing is typed, nothing is missing, or the work stopped', () => {
  expect(update(empty, { type: 'indexing', done: 2, total: 2 })[1]).toEqual([])
  const [typed] = update(empty, { type: 'search_typed', text: 'heron' })
  expect(update(typed, { type: 'indexing', done: 2, total: 2 })[1]).toEqual([])
  const [partial] = update(typed, found)
  const [half] = update(partial, { type: 'indexing', done: 1, total: 2 })
  const [stopped, asked] = update(half, { type: 'indexing', done: 0, total: 0 })
  expect(stopped.indexing).toBeUndefined()
  expect(asked).toEqual([])
})
