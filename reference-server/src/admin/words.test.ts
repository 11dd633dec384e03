/** What the administrator's counts tell of few people. */
import { describe, expect, it } from 'vitest'
import { tellStatistics } from './words.js'

describe('statistics', () => {
  it('[X1] tell no group of fewer than five apart, and larger ones in fives', () => {
    const counts = (n: number) =>
      tellStatistics({
        accounts: n,
        byType: { 1: n },
        byState: { 1: n },
        cutOff: n,
        sessions: n,
        pairings: n,
        subscriptions: n,
        feedback: n,
      })
    const told = (n: number) => JSON.stringify({ ...counts(n), feedback: 0 })
    expect(counts(0).accounts).toBe(0)
    for (let n = 2; n < 5; n++) expect(told(n)).toBe(told(1))
    for (let n = 6; n < 10; n++) expect(told(n)).toBe(told(5))
    expect(told(1)).not.toContain('1')
    expect(counts(3).feedback).toBe(3)
  })
})
