/**
 * `npm run breaks`: applies each one-line patch of this folder to a copy of the sources and runs the test that it names.
 * That test must pass without the patch and fail with it: a test that cannot fail shows nothing. With words: only patches
 * whose name contains one.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readRepositoryFile, repositoryFiles } from '../verify/check.js'
import { runCommand } from '../verify/run-command.js'
import { copySources } from './copy.js'
import { type Break, parseBreak, removedLines } from './patch-file.js'

type Result = 'passed' | 'failed' | 'did not run'

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { fullName: string; status: string }[]
  }[]
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** What became of each named test in the copy: failed if any run of it failed. One Vitest run for all. */
async function runNamed(folder: string, breaks: readonly Break[]): Promise<Result[]> {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const titles = breaks.map(({ title }) => quoted(title)).join('|')
  const files = new Set(breaks.map(({ test }) => test))
  await runCommand(['vitest', 'run', '--reporter=json', `--outputFile.json=${report}`, '-t', titles, ...files], {
    folder,
    environment: { NO_COLOR: '1' },
  })
  if (!existsSync(report)) return breaks.map(() => 'did not run')
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  return breaks.map(({ test, title }) => {
    const statuses = testResults
      .filter(({ name }) => name.endsWith(test))
      .flatMap((file) => file.assertionResults)
      .filter(({ fullName }) => fullName.includes(title))
      .map(({ status }) => status)
    if (statuses.includes('failed')) return 'failed'
    return statuses.includes('passed') ? 'passed' : 'did not run'
  })
}

async function apply(folder: string, patch: string, reverse: boolean): Promise<string | undefined> {
  const { code, output } = await runCommand(['git', 'apply', ...(reverse ? ['-R'] : []), join(folder, patch)], {
    folder,
  })
  return code === 0 ? undefined : output.trim()
}

/** Undefined if the break was caught, otherwise why not. `sound`: what the test did without the patch. */
async function judge(folder: string, one: Break, sound: Result | undefined): Promise<string | undefined> {
  if (removedLines(readRepositoryFile(one.patch)) > 1) return 'the patch takes out more than one line'
  if (sound !== 'passed') return `without the patch, the test ${sound}`
  const problem = await apply(folder, one.patch, false)
  if (problem) return problem
  const [broken] = await runNamed(folder, [one])
  await apply(folder, one.patch, true)
  return broken === 'failed' ? undefined : `with the patch, the test ${broken}`
}

const words = process.argv.slice(2)
const patches = repositoryFiles(/\.patch$/, 'tools/breaks')
  .filter((patch) => words.length === 0 || words.some((word) => patch.includes(word)))
  .map((patch) => parseBreak(patch, readRepositoryFile(patch)))

const copy = copySources()
let failed = 0
try {
  const sound = patches.length > 0 ? await runNamed(copy.folder, patches) : []
  for (const [i, one] of patches.entries()) {
    const problem = await judge(copy.folder, one, sound[i])
    if (problem) failed++
    console.log(`${problem ? 'MISSED' : 'caught'}  ${basename(one.patch)}: ${one.what}`)
    console.log(`        ${problem ? `${problem}: ` : 'by '}${one.test}: ${one.title}`)
  }
} finally {
  copy.remove()
}
if (patches.length === 0) failed++
console.log(`${patches.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
