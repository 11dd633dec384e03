/**
 * `npm run networks`: all situations between all clients, and spec/networks.md from what was seen. `--page` writes the page
 * from the last run.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { endOnSignals, runCommand } from '../verify/run-command.js'
import { SITUATIONS } from './situations.js'
import { type Cell, networksPage } from './table.js'

const PAGE = 'spec/networks.md'
const CELLS = join(ROOT, 'test-output/networks')

endOnSignals()
mkdirSync(CELLS, { recursive: true })
let code = 0
if (!process.argv.includes('--page')) {
  rmSync(CELLS, { recursive: true })
  const command = ['vitest', 'run', '--project', 'network', 'reference-client/test/network/table']
  code = (await runCommand(command, { echo: true, environment: { TEST_LONG: '1' } })).code
}
const cells = readdirSync(CELLS).flatMap((file) => JSON.parse(readFileSync(join(CELLS, file), 'utf8')) as Cell[])
writeFileSync(join(ROOT, PAGE), networksPage(SITUATIONS, cells))
console.log(`${PAGE}: ${cells.length} cells`)
process.exitCode = code
