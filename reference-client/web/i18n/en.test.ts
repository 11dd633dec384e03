import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../../sdk/src/errors.js'
import { en } from './en.js'

/** Every text of the catalogue; functions are called with a name and a number. */
function texts(part: unknown): string[] {
  if (typeof part === 'string') return [part]
  if (typeof part === 'function') return texts((part as (...values: unknown[]) => unknown)(2, 2))
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(texts) : []
}

describe('the English catalogue', () => {
  it('has words of its own for each failure that a person can do something about', () => {
    const met = Object.entries(ERROR_CODES).filter(([, culprit]) => ['person', 'server', 'world'].includes(culprit))
    // The ticket is drawn and used by the program alone.
    const lacking = met.map(([code]) => code).filter((code) => code !== 'ticket_refused' && !(code in en.errors.code))
    expect(lacking).toEqual([])
  })

  it('has words for every culprit', () => {
    expect(Object.values(ERROR_CODES).filter((culprit) => !(culprit in en.errors.culprit))).toEqual([])
  })

  it('never shouts and never says oops', () => {
    expect(
      texts(en.errors)
        .concat(texts(en.missing))
        .filter((text) => /!|\boops\b/iu.test(text)),
    ).toEqual([])
  })

  it.each([
    [0, '0 new messages'],
    [1, '1 new message'],
    [2, '2 new messages'],
    [1_000_000, '1,000,000 new messages'],
  ])('counts %d', (count, said) => {
    expect(en.home.unread(count)).toBe(said)
  })
})
