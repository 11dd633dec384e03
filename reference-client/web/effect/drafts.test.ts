import { expect, test } from 'vitest'
import { createDrafts } from './drafts.js'

/** A vault that writes when it is told to. */
function slowVault() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const drafts = createDrafts(() => ({
    changeSettings({ draft }) {
      begun.push(draft)
      return new Promise<void>((resolve) => ends.push(resolve))
    },
  }))
  const end = async () => {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { begun, end, drafts }
}

test('[V1] a draft is given to the vault at the key, before anything else can happen to the page', () => {
  const { begun, drafts } = slowVault()
  drafts.keep('ana', 'm')
  expect(begun).toEqual(['m'])
})

test('while one write is under way nothing else is written of that contact, and the newest text is next', async () => {
  const { begun, end, drafts } = slowVault()
  for (const text of ['m', 'mi', 'mil', 'milk']) drafts.keep('ana', text)
  drafts.keep('ben', 'tea')
  expect(begun).toEqual(['m', 'tea'])
  await end()
  expect(begun).toEqual(['m', 'tea', 'milk'])
})

test('a flush waits for what was kept while it waited, and a dropped draft is not written', async () => {
  const { begun, end, drafts } = slowVault()
  drafts.keep('ana', 'm')
  drafts.keep('ana', 'mi')
  let flushed = false
  const flushing = drafts.flush().then(() => {
    flushed = true
  })
  await end()
  expect(flushed).toBe(false)
  await end()
  await flushing
  drafts.keep('ana', 'x')
  drafts.keep('ana', 'xy')
  drafts.drop('ana')
  await end()
  expect(begun).toEqual(['m', 'mi', 'x'])
})

test('a refused write ends nothing: the next text is written', async () => {
  const begun: string[] = []
  const drafts = createDrafts(() => ({
    async changeSettings({ draft }) {
      begun.push(draft)
      throw new Error('full')
    },
  }))
  drafts.keep('ana', 'm')
  await drafts.flush()
  drafts.keep('ana', 'mi')
  await drafts.flush()
  expect(begun).toEqual(['m', 'mi'])
})
