/**
 * `npm run prove -- T4 A2 ...`: runs the checks that show these promises and tells what was seen. Without IDs: all of them,
 * and writes spec/promises.md. `--list` names the checks and runs nothing; `--page` writes the page anew for titles that
 * changed, with what the last whole `npm test` in this folder saw, or else with the states that the page has. A check is found
 * by the IDs in its title.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROMISE_IDS, PROMISES } from '../promises.js'
import { ensureDebianPackages } from '../test/debian.js'
import { runSuite, runVitest } from '../test/run-suite.js'
import { readSeen, type Seen } from '../test/seen.js'
import { SUITES } from '../test/suites.js'
import { ROOT, readRepositoryFile } from '../verify/check.js'
import { closure, readImportGraph } from '../verify/imports.js'
import { idsOf, type PromiseTitle, promiseTitles } from '../verify/promise-titles.js'
import { runCommand } from '../verify/run-command.js'
import { PROMISES_PAGE, promisesPage, shownIn } from './table.js'

function list(titles: readonly PromiseTitle[], ids: ReadonlySet<string>): void {
  for (const { id, text } of PROMISES.flatMap((group) => group.promises)) {
    if (!ids.has(id)) continue
    console.log(`${id.padEnd(4)}${text}`)
    const checks = titles.filter((one) => one.ids.includes(id))
    for (const { path, line, title } of checks) console.log(`      ${line ? `${path}:${line}` : path}  ${title}`)
    if (checks.length === 0) console.log('      no check yet')
  }
}

/** Test files that hold these titles, or that import the behaviour suite which does. */
function runnableFiles(titles: readonly PromiseTitle[]): string[] {
  const paths = new Set(titles.filter(({ line }) => line > 0).map(({ path }) => path))
  const graph = readImportGraph()
  return [...graph.keys()].filter(
    (file) => /\.(test|e2e)\.tsx?$/.test(file) && [...closure(graph, [file]).keys()].some((path) => paths.has(path)),
  )
}

async function runChecks(titles: readonly PromiseTitle[], ids: ReadonlySet<string>): Promise<Seen> {
  const names = (title: string): boolean => idsOf(title).some((id) => ids.has(id))
  const wanted = titles.filter(({ title }) => names(title))
  const files = runnableFiles(wanted)
  const commands = SUITES.filter((suite) => suite.kind === 'command' && names(suite.title))
  // Processes under test are built ones.
  const needsBuild =
    commands.length > 0 || files.some((path) => path.endsWith('.e2e.ts') || path.startsWith('reference-server/'))
  if (needsBuild && (await runCommand(['npm', 'run', 'build'], { echo: true })).code !== 0) {
    return { passed: [], failures: ['the build failed'] }
  }
  const runs = []
  if (files.length > 0) {
    const namePattern = `\\[[A-Z0-9 ,]*\\b(${[...ids].join('|')})\\b[A-Z0-9 ,]*\\]`
    runs.push(await runVitest('prove', { files, namePattern, chosen: names }))
  }
  for (const suite of commands) runs.push(await runSuite(suite))
  return { passed: runs.flatMap((run) => run.passedNames), failures: runs.flatMap((run) => run.failures) }
}

function judge(id: string, { passed, failures }: Seen) {
  const good = passed.filter((name) => idsOf(name).includes(id))
  const bad = failures.filter((line) => idsOf(line).includes(id))
  const verdict = good.length > 0 && bad.length === 0 ? 'shown' : bad.length > 0 ? 'BROKEN' : 'not yet'
  return { good, bad, verdict }
}

function report(ids: ReadonlySet<string>, seen: Seen): Set<string> {
  const shown = new Set<string>()
  console.log('\n=== what was seen')
  for (const id of ids) {
    const { good, bad, verdict } = judge(id, seen)
    if (verdict === 'shown') shown.add(id)
    console.log(`${id.padEnd(4)}${verdict}`)
    for (const name of good) console.log(`      ok      ${name}`)
    for (const line of bad) console.log(`      failed  ${line}`)
  }
  for (const line of seen.failures) if (idsOf(line).length === 0) console.log(`failed  ${line}`)
  return shown
}

function writePage(titles: readonly PromiseTitle[], shown: ReadonlySet<string>): void {
  writeFileSync(join(ROOT, PROMISES_PAGE), promisesPage(titles, shown))
}

async function main(args: readonly string[]): Promise<number> {
  const named = args.filter((arg) => !arg.startsWith('-')).map((arg) => arg.toUpperCase())
  const unknown = named.filter((id) => !PROMISE_IDS.has(id))
  if (unknown.length > 0) {
    console.error(`There is no promise ${unknown.join(', ')}. IDs: ${[...PROMISE_IDS].join(' ')}`)
    return 2
  }
  const ids = named.length > 0 ? new Set(named) : PROMISE_IDS
  const titles = promiseTitles()
  if (args.includes('--list')) {
    list(titles, ids)
    return 0
  }
  if (args.includes('--page')) {
    const checked = new Set(titles.flatMap((title) => title.ids))
    const seen = readSeen()
    const shown = seen
      ? [...ids].filter((id) => judge(id, seen).verdict === 'shown')
      : [...shownIn(readRepositoryFile(PROMISES_PAGE))]
    writePage(titles, new Set(shown.filter((id) => checked.has(id))))
    return 0
  }
  if (!(await ensureDebianPackages())) return 1
  const seen = await runChecks(titles, ids)
  const shown = report(ids, seen)
  // Somebody who asks for one promise wants a verdict on it, so one without a check is not kept.
  const missing = named.filter((id) => !seen.passed.some((name) => idsOf(name).includes(id)))
  if (named.length === 0) {
    writePage(titles, shown)
    console.log(`\n${shown.size} of ${ids.size} promises shown; ${PROMISES_PAGE} is written`)
  }
  const failed =
    seen.failures.length + missing.filter((id) => !seen.failures.some((line) => idsOf(line).includes(id))).length
  console.log(`${seen.passed.length} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
