import { describe, expect, it } from 'vitest'
import { readOptions } from './options.js'

describe('the command line of the tests', () => {
  it('takes names of parts, and hours anywhere between them', () => {
    expect(readOptions([])).toEqual({ parts: [], hours: undefined })
    expect(readOptions(['unit', '--hours', '0.5', 'network'])).toEqual({ parts: ['unit', 'network'], hours: 0.5 })
  })

  it('says what it does not understand', () => {
    for (const value of [[], ['0'], ['-1'], ['x'], ['Infinity']]) {
      expect(() => readOptions(['--hours', ...value])).toThrow('a number above 0')
    }
    expect(() => readOptions(['--hour', '1'])).toThrow('no option --hour')
  })
})
