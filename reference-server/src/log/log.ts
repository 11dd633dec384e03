/**
 * Structured log lines. What may be logged: the event, a method's name, an error code, a fingerprint, counts and ports.
 * Never an address, a user name, a token, a topic, a body, or the text of a foreign error (spec/05 section 10).
 */

export type LogValue = string | number | boolean | undefined

export type Log = (event: string, fields?: Readonly<Record<string, LogValue>>) => void

/** One line of JSON for each event. `write` gets it with its line end. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  return (event, fields = {}) => {
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), event, ...fields })}\n`)
  }
}

/** Where a foreign error came from, without its text, which may quote what a client sent. */
export function originOf(error: unknown): Readonly<Record<string, LogValue>> {
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
