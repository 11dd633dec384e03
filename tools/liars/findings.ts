/** Runs checks in a copy and tells of each case and test what became of it, and which promises it names. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { idsOf } from '../verify/promise-titles.js'
import { type Outcome, runCommand } from '../verify/run-command.js'
import type { LiarCheck } from './liar.js'
import { startServerOf } from './server-process.js'

export interface Finding {
  readonly kind: LiarCheck['kind']
  /** Of a case its ID; of a test `file: full name`. */
  readonly name: string
  readonly failed: boolean
  readonly promises: readonly string[]
}

/** What ran, or why nothing did. */
export type Findings = readonly Finding[] | string

const NODE = ['node', '--conditions=source', '--import', 'tsx']
/** That a testee starts, answers and ends as it should: what does not even do that shows nothing by failing. */
const TESTEE = 'vectors/testee/**'

interface ConformanceReport {
  readonly cases: readonly { id: string; verdict: string; promises: readonly string[] }[]
}

async function conformance(
  folder: string,
  kind: 'server' | 'vectors',
  patterns: readonly string[],
  subject: readonly string[],
): Promise<Findings> {
  const report = join(folder, 'conformance.json')
  rmSync(report, { force: true })
  const runs = patterns.flatMap((pattern) => ['--run', pattern])
  const target = kind === 'server' ? ['server', ...subject, ...runs] : ['vectors', ...runs]
  const command = [...NODE, 'conformance/src/main.ts', ...target, '--json', report]
  const { output } = await runCommand(kind === 'server' ? command : [...command, '--', ...subject], { folder })
  if (!existsSync(report)) return `the conformance runner wrote no report: ${output.trim().slice(-300)}`
  const { cases } = JSON.parse(readFileSync(report, 'utf8')) as ConformanceReport
  return cases
    .filter(({ verdict }) => verdict === 'kept' || verdict === 'broken')
    .map(({ id, verdict, promises }) => ({ kind, name: id, failed: verdict === 'broken', promises }))
}

async function ofServer(folder: string, patterns: readonly string[]): Promise<Findings> {
  try {
    await using server = await startServerOf(folder)
    return await conformance(folder, 'server', patterns, [server.url])
  } catch (error) {
    return (error as Error).message
  }
}

async function ofVectors(folder: string, patterns: readonly string[]): Promise<Findings> {
  const testee = [...NODE, 'conformance/testees/sdk/main.ts']
  const found = await conformance(folder, 'vectors', [TESTEE, ...patterns], testee)
  if (typeof found === 'string') return found
  const broken = found.find(({ name, failed }) => failed && name.startsWith('vectors/testee/'))
  return broken === undefined ? found : `the testee does not run: ${broken.name}`
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { fullName: string; status: string }[]
  }[]
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

async function ofTests(folder: string, tests: readonly { file: string; title: string }[]): Promise<Findings> {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const titles = tests.map(({ title }) => quoted(title)).join('|')
  const files = new Set(tests.map(({ file }) => file))
  const command = ['vitest', 'run', '--reporter=json', `--outputFile.json=${report}`, '-t', titles, ...files]
  const { output }: Outcome = await runCommand(command, { folder, environment: { NO_COLOR: '1' } })
  if (!existsSync(report)) return `Vitest wrote no report: ${output.trim().slice(-300)}`
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status }) => ({
        kind: 'test' as const,
        name: `${[...files].find((file) => name.endsWith(file)) ?? name}: ${fullName}`,
        failed: status === 'failed',
        promises: idsOf(fullName),
      })),
  )
}

/** Runs all that `checks` name, at most once each. */
export async function findingsOf(folder: string, checks: readonly LiarCheck[]): Promise<Findings> {
  const patternsOf = (kind: 'server' | 'vectors'): string[] => [
    ...new Set(checks.flatMap((check) => (check.kind === kind ? [check.pattern] : []))),
  ]
  const [server, vectors] = [patternsOf('server'), patternsOf('vectors')]
  const tests = checks.filter((check) => check.kind === 'test')
  const found: Finding[] = []
  for (const run of [
    ...(server.length > 0 ? [() => ofServer(folder, server)] : []),
    ...(vectors.length > 0 ? [() => ofVectors(folder, vectors)] : []),
    ...(tests.length > 0 ? [() => ofTests(folder, tests)] : []),
  ]) {
    const part = await run()
    if (typeof part === 'string') return part
    found.push(...part)
  }
  return found
}

/** Those of `found` that a check names. */
export function findingsFor(check: LiarCheck, found: readonly Finding[]): Finding[] {
  const own = found.filter(({ kind }) => kind === check.kind)
  if (check.kind === 'test') {
    return own.filter(({ name }) => name.startsWith(`${check.file}: `) && name.includes(check.title))
  }
  const pattern = check.pattern.split('**').map((part) => part.split('*').map(quoted).join('[^/]*'))
  const whole = new RegExp(`^${pattern.join('.*')}$`)
  return own.filter(({ name }) => whole.test(name))
}
