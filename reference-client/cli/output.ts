/** What the program says: facts on stdout, as text or as JSON lines; progress and errors for people on stderr. */
import { jsonLine } from './terminal-text.js'

/** Becomes one line of JSON. */
export interface Fact {
  readonly event: string
  readonly [more: string]: unknown
}

export interface Output {
  readonly json: boolean
  /** Progress is one line that is written anew. */
  readonly isRewriting: boolean
  /** A fact. `text` has been made safe for a terminal already. */
  fact(event: Fact, text: string): void
  /** Something passing, for people only or, as JSON, on stderr. */
  progress(event: Fact, text: string): void
  /** Ends a line that `progress` is rewriting. */
  settle(): void
}

export function createOutput(json: boolean, streams: Pick<typeof process, 'stdout' | 'stderr'> = process): Output {
  let rewriting = false
  const { stdout, stderr } = streams

  function settle(): void {
    if (rewriting) stderr.write('\n')
    rewriting = false
  }

  return {
    json,
    isRewriting: !json && stderr.isTTY === true,
    fact(event, text) {
      settle()
      stdout.write(json ? `${jsonLine(event)}\n` : `${text}\n`)
    },
    progress(event, text) {
      if (json) stderr.write(`${jsonLine(event)}\n`)
      else if (stderr.isTTY) stderr.write(`\r\u001b[K${text}`)
      else stderr.write(`${text}\n`)
      rewriting = !json && stderr.isTTY === true
    },
    settle,
  }
}
