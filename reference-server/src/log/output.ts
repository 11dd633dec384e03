/** Where log lines go: stderr, nowhere, or one file a UTC day in a folder, deleted after 7 days (promise L1). */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const DAY_MS = 86_400_000
const KEPT_DAYS = 7
const NAME = /^solo2-(\d{4}-\d{2}-\d{2})\.log$/

export interface LogFiles {
  write(line: string): void
  /** Deletes files of days that are 7 days back or more, also when nothing is written. */
  deleteOld(): void
}

export function createOutput(target: string, now: () => number): LogFiles {
  const nothing = () => {}
  if (target === 'off') return { write: nothing, deleteOld: nothing }
  if (target === 'stderr') return { write: (line) => void process.stderr.write(line), deleteOld: nothing }
  const folder = resolve(target)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const dayAt = (time: number) => new Date(time).toISOString().slice(0, 10)
  return {
    write(line) {
      appendFileSync(join(folder, `solo2-${dayAt(now())}.log`), line, { mode: 0o600 })
    },
    deleteOld() {
      const oldest = dayAt(now() - (KEPT_DAYS - 1) * DAY_MS)
      for (const name of readdirSync(folder)) {
        const written = NAME.exec(name)?.[1]
        if (written !== undefined && written < oldest) rmSync(join(folder, name))
      }
    },
  }
}
