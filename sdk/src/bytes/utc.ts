/** Moments as UTC in the proleptic Gregorian calendar: plain arithmetic, since the core knows no clock. */

export interface Utc {
  readonly year: number
  /** From 1. */
  readonly month: number
  /** From 1. */
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const DAY = 86_400
/** Days and years after which the calendar repeats itself, and the days from 1 March of the year 0 to 1970. */
const ERA_DAYS = 146_097
const ERA_YEARS = 400
const EPOCH_DAYS = 719_468

/** Of a time in Unix milliseconds, not before 1 March of the year 0. */
export function utcOf(ms: number): Utc {
  const seconds = Math.floor(ms / 1000)
  const days = Math.floor(seconds / DAY)
  const rest = seconds - days * DAY
  const since = days + EPOCH_DAYS
  const era = Math.floor(since / ERA_DAYS)
  const inEra = since - era * ERA_DAYS
  // Years begin in March: the leap day is the last of a year, and the months before follow one formula.
  const yearInEra = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36524) - Math.floor(inEra / 146096)) / 365,
  )
  const dayInYear = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100))
  const fromMarch = Math.floor((5 * dayInYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  return {
    year: yearInEra + era * ERA_YEARS + (month <= 2 ? 1 : 0),
    month,
    day: dayInYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  }
}

/** `2026-11-28 17:40:02` */
export function utcText(ms: number): string {
  const { year, month, day, hour, minute, second } = utcOf(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
}
