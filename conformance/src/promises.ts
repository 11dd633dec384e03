/** The promises that a report is by, from the page that lists them. */
import { existsSync, readFileSync } from 'node:fs'
import type { Promised } from './report/report.js'

/** Beside the built runner there is a copy. */
const COPY = new URL('../promises.md', import.meta.url)
const PAGE = existsSync(COPY) ? COPY : new URL('../../spec/promises.md', import.meta.url)

export function readPromises(): Promised[] {
  const rows = readFileSync(PAGE, 'utf8').matchAll(/^\| ([A-Z]\d+) \| ([^|]+) \|/gm)
  return [...rows].map(([, id = '', text = '']) => ({ id, text: text.trim() }))
}
