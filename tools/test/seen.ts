/** What the last whole `npm test` of this folder saw, kept for `npm run prove -- --page`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { OUTPUT } from './run-suite.js'

export interface Seen {
  /** Full names of the tests that ran and passed. */
  readonly passed: readonly string[]
  /** One line each. */
  readonly failures: readonly string[]
}

const FILE = join(ROOT, OUTPUT, 'whole-run.json')

export function keepSeen(seen: Seen): void {
  mkdirSync(join(ROOT, OUTPUT), { recursive: true })
  writeFileSync(FILE, JSON.stringify(seen))
}

/** Undefined where no whole run has ended. */
export function readSeen(): Seen | undefined {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Seen) : undefined
}
