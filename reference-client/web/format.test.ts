import { beforeAll, describe, expect, it } from 'vitest'
import { bytes, dayOf, duration, list, percent, roughly, time } from './format.js'
import { speak } from './i18n/catalogue.js'
import type { Language } from './i18n/locale.js'

beforeAll(() => speak('en'))

describe('sizes, shares and times', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [4_096, '4.1 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [2 ** 32 + 1, '4.3 GB'],
    [5e15, '5,000 TB'],
  ])('%d is %j', (count, said) => {
    expect(bytes(count)).toBe(said)
  })

  it('says 100 % only when the last byte is there, and never more or less than a share can be', () => {
    expect(percent(0.9999)).toBe('99%')
    expect(percent(1)).toBe('100%')
    expect(percent(1.2)).toBe('100%')
    expect(percent(-1)).toBe('0%')
  })

  it.each([
    [0, '1 sec'],
    [7.2, '8 sec'],
    [33, '35 sec'],
    [61, '2 min'],
    [7_000, '2 hr'],
  ])('%d s left is %j', (seconds, said) => {
    expect(duration(seconds)).toBe(said)
  })

  it.each([
    [300_000, '5 minutes'],
    [5_399_000, '90 minutes'],
    [5_400_000, '2 hours'],
    [86_399_500, '24 hours'],
    [36 * 3_600_000, '2 days'],
    [57 * 365.25 * 86_400_000, '57 years'],
  ])('%d ms is roughly %j', (ms, said) => {
    expect(roughly(ms)).toBe(said)
  })

  it('counts local days without being moved by summer time', () => {
    const days = Array.from({ length: 400 }, (_, day) => dayOf(new Date(2026, 0, 1 + day, 0, 30).getTime()))
    expect(days.map((day) => day - (days[0] ?? 0))).toEqual(days.map((_, index) => index))
  })
})

describe('in the form of the language', () => {
  const AT = new Date(2026, 10, 28, 17, 5).getTime()
  const all = () => [
    bytes(1),
    bytes(2),
    bytes(4_300_000),
    percent(0.4),
    duration(7),
    duration(3_000),
    time(AT),
    list(['x', 'y']),
  ]

  it.each<[Language, readonly string[]]>([
    ['en', ['1 byte', '2 bytes', '4.3 MB', '40%', '7 sec', '50 min', '5:05 PM', 'x, y']],
    ['es', ['1 byte', '2 bytes', '4,3 MB', '40\u00a0%', '7 s', '50 min', '17:05', 'x y y']],
    ['ar', ['1 بايت', '2 بايت', '4.3 م.ب', '40%', '7 ث', '50 د', '5:05 م', 'x وy']],
  ])('%s', async (language, said) => {
    await speak(language)
    // The marks and narrow blanks in it change with the Unicode version.
    const plain = (text: string) => text.replace(/[\u200e\u200f\u061c]/gu, '').replace(/\u202f/gu, ' ')
    expect(all().map(plain)).toEqual(said)
  })
})
