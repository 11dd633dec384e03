import { expect, it } from 'vitest'
import { countOutput, countReport } from './counts.js'

function report(...statuses: string[]): string {
  return JSON.stringify({
    testResults: [
      {
        name: 'a.test.ts',
        status: 'passed',
        assertionResults: statuses.map((status, i) => ({ fullName: `test ${i}`, status })),
      },
    ],
  })
}

it('counts what passed', () => {
  expect(countReport(report('passed', 'passed'), 0)).toMatchObject({ passed: 2, failed: 0 })
})

it('counts a skipped test, an empty file and an error outside of tests as failures', () => {
  expect(countReport(report('passed', 'skipped'), 0)).toMatchObject({ passed: 1, failed: 1 })
  expect(countReport(report('passed', 'todo'), 0)).toMatchObject({ passed: 1, failed: 1 })
  expect(countReport(report(), 1)).toMatchObject({ passed: 0, failed: 1 })
  expect(countReport('{"testResults":[]}', 0)).toMatchObject({ passed: 0, failed: 1 })
  expect(countReport(report('passed'), 1)).toMatchObject({ passed: 1, failed: 1 })
})

it('leaves out tests that were not chosen', () => {
  expect(countReport(report('passed', 'skipped'), 0, (name) => name === 'test 0')).toMatchObject({
    passed: 1,
    failed: 0,
  })
})

it("reads a command's last line, and trusts its exit code more", () => {
  expect(countOutput('x\n12 passed, 0 failed\n', 0)).toEqual({ passed: 12, failed: 0 })
  expect(countOutput('12 passed, 3 failed', 1)).toEqual({ passed: 12, failed: 3 })
  expect(countOutput('12 passed, 0 failed', 1)).toEqual({ passed: 12, failed: 1 })
  expect(countOutput('done', 0)).toEqual({ passed: 1, failed: 0 })
  expect(countOutput('', 2)).toEqual({ passed: 0, failed: 1 })
})
