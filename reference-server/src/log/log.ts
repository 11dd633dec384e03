/**
 * Structured log lines. What may be logged: the event, a method's name, an error code, a fingerprint, counts and ports.
 * Never an address, a user name, a token, a topic, a body, or the text of a foreign error (spec/05 section 10).
 */

import { LOG_KEYS, type LogKey } from './keys.js'

type LogValue = string | number | boolean | undefined

/** Keys of the closed list only. */
type LogFields = Readonly<Partial<Record<LogKey, LogValue>>>

export type Log = (event: string, fields?: LogFields) => void

/** One line of JSON for each event. `write` gets it with its line end. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  return (event, fields = {}) => {
    const line = { time: new Date(now()).toISOString(), event, ...fields }
    // By the list once more: a wider object passes a type.
    write(`${JSON.stringify(line, Object.keys(LOG_KEYS))}\n`)
  }
}

/** Where a foreign error came from, without its text, which may quote what a client sent. */
export function originOf(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    error: error.name,
    at: frames
      .slice(0, 3)
      .map((line) => line.trim())
      .join(' < '),
  }
}
