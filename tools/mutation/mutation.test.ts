import { describe, expect, it } from 'vitest'
import { outcomeOf, type StrykerReport, scoreOf } from './mutants.js'
import { pageWith, section } from './page.js'
import { compare } from './reasons.js'

const PATH = 'sdk/src/frame/frame.ts'
const SOURCE = ['function a(n) {', '  if (n < 1) {', '    return `n`', '  }', '}'].join('\n')

function mutant(status: string, from: [number, number], to: [number, number], replacement: string) {
  const [start, end] = [from, to].map(([line, column]) => ({ line, column })) as [
    { line: number; column: number },
    { line: number; column: number },
  ]
  return { status, replacement, location: { start, end } }
}

const REPORT: StrykerReport = {
  files: {
    [PATH]: {
      source: SOURCE,
      mutants: [
        mutant('Survived', [2, 14], [4, 4], '{}'),
        mutant('NoCoverage', [2, 7], [2, 12], 'n <= 1'),
        ...Array.from({ length: 5 }, () => mutant('Killed', [2, 7], [2, 12], 'true')),
        mutant('Timeout', [2, 7], [2, 12], 'false'),
        mutant('Ignored', [3, 12], [3, 18], '``'),
      ],
    },
  },
}

const condition = { file: PATH, in: 'if (n < 1) {', original: 'n < 1', replacement: 'n <= 1' }
const block = { file: PATH, in: 'if (n < 1) {', original: '{ return `n` }', replacement: '{}' }

describe('outcomeOf', () => {
  it('counts by status and names what lives by its text', () => {
    const outcome = outcomeOf(REPORT)
    expect(outcome).toMatchObject({ killed: 5, timedOut: 1, leftOut: 1 })
    expect(outcome.survivors).toEqual([
      { line: 2, ...block },
      { line: 2, ...condition },
    ])
    expect(scoreOf(outcome)).toBe(75)
  })

  it('does not count a mutant that could not run as anything', () => {
    const report = { files: { [PATH]: { source: SOURCE, mutants: [mutant('RuntimeError', [1, 1], [1, 2], '')] } } }
    expect(() => outcomeOf(report)).toThrow(/RuntimeError/)
  })
})

describe('compare', () => {
  const survivors = outcomeOf(REPORT).survivors

  it('gives each survivor its reason and tells which are missing', () => {
    const { explained, dead } = compare(survivors, [{ reason: 'because', mutants: [block] }])
    expect(explained.map(({ reason }) => reason)).toEqual(['because', undefined])
    expect(dead).toEqual([])
  })

  it('tells a reason whose mutant is dead, and takes one entry for one mutant', () => {
    const { explained, dead } = compare(survivors, [{ reason: 'because', mutants: [block, block, condition] }])
    expect(explained.map(({ reason }) => reason)).toEqual(['because', 'because'])
    expect(dead).toEqual([block])
  })
})

describe('the page', () => {
  const outcome = outcomeOf(REPORT)
  const { explained } = compare(outcome.survivors, [{ reason: 'It is equivalent.', mutants: [condition] }])

  it('has the score and each survivor with its reason, in code that holds backquotes and no bars', () => {
    const text = section('frame', outcome, explained)
    expect(text).toContain('**75.0 %**: 6 of 8 caught, 1 of them because the code came to no end. 1 left out.')
    expect(text).toContain('| frame.ts:2 | `n < 1` | `n <= 1` | It is equivalent. |')
    expect(text).toContain('| frame.ts:2 | `` { return `n` } `` | `{}` | **nobody wrote why** |')
  })

  it("changes one folder's section and keeps the others", () => {
    const both = pageWith(pageWith('', ['a', 'b'], 'b', '## b\n\nold\n'), ['a', 'b'], 'a', '## a\n\nfirst\n')
    const page = pageWith(both, ['a', 'b'], 'b', '## b\n\nnew\n')
    expect(page.slice(page.indexOf('## a'))).toBe('## a\n\nfirst\n\n## b\n\nnew\n')
  })
})
