/** Exact counts of a test run, read from Vitest's JSON report. A test that did not run counts as failed. */

export interface Counts {
  readonly passed: number
  readonly failed: number
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export interface CountedRun extends Counts {
  /** Full names of the tests that ran and passed. */
  readonly passedNames: readonly string[]
  /** One line each: test that failed or was skipped, file that did not load. */
  readonly failures: readonly string[]
}

/**
 * Counts a report. `exitCode` is Vitest's own: an error outside of any test makes it non-zero and counts as one failure.
 * `chosen` tells which tests were meant to run, if not all; the others are left out.
 */
export function countReport(
  json: string,
  exitCode: number,
  chosen: (fullName: string) => boolean = () => true,
): CountedRun {
  const report = JSON.parse(json) as VitestReport
  const passedNames: string[] = []
  const failures: string[] = []
  for (const file of report.testResults) {
    if (file.assertionResults.length === 0)
      failures.push(`${file.name}: no test in it ran. ${file.message ?? ''}`.trim())
    for (const { fullName, status } of file.assertionResults) {
      const name = fullName.trim()
      if (!chosen(name)) continue
      if (status === 'passed') passedNames.push(name)
      else failures.push(`${file.name}: ${status}: ${name}`)
    }
  }
  if (passedNames.length + failures.length === 0) failures.push('no test ran')
  if (exitCode !== 0 && failures.length === 0) failures.push('an error outside of any test')
  return { passed: passedNames.length, failed: failures.length, passedNames, failures }
}

/** The counts in a command's last line `N passed, N failed`, or its exit code as one test. */
export function countOutput(output: string, exitCode: number): Counts {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  const match = /^(\d+) passed, (\d+) failed$/.exec(line)
  const passed = match ? Number(match[1]) : exitCode === 0 ? 1 : 0
  const failed = match ? Number(match[2]) : exitCode === 0 ? 0 : 1
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed }
}
