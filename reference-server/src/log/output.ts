/** Where log lines go: stderr, nowhere, or one file a UTC day in a folder, deleted after 7 days (promise L1). */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const DAY_MS = 86_400_000
const KEPT_DAYS = 7
const NAME = /^solo2-(\d{4}-\d{2}-\d{2})\.log$/

/** Writes a line. For a folder, the first line of each day also deletes what is older than 7 days. */
export function createOutput(target: string, now: () => number): (line: string) => void {
  if (target === 'off') return () => {}
  if (target === 'stderr') return (line) => void process.stderr.write(line)
  const folder = resolve(target)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let current = ''
  return (line) => {
    const day = new Date(now()).toISOString().slice(0, 10)
    if (day !== current) {
      current = day
      const oldest = new Date(now() - (KEPT_DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
      for (const name of readdirSync(folder)) {
        const written = NAME.exec(name)?.[1]
        if (written !== undefined && written < oldest) rmSync(join(folder, name))
      }
    }
    appendFileSync(join(folder, `solo2-${day}.log`), line, { mode: 0o600 })
  }
}
