import { describe, expect, it } from 'vitest'
import {
  groupedAlias,
  groupedCode,
  initialOf,
  isolated,
  nameOf,
  normalCode,
  safetyGroups,
  visibleName,
} from './text.js'

describe('names that other people chose', () => {
  it.each([
    ['Evil\u202Etxt.exe', 'Eviltxt.exe'],
    ['\u2067Bob', 'Bob'],
    ['\u200F\u200F', ''],
    ['\u3164', ''],
    ['\u2800\u2800', ''],
    ['\u0301\u0301', ''],
    ['  Ana \n Ribeiro\u200b ', 'Ana Ribeiro'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('%j is seen as %j', (name, seen) => {
    expect(visibleName(name)).toBe(seen)
  })

  it('keeps four marks on a letter and drops the pile', () => {
    expect(visibleName(`A${'\u0301'.repeat(60)}`)).toBe(`A${'\u0301'.repeat(4)}`)
  })

  it('calls someone without a visible name by their code', () => {
    expect(nameOf({ displayName: '\u3164', alias: '7K3M9QXA' })).toBe('7K3M-9QXA')
  })

  it('cannot end its isolate from inside', () => {
    expect(isolated('a\u2069b\u2066')).toBe('\u2068ab\u2069')
  })

  it('takes the first letter as people see it', () => {
    expect(initialOf('éa')).toBe('É')
    expect(initialOf('👩‍🚀 Ada')).toBe('👩‍🚀')
    expect(initialOf('')).toBe('')
  })
})

describe('codes', () => {
  it('are shown in groups', () => {
    expect(groupedCode('7K3M9QXA4T')).toBe('7K3M-9QXA-4T')
    expect(groupedAlias('7K3M9QXA')).toBe('7K3M-9QXA')
    expect(safetyGroups('1'.repeat(60))).toHaveLength(12)
  })

  it.each(['7k3m-9qxa-4t', ' 7K3M 9QXA 4T ', '7K3M–9QXA–4T', '７K3M9QXA4T'])(
    '%j is one code however typed',
    (typed) => {
      expect(normalCode(typed)).toBe('7K3M9QXA4T')
    },
  )

  it('take letters that do not exist for the digits they look like', () => {
    expect(normalCode('olIi0')).toBe('01110')
  })
})
