/** What a liar's patch says of itself, and when it counts as caught. */
import { describe, expect, it } from 'vitest'
import { type Finding, findingsFor } from './findings.js'
import { missed, unsound } from './judge.js'
import { type Liar, parseLiar, patchedFiles } from './liar.js'
import { liarsPage } from './report.js'

const DIFF = '--- a/x/y.ts\n+++ b/x/y.ts\n@@ -1 +1 @@\n-case: no\n+title: no\n'
const CASE = `what: it lies\npromises: S1 S2\ncase: server/sessions/*\nsmoke: yes\n${DIFF}`

function read(text: string): Liar {
  return parseLiar('tools/liars/server/one.patch', text)
}

describe('a patch', () => {
  it('says what it breaks and what catches it', () => {
    expect(read(CASE)).toEqual({
      patch: 'tools/liars/server/one.patch',
      name: 'one',
      what: 'it lies',
      promises: ['S1', 'S2'],
      checks: [{ kind: 'server', pattern: 'server/sessions/*' }],
      smoke: true,
    })
    const test = { kind: 'test', file: 'a.test.ts', title: '[T9] b: c' }
    const both = read(`what: x\npromises: T9\ncase: vectors/a\ntest: a.test.ts\ntitle: [T9] b: c\n${DIFF}`)
    expect(both).toMatchObject({ checks: [{ kind: 'vectors', pattern: 'vectors/a' }, test], smoke: false })
    expect(patchedFiles(CASE)).toEqual(['x/y.ts'])
  })

  it.each([
    ['no sentence', CASE.replace('what', 'why')],
    ['no promise', CASE.replace('promises', 'promise')],
    ['a promise that nobody gave', CASE.replace('S2', 'S9')],
    ['no check, whatever its lines hold', CASE.replace('case: server', 'cases: server')],
    ['a case of nothing that is looked at', CASE.replace('case: server', 'case: client')],
    ['a test without a title', `what: x\npromises: T9\ntest: a.test.ts\n${DIFF}`],
  ])('with %s is refused', (_, text) => {
    expect(() => read(text)).toThrow('tools/liars/server/one.patch')
  })
})

function found(name: string, failed: boolean, promises: readonly string[], kind: Finding['kind'] = 'server'): Finding {
  return { kind, name, failed, promises }
}

describe('a liar', () => {
  const liar = read(CASE)

  it('is caught when its check fails and names each promise', () => {
    const [life, end] = ['server/sessions/life', 'server/sessions/end']
    expect(missed(liar, [found(life, true, ['S1', 'S2'])])).toBeUndefined()
    expect(missed(liar, [found(life, true, ['S1']), found(end, true, ['S2'])])).toBeUndefined()
    expect(missed(liar, [found(life, true, ['S1']), found(end, false, ['S2'])])).toMatch('does not name S2')
    expect(missed(liar, [found(life, false, ['S1', 'S2'])])).toMatch('passes with it')
    expect(missed(liar, [found('server/sessions/a/b', true, ['S1', 'S2'])])).toMatch('passes with it')
    expect(missed(liar, [found(life, true, ['S1', 'S2'], 'vectors')])).toMatch('passes with it')
  })

  it('shows nothing if its check fails without it or does not run', () => {
    expect(unsound(liar, [])).toMatch('nothing runs by the name')
    expect(unsound(liar, [found('server/sessions/life', true, ['S1'])])).toMatch('fails without it')
    expect(unsound(liar, [found('server/sessions/life', false, ['S1'])])).toBeUndefined()
  })

  it('finds its test by file and title, and its cases by a pattern', () => {
    const test = { kind: 'test', file: 'a.test.ts', title: '[T9] b' } as const
    const names = ['a.test.ts: x [T9] b c', 'b.test.ts: x [T9] b c', 'a.test.ts: x c']
    const tests = names.map((name) => found(name, true, ['T9'], 'test'))
    expect(findingsFor(test, tests).map(({ name }) => name)).toEqual(names.slice(0, 1))
    const cases = ['server/a/b', 'server/a.b', 'server/a/b/c'].map((name) => found(name, true, []))
    expect(findingsFor({ kind: 'server', pattern: 'server/a/*' }, cases)).toHaveLength(1)
    expect(findingsFor({ kind: 'server', pattern: 'server/a/**' }, cases)).toHaveLength(2)
  })

  it('stands in the report beside each promise that it breaks', () => {
    const page = liarsPage([{ liar, problem: undefined, caughtBy: ['a', 'b', 'c'], alsoBy: ['d', 'e'] }])
    expect(page).toContain('| S1 | it lies | `a` and 2 more | 2 |\n| S2 | it lies |')
    expect(page).toContain('1 of 1 are caught')
    expect(liarsPage([{ liar, problem: 'passes with it: x', caughtBy: [], alsoBy: [] }])).toContain(
      '**nothing**: passes with it: x',
    )
  })
})
