/**
 * `npm run mutation`: changes the code of some folders of the SDK, one place at a time, and asks the tests of each folder
 * whether they notice; writes conformance/reports/mutation.md. With names of folders: only these. `--incremental`: asks again
 * only about mutants whose code or tests changed since the last such run. Fails where less than 90 % are caught, where
 * `survivors/` has no reason for one that lives, and where it has one for a mutant that does not.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { endOnSignals, runCommand } from '../verify/run-command.js'
import { FOLDERS, type Folder } from './folders.js'
import { type Outcome, outcomeOf, type StrykerReport, scoreOf } from './mutants.js'
import { MUTATION_PAGE, pageWith, section } from './page.js'
import { type Comparison, compare, type Reason } from './reasons.js'

const LEAST_SCORE = 90
const HERE = 'tools/mutation'
const STRYKER = `${HERE}/node_modules/@stryker-mutator/core/bin/stryker.js`
const OUTPUT = 'test-output'

function json<Content>(path: string): Content {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Content
}

/** Nobody else needs it, so it is installed by the first run. */
async function install(): Promise<void> {
  if (existsSync(join(ROOT, STRYKER))) return
  const { code } = await runCommand(['npm', 'ci', '--prefix', HERE, '--no-audit', '--no-fund'], { echo: true })
  if (code !== 0) throw new Error(`npm ci --prefix ${HERE} ended with ${code}`)
}

async function mutate(folder: Folder, incremental: boolean): Promise<Outcome> {
  const { code } = await runCommand(
    [
      'node',
      STRYKER,
      'run',
      `${HERE}/stryker.json`,
      '--mutate',
      `sdk/src/${folder}/*.ts,!**/*.test.ts`,
      ...(incremental ? ['--incremental', '--incrementalFile', `${OUTPUT}/mutation-${folder}.json`] : []),
    ],
    {
      echo: true,
      environment: {
        MUTATED_FOLDER: folder,
        // Stryker's processes load the plugins, and one the sources.
        NODE_OPTIONS: '--import tsx --conditions=source',
        TSX_TSCONFIG_PATH: join(ROOT, HERE, 'in-process/paths.json'),
        // Each mutant meets the few random cases of the normal run.
        TEST_LONG: '',
      },
    },
  )
  if (code !== 0) throw new Error(`Stryker ended with ${code} in ${folder}`)
  return outcomeOf(json<StrykerReport>(`${OUTPUT}/mutation.json`))
}

function problemsOf(folder: Folder, outcome: Outcome, { explained, dead }: Comparison): string[] {
  const score = scoreOf(outcome)
  return [
    ...(score < LEAST_SCORE ? [`${folder}: only ${score.toFixed(1)} % are caught`] : []),
    ...explained
      .filter(({ reason }) => reason === undefined)
      .map(
        ({ mutant: { line, ...name } }) => `${folder}: line ${line} lives without a reason: ${JSON.stringify(name)}`,
      ),
    ...dead.map((name) => `${folder}: has a reason to live and does not: ${JSON.stringify(name)}`),
  ]
}

const argv = process.argv.slice(2)
const incremental = argv.includes('--incremental')
const words = argv.filter((word) => word !== '--incremental')
const names = Object.keys(FOLDERS) as Folder[]
const unknown = words.find((word) => !names.some((name) => name === word))
if (unknown !== undefined) {
  console.error(`There is no folder ${unknown}; there are ${names.join(', ')}, and --incremental`)
  process.exit(2)
}

endOnSignals()
await install()
mkdirSync(join(ROOT, OUTPUT), { recursive: true })
const chosen = names.filter((name) => words.length === 0 || words.includes(name))
const broken = new Set<Folder>()
for (const folder of chosen) {
  const outcome = await mutate(folder, incremental)
  const comparison = compare(outcome.survivors, json<Reason[]>(`${HERE}/survivors/${folder}.json`))
  const page = join(ROOT, MUTATION_PAGE)
  const old = existsSync(page) ? readFileSync(page, 'utf8') : ''
  writeFileSync(page, pageWith(old, names, folder, section(folder, outcome, comparison.explained)))
  const problems = problemsOf(folder, outcome, comparison)
  for (const problem of problems) console.log(problem)
  if (problems.length > 0) broken.add(folder)
  console.log(`${folder}: ${scoreOf(outcome).toFixed(1)} % caught, ${outcome.survivors.length} live`)
}
console.log(`${chosen.length - broken.size} passed, ${broken.size} failed`)
process.exitCode = broken.size === 0 ? 0 : 1
