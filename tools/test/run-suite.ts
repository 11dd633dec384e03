/** Runs one suite and counts what it saw. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { runCommand } from '../verify/run-command.js'
import { type CountedRun, countOutput, countReport } from './counts.js'
import type { Suite } from './suites.js'

/** Reports, traces and screenshots of a run; never committed. */
export const OUTPUT = 'test-output'

export interface VitestRun {
  readonly project?: string
  readonly files?: readonly string[]
  /** A regular expression over full test names. */
  readonly namePattern?: string
  readonly chosen?: (fullName: string) => boolean
}

/** Runs Vitest with its report in the terminal and in JSON, and counts. */
export async function runVitest(label: string, run: VitestRun): Promise<CountedRun> {
  mkdirSync(join(ROOT, OUTPUT), { recursive: true })
  const report = join(ROOT, OUTPUT, `${label}.json`)
  rmSync(report, { force: true })
  const { code } = await runCommand(
    [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...(run.project ? ['--project', run.project] : []),
      ...(run.namePattern ? ['-t', run.namePattern] : []),
      ...(run.files ?? []),
    ],
    { echo: true, environment: process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' } },
  )
  if (!existsSync(report)) {
    return { passed: 0, failed: 1, passedNames: [], failures: [`${label}: no report; is there a test at all?`] }
  }
  return countReport(readFileSync(report, 'utf8'), code, run.chosen)
}

export async function runSuite(suite: Suite): Promise<CountedRun> {
  if (suite.kind === 'vitest') return runVitest(suite.name, { project: suite.name })
  if (!existsSync(join(ROOT, suite.needs))) {
    return { passed: 0, failed: 1, passedNames: [], failures: [`${suite.name}: ${suite.needs} is missing`] }
  }
  const { code, output } = await runCommand(suite.command, { echo: true })
  const counts = countOutput(output, code)
  return {
    ...counts,
    passedNames: counts.failed === 0 ? [suite.title] : [],
    failures: counts.failed === 0 ? [] : [`${suite.name}: ${suite.command.join(' ')} ended with ${code}`],
  }
}
