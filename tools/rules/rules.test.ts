/** The check of the rules fails on each fault that it is there for. */
import { describe, expect, it } from 'vitest'
import { danglingRules } from '../verify/rules.js'
import { casesIn, type Evidence, plainTitlesIn } from './evidence.js'
import { rulesPage } from './page.js'
import { evidenceProblems } from './problems.js'
import { citationsIn, rulesOf } from './rules.js'

const CHAPTER = `# 98 X

**98-1** One MUST. It SHOULD too. **98-2** Two MAY.

- **98-3** Three MUST NOT:
  - below it MUST hold.
  | cell | MUST |

\`\`\`
code MUST
\`\`\`

**MUST** is a word of RFC 2119.
`

const ids = (text: string) => rulesOf('spec/00-x.md', text).rules.map(({ id, strength }) => [id, strength])

describe('the rules of a chapter', () => {
  it('have a number and their strongest word', () => {
    expect(ids(CHAPTER)).toEqual([
      ['98-1', 'MUST'],
      ['98-2', 'MAY'],
      ['98-3', 'MUST'],
    ])
    expect(rulesOf('a', CHAPTER).strays).toEqual([])
  })

  it.each([
    ['a sentence before the first rule', 'It MUST hold.\n'],
    ['a paragraph behind a rule', '**98-1** One.\n\nIt SHOULD hold.\n'],
    ['an item beside a rule', '- **98-1** One.\n- It MUST NOT hold.\n'],
    ['a word that comes before its number', 'It MUST hold (**98-1**).\n'],
    ['a heading between', '**98-1** One.\n## 2\nIt SHALL hold.\n'],
  ])('do not reach to %s', (_, text) => {
    expect(rulesOf('a', text).strays).toHaveLength(1)
  })

  it('are cited by their numbers, which dates and parts of names are not', () => {
    expect(citationsIn('00-1 (05-94), 11-120: 15-8.')).toEqual(['00-1', '05-94', '11-120', '15-8'])
    expect(citationsIn('2030-01-08 x-00-1 00-1x 00-1-2 16-1 1.00-1 solo2-00-1.log')).toEqual([])
  })

  it('are missed where they are not', () => {
    expect(danglingRules('a.ts', 'x 00-1\ny 00-2', new Set(['00-1']))).toEqual(['a.ts:2: there is no rule 00-2'])
  })
})

describe('what looks at rules', () => {
  const list =
    'server/a/b  [T1][T2] one (of two) (00-1, 00-2)\nvectors/f/g/a  x (00-1)\nvectors/f/g/b  y (00-3)\nserver/c/d  z\n'

  it('are cases, those of the vectors in groups', () => {
    expect(casesIn(list)).toEqual([
      { name: 'server/a/b', count: 1, rules: ['00-1', '00-2'] },
      { name: 'vectors/f/g', count: 2, rules: ['00-1', '00-3'] },
      { name: 'server/c/d', count: 1, rules: [] },
    ])
  })

  it('are tests by their titles, without the promises', () => {
    const text = "describe('[T4] a', () => { it.each(x)('[T1 V5] b %s', f); it(`c $" + "{d}`, f); other('e') })"
    expect([...plainTitlesIn('a.test.ts', text)]).toEqual(['a', 'b %s', 'c …'])
  })
})

describe('the check', () => {
  const good: Evidence = {
    chapters: [rulesOf('spec/00-x.md', '**00-1** MUST. **00-2** MUST. **00-3** Fact.')],
    cases: [{ name: 'server/a/b', count: 1, rules: ['00-1'] }],
    tests: [{ path: 'a.test.ts', title: 'b', rules: ['00-2'] }],
    reasons: { '00-3': 'nobody sees it' },
    titles: new Map([['a.test.ts', new Set(['b'])]]),
  }

  it('holds where each rule has something, and the page says what', () => {
    expect(evidenceProblems(good)).toEqual([])
    const page = rulesPage(good)
    expect(page).toContain('| all | 3 | 2 | 1 | 1 | 1 |')
    expect(page).toContain('| 00-1 | MUST | `server/a/b` |  |')
    expect(page).toContain('| 00-2 | MUST |  | unit: b (`a.test.ts`) |')
    expect(page).toContain('*not testable from outside:* nobody sees it')
  })

  it.each<[string, Partial<Evidence>]>([
    ['a sentence without a number', { chapters: [...good.chapters, rulesOf('spec/01-y.md', 'It MUST hold.')] }],
    ['a number twice', { chapters: [...good.chapters, rulesOf('spec/01-y.md', '**00-1** again')] }],
    ['a case that cites nothing', { cases: [{ name: 'server/a/b', count: 1, rules: ['00-1', '00-9'] }] }],
    ['a test that cites nothing', { tests: [{ path: 'a.test.ts', title: 'b', rules: ['00-2', '00-9'] }] }],
    ['a test that is not there', { titles: new Map([['a.test.ts', new Set(['c'])]]) }],
    ['a rule that has nothing', { reasons: {} }],
    ['a reason for nothing', { reasons: { ...good.reasons, '00-9': 'x' } }],
    ['a reason where a test is', { reasons: { ...good.reasons, '00-2': 'x' } }],
  ])('finds %s', (_, fault) => {
    expect(evidenceProblems({ ...good, ...fault })).toHaveLength(1)
  })
})
