/**
 * The time of a server whose test clock is on (spec/05 section 20): the machine's, and what it was moved by, which a file
 * beside the database keeps. Time never goes back, so data that was made under one stays with it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Solo2Error } from '@solo2/sdk/shared'

const FILE = 'test-clock'
const DATABASE = 'solo2.db'

export interface TestClock {
  /** Unix milliseconds. */
  now(): number
  /** Moves the time on. */
  advance(ms: number): void
}

/** Why a server with or without a test clock must leave this folder alone (05-162); undefined if it need not. */
export function foreignTime(data: string, isOn: boolean): string | undefined {
  const wasOn = existsSync(join(data, FILE))
  if (!isOn && wasOn) return 'holds data of a test clock, whose time was moved: take another folder'
  if (isOn && !wasOn && existsSync(join(data, DATABASE))) {
    return 'holds data of a server without a test clock: take another folder'
  }
  return undefined
}

/** Goes on where it was left. `now`: the machine's, Unix milliseconds. Throws `storage_damaged` for a file that holds something else. */
export function openTestClock(data: string, now: () => number): TestClock {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const file = join(data, FILE)
  const text = existsSync(file) ? readFileSync(file, 'ascii').trim() : '0'
  if (!/^[0-9]{1,15}$/.test(text)) throw new Solo2Error('storage_damaged', `the file ${FILE} is damaged`)
  let moved = Number(text)
  const keep = () => {
    writeFileSync(`${file}.new`, `${moved}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  keep()
  return {
    now: () => now() + moved,
    advance(ms) {
      moved += ms
      keep()
    },
  }
}
