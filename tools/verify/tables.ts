/** The tables of numbers and errors in the spec equal those in the code. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_CODES } from '../../sdk/src/errors.js'
import { CHOSEN, PROTOCOL } from '../../sdk/src/limits.js'
import { type Check, ROOT, readRepositoryFile } from './check.js'

/** Rows of the spec's Markdown tables: the name in the first cell's code span, then the other cells. */
export function tableRows(markdown: string): Map<string, string[]> {
  const rows = new Map<string, string[]>()
  for (const line of markdown.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim())
    const name = /^`([A-Za-z0-9_]+)`$/.exec(cells[1] ?? '')?.[1]
    if (name) rows.set(name, cells.slice(2, -1))
  }
  return rows
}

/** One line for each entry of the code that the table lacks or has otherwise, and for each that only the table has. */
export function tableProblems(
  path: string,
  entries: Readonly<Record<string, string | number>>,
  rows: ReadonlyMap<string, readonly string[]>,
): string[] {
  const problems: string[] = []
  for (const [name, value] of Object.entries(entries)) {
    const cell = rows.get(name)?.[0]
    const shown = typeof value === 'number' ? cell?.replaceAll(',', '') : cell
    if (cell === undefined) problems.push(`${path}: no row for ${name}`)
    else if (shown !== String(value)) problems.push(`${path}: ${name} is ${cell}, in the code ${value}`)
  }
  for (const name of rows.keys()) if (!(name in entries)) problems.push(`${path}: ${name} is not in the code`)
  return problems
}

function compare(path: string, entries: Readonly<Record<string, string | number>>): string[] {
  if (!existsSync(join(ROOT, path))) return [`${path} is missing`]
  return tableProblems(path, entries, tableRows(readRepositoryFile(path)))
}

export const limitsCheck: Check = {
  name: 'limits table',
  remedy: 'bring spec/14-limits.md and sdk/src/limits.ts in step',
  run: () => ({ problems: compare('spec/14-limits.md', { ...PROTOCOL, ...CHOSEN }) }),
}

export const errorsCheck: Check = {
  name: 'errors table',
  remedy: 'bring spec/13-errors.md, docs/guides/errors.md and sdk/src/errors.ts in step',
  run: () => ({
    problems: ['spec/13-errors.md', 'docs/guides/errors.md'].flatMap((path) => compare(path, ERROR_CODES)),
  }),
}
