import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { readHttpDate } from './http-date.js'

it('reads every second of an HTTP date', () => {
  const second = fc.integer({ min: 0, max: 4_102_444_800 })
  fc.assert(
    fc.property(second, (at) => {
      expect(readHttpDate(new Date(at * 1_000).toUTCString())).toBe(at * 1_000)
    }),
    { numRuns: cases('property.bytes') },
  )
})

it('takes nothing else', () => {
  const none = [
    null,
    '',
    'yesterday',
    '1790000000',
    '2026-09-21T13:33:20Z',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 99 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:99:37 GMT',
    'Sun, 06 Nov 19940 08:49:37 GMT',
  ]
  for (const text of none) expect(readHttpDate(text), String(text)).toBeUndefined()
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const at = readHttpDate(text)
      if (at !== undefined) expect(new Date(at).toUTCString()).toBe(text)
    }),
    { numRuns: cases('property.bytes') },
  )
})
