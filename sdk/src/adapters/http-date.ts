/** The form of RFC 9110 section 5.6.7 that every HTTP server writes; the two older ones no Solo2 server does. */
const FORM =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/

/** Unix milliseconds, or undefined for what is no such date. */
export function readHttpDate(text: string | null): number | undefined {
  if (text === null || !FORM.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}
