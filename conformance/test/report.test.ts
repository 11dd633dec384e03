/** Which cases run, what a run amounts to, and how it is told. */
import { describe, expect, test } from 'vitest'
import type { Result, Verdict } from '../src/case.js'
import { parseCommand, UsageError } from '../src/options.js'
import { reportJson, reportJunit, reportMarkdown } from '../src/report/files.js'
import { makeReport, type Report } from '../src/report/report.js'
import { reportText } from '../src/report/text.js'
import { idlePatterns, matches, parseList, select } from '../src/select.js'

describe('selection', () => {
  const cases = ['a/b/one', 'a/b/two', 'a/c/one'].map((id) => ({ id }))

  test.each([
    ['a/b/one', ['a/b/one']],
    ['a/*/one', ['a/b/one', 'a/c/one']],
    ['a/*', []],
    ['a/**', ['a/b/one', 'a/b/two', 'a/c/one']],
    ['a.b.one', []],
  ])('%s', (pattern, expected) => {
    expect(cases.filter(({ id }) => matches(pattern, id)).map(({ id }) => id)).toEqual(expected)
  })

  test('skip takes away from run, and no pattern means all', () => {
    expect(select(cases, { run: ['a/b/*'], skip: ['**/two'] })).toEqual([{ id: 'a/b/one' }])
    expect(select(cases, { run: [], skip: [] })).toEqual(cases)
  })

  test('a list has comments and empty lines, and a line that names nothing is found', () => {
    const list = parseList('# what we know\n\na/b/one  # since May\n a/x/*\n')
    expect(list).toEqual(['a/b/one', 'a/x/*'])
    expect(idlePatterns(list, ['a/b/one'])).toEqual(['a/x/*'])
  })
})

describe('command line', () => {
  test('a run', () => {
    const args = [
      'vectors',
      '--run',
      'a/*',
      '--run',
      'b',
      '--trace',
      '--json',
      'out.json',
      '--',
      'python3',
      '-u',
      '--run',
    ]
    expect(parseCommand(args)).toEqual({
      kind: 'run',
      target: { kind: 'vectors', command: ['python3', '-u', '--run'] },
      run: ['a/*', 'b'],
      skip: [],
      knownFailing: undefined,
      trace: true,
      answerMs: 30_000,
      times: 1,
      files: { json: 'out.json' },
    })
    expect(parseCommand(['server', 'http://localhost:8470'])).toMatchObject({
      target: { url: 'http://localhost:8470' },
    })
  })

  test.each([
    [['vectors'], 'needs a command'],
    [['vectors', 'python3'], 'behind "--"'],
    [['server'], 'needs an address'],
    [['server', 'localhost:8470'], 'no address of a server'],
    [['server', 'http://a', 'b'], 'does not know what to do with b'],
    [['server', 'http://a', '--', 'b'], 'takes no command'],
    [['list', '--', 'x'], 'takes no command'],
    [['client', '--server', 'localhost:8470', '--', 'x'], 'no address of a server'],
    [['vectors', '--server', 'http://a', '--', 'x'], '--server are of "client"'],
    [['clint'], 'no command clint'],
    [['explain'], 'needs the id'],
    [['list', '--color'], '--color'],
    [['vectors', '--answer-seconds', '0', '--', 'x'], 'number up to 3600'],
  ])('%j makes no sense', (args, why) => {
    expect(() => parseCommand(args)).toThrow(UsageError)
    expect(() => parseCommand(args)).toThrow(why)
  })
})

const promises = [
  { id: 'T1', text: 'one' },
  { id: 'T2', text: 'two' },
  { id: 'T3', text: 'three' },
  { id: 'T4', text: 'four | or <five>' },
]

/** One case each, `verdict promises`. */
function report(lines: readonly string[], knownFailing: readonly string[] = []): Report {
  const cases = lines.map((line, i) => {
    const [, ...ids] = line.split(' ')
    return { id: `x/y/${i}`, title: `case ${i}`, promises: ids, rules: [] }
  })
  const results = lines.map((line, i): Result => {
    const verdict = line.split(' ')[0] as Verdict
    return { id: `x/y/${i}`, verdict, reason: verdict === 'kept' ? undefined : 'a <reason>', seen: ['> 2a'], ms: 1_500 }
  })
  return makeReport({ subject: 'somebody', cases, results, promises, knownFailing })
}

describe('report', () => {
  test('a promise has the worst verdict of its cases, and one without a case was not looked at', () => {
    const { promises: rows, isGood } = report(['kept T1 T2', 'broken T1', 'untestable T2', 'untestable T3'])
    expect(rows.map(({ verdict }) => verdict)).toEqual(['broken', 'kept', 'untestable', 'unseen'])
    expect(isGood).toBe(false)
  })

  test.each([
    ['nothing is broken', ['kept T1', 'untestable T2'], [], true],
    ['what is broken is known', ['kept T1', 'broken T2'], ['x/y/1'], true],
    ['something else is broken', ['broken T1', 'broken T2'], ['x/y/1'], false],
    ['what is known to fail is kept', ['kept T1', 'kept T2'], ['x/y/*'], false],
    ['the runner failed, known or not', ['failed T1'], ['x/y/0'], false],
  ])('%s', (_, lines, known, isGood) => {
    expect(report(lines, known).isGood).toBe(isGood)
  })

  const mixed = report(['kept T1', 'broken T1 T4', 'broken T2', 'untestable T2', 'failed', 'kept'], ['x/y/2', 'x/y/5'])

  test('as text', () => {
    expect(`${reportText(mixed, false)}\n`).toMatchInlineSnapshot(`
      "BROKEN  x/y/1: case 1
          a <reason>
          | > 2a
      BROKEN (known)  x/y/2: case 2
          a <reason>
          | > 2a
      RUNNER FAILED  x/y/4: case 4
          a <reason>
          | > 2a
      x/y/5 is listed as known to fail and is kept: take it off the list

      T1  BROKEN  1 kept, 1 BROKEN
      T2  BROKEN  1 BROKEN, 1 not testable here
      T4  BROKEN  1 BROKEN
      Not looked at by these cases: T3
      Not testable here: x/y/3: a <reason>

      somebody: 2 kept, 2 BROKEN, 1 RUNNER FAILED, 1 not testable here
      "
    `)
    expect(reportText(mixed, true)).toContain('kept  x/y/0: case 0\n    | > 2a')
  })

  test('as Markdown', () => {
    expect(reportMarkdown(mixed)).toMatchInlineSnapshot(`
      "# Conformance of somebody

      Written by \`solo2-conformance\`; do not edit. 2 kept, 2 BROKEN, 1 RUNNER FAILED, 1 not testable here.

      | Promise | Verdict | What was looked at |
      |---|---|---|
      | T1 one | BROKEN | case 1 (\`x/y/1\`)<br>case 0 (\`x/y/0\`) |
      | T2 two | BROKEN | case 2 (\`x/y/2\`)<br>case 3 (\`x/y/3\`) |
      | T4 four \\| or &lt;five> | BROKEN | case 1 (\`x/y/1\`) |
      | no promise alone, but the rules | BROKEN | 1 kept, 1 RUNNER FAILED |

      Not looked at by these cases: T3.

      - \`x/y/1\` BROKEN: case 1. a &lt;reason>
        - > 2a
      - \`x/y/2\` BROKEN (known): case 2. a &lt;reason>
        - > 2a
      - \`x/y/4\` RUNNER FAILED: case 4. a &lt;reason>
        - > 2a
      "
    `)
  })

  test('as JUnit and JSON', () => {
    expect(reportJunit(mixed)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="somebody" tests="6" failures="2" errors="1" skipped="2">
        <testcase classname="x/y" name="0" time="1.5"></testcase>
        <testcase classname="x/y" name="1" time="1.5"><failure message="a &lt;reason&gt;"/></testcase>
        <testcase classname="x/y" name="2" time="1.5"><skipped message="a &lt;reason&gt;"/></testcase>
        <testcase classname="x/y" name="3" time="1.5"><skipped message="a &lt;reason&gt;"/></testcase>
        <testcase classname="x/y" name="4" time="1.5"><error message="a &lt;reason&gt;"/></testcase>
        <testcase classname="x/y" name="5" time="1.5"><failure message="known to fail, and kept"/></testcase>
      </testsuite>
      "
    `)
    const { good, promises: rows, cases } = JSON.parse(reportJson(mixed))
    expect([good, rows[1], cases[2].known]).toEqual([
      false,
      { id: 'T2', verdict: 'broken', cases: ['x/y/2', 'x/y/3'] },
      true,
    ])
  })
})
