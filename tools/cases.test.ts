import { afterEach, expect, it, vi } from 'vitest'
import { cases } from './cases.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('chooses the short column unless the long run is asked for', () => {
  vi.stubEnv('TEST_LONG', '')
  expect(cases(3, 500)).toBe(3)
  const short = cases('hostile.decoder')
  vi.stubEnv('TEST_LONG', '1')
  expect(cases(3, 500)).toBe(500)
  expect(cases('hostile.decoder')).toBeGreaterThan(short)
})
