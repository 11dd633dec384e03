/**
 * `npm run networks`: all situations between all clients, and spec/networks.md and spec/networks-that-change.md from what was
 * seen. `--page` writes the pages from the last run, `--changes` runs and writes the second only.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { endOnSignals, runCommand } from '../verify/run-command.js'
import { type Changed, changesPage } from './changes.js'
import { SITUATIONS } from './situations.js'
import { type Cell, networksPage } from './table.js'

const OUTPUT = join(ROOT, 'test-output')
const TESTS = 'reference-client/test/network'

/** What the tests of a kind left in their folder, after they ran unless the last run is wanted. */
async function seen<Kind>(folder: string, tests: string): Promise<Kind[]> {
  const path = join(OUTPUT, folder)
  if (!process.argv.includes('--page')) {
    rmSync(path, { recursive: true, force: true })
    const command = ['vitest', 'run', '--project', 'network', `${TESTS}/${tests}`]
    const { code } = await runCommand(command, { echo: true, environment: { TEST_LONG: '1' } })
    if (code !== 0) process.exitCode = code
  }
  mkdirSync(path, { recursive: true })
  return readdirSync(path).flatMap((file) => JSON.parse(readFileSync(join(path, file), 'utf8')) as Kind[])
}

function write(page: string, text: string, count: number): void {
  writeFileSync(join(ROOT, page), text)
  console.log(`${page}: ${count} entries`)
}

endOnSignals()
if (!process.argv.includes('--changes')) {
  const cells = await seen<Cell>('networks', 'table')
  write('spec/networks.md', networksPage(SITUATIONS, cells), cells.length)
}
const changes = await seen<Changed>('changes', 'changing')
write('spec/networks-that-change.md', changesPage(changes), changes.length)
