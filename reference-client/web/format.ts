/** Numbers, sizes, times and days, all by Intl in the language of the catalogue. */
import { t } from './i18n/catalogue.js'
import { locale } from './i18n/locale.js'

const language = (): string => locale(t.language)

const cache = new Map<string, unknown>()
function once<T>(key: string, make: () => T): T {
  const own = `${t.language} ${key}`
  if (!cache.has(own)) cache.set(own, make())
  return cache.get(own) as T
}

export function number(value: number): string {
  return once('number', () => new Intl.NumberFormat(language())).format(value)
}

export function percent(part: number): string {
  // Rounded down: 100 % is said when the last byte is there.
  return once('percent', () => new Intl.NumberFormat(language(), { style: 'percent' })).format(
    Math.floor(Math.min(1, Math.max(0, part)) * 100) / 100,
  )
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

function scaled(bytes: number, suffix: '' | '-per-second'): string {
  let value = Math.max(0, bytes)
  let place = 0
  while (value >= 999.5 && place < SIZES.length - 1) {
    value /= 1_000
    place += 1
  }
  const unit = `${SIZES[place]}${suffix}`
  const digits = place === 0 || value >= 99.5 ? 0 : 1
  return once(
    `${unit}${digits}`,
    () =>
      new Intl.NumberFormat(language(), {
        style: 'unit',
        unit,
        unitDisplay: place === 0 ? 'long' : 'short',
        maximumFractionDigits: digits,
      }),
  ).format(value)
}

export const bytes = (count: number): string => scaled(count, '')

export function rate(bytesPerSecond: number): string {
  return scaled(Math.max(1_000, bytesPerSecond), '-per-second')
}

/** Time left, no finer than what an estimate deserves. */
export function duration(seconds: number): string {
  const [value, unit] =
    seconds < 50
      ? [Math.max(1, seconds < 10 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5), 'second']
      : seconds < 3_570
        ? [Math.ceil(seconds / 60), 'minute']
        : [Math.ceil(seconds / 3_600), 'hour']
  return once(
    `duration${unit}`,
    () => new Intl.NumberFormat(language(), { style: 'unit', unit: unit as string, unitDisplay: 'short' }),
  ).format(value as number)
}

/** Minutes and seconds of a sound. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const two = once('two', () => new Intl.NumberFormat(language(), { minimumIntegerDigits: 2 }))
  return `${number(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`
}

export function time(at: number): string {
  return once('time', () => new Intl.DateTimeFormat(language(), { hour: 'numeric', minute: '2-digit' })).format(at)
}

export function exactTime(at: number): string {
  return once('exact', () => new Intl.DateTimeFormat(language(), { dateStyle: 'full', timeStyle: 'medium' })).format(at)
}

/** A number that is equal for two times of one local day, and counts days. */
export function dayOf(at: number): number {
  const date = new Date(at)
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000)
}

export function day(at: number, now: number): string {
  const ago = dayOf(now) - dayOf(at)
  if (ago >= 0 && ago < 2) {
    const said = once('relative', () => new Intl.RelativeTimeFormat(language(), { numeric: 'auto' })).format(
      -ago,
      'day',
    )
    return said.charAt(0).toLocaleUpperCase(language()) + said.slice(1)
  }
  if (ago >= 2 && ago < 7)
    return once('weekday', () => new Intl.DateTimeFormat(language(), { weekday: 'long' })).format(at)
  return once('date', () => new Intl.DateTimeFormat(language(), { dateStyle: 'long' })).format(at)
}

/** Short form for a list: the time today, the weekday this week, else the date. */
export function moment(at: number, now: number): string {
  const ago = dayOf(now) - dayOf(at)
  if (ago === 0) return time(at)
  if (ago > 0 && ago < 7)
    return once('short', () => new Intl.DateTimeFormat(language(), { weekday: 'short' })).format(at)
  return once('numeric', () => new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short' })).format(at)
}

export function list(items: readonly string[]): string {
  return once('list', () => new Intl.ListFormat(language(), { type: 'unit', style: 'short' })).format(items)
}

export function dateTime(at: number): string {
  return once(
    'dateTime',
    () => new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(at)
}

const PERIODS = [
  [604_800, 'week'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

/** A time that somebody chose, in the largest unit that says it whole. */
export function period(seconds: number): string {
  const [size, unit] = PERIODS.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, 'second']
  return once(
    `period${unit}`,
    () => new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' }),
  ).format(seconds / size)
}

const SPANS = [
  [730 * 86_400, 365.25 * 86_400, 'year'],
  [36 * 3_600, 86_400, 'day'],
  [5_400, 3_600, 'hour'],
  [0, 60, 'minute'],
] as const

/** A span that nobody chose, in whole numbers of the unit that says it best. */
export function roughly(ms: number): string {
  const seconds = ms / 1_000
  const [, size, unit] = SPANS.find(([from]) => seconds >= from) ?? SPANS[3]
  return once(
    `roughly${unit}`,
    () => new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }),
  ).format(seconds / size)
}

export function degrees(value: number): string {
  return once(
    'degrees',
    () =>
      new Intl.NumberFormat(language(), {
        style: 'unit',
        unit: 'degree',
        unitDisplay: 'narrow',
        minimumFractionDigits: 4,
        maximumFractionDigits: 4,
      }),
  ).format(value)
}

export function distance(metres: number): string {
  const [value, unit] = metres < 1_000 ? [metres, 'meter'] : [metres / 1_000, 'kilometer']
  return once(
    `distance${unit}`,
    () =>
      new Intl.NumberFormat(language(), {
        style: 'unit',
        unit: unit as string,
        unitDisplay: 'long',
        maximumFractionDigits: unit === 'meter' ? 0 : 1,
      }),
  ).format(value as number)
}

/** Cents of the server's currency, which the protocol does not name. */
export function money(cents: number): string {
  return once(
    'money',
    () => new Intl.NumberFormat(language(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  ).format(cents / 100)
}
