/** spec/rules.md: each rule of the chapters, and what looks at it. */
import { type Evidence, plainTitle } from './evidence.js'
import type { Rule } from './rules.js'

export const RULES_PAGE = 'spec/rules.md'

/** The first that fits tells what kind of test a file has. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^conformance\/test\//, 'vectors'],
  [/^sdk\/test\/vectors\//, 'vectors'],
  [/^sdk\/test\/(property|secrets)\//, 'property'],
  [/^sdk\/test\/scenario\//, 'scenario'],
  [/suite\.ts$/, 'suite'],
  [/^reference-server\/test\//, 'server'],
  [/^reference-client\/test\/e2e\//, 'browser'],
  [/^reference-client\/test\/network\//, 'network'],
  [/./, 'unit'],
]

export function kindOf(path: string): string {
  return KINDS.find(([files]) => files.test(path))?.[1] ?? 'unit'
}

const HEAD = `# The rules

Each numbered rule of the chapters, and what looks at whether it is kept. This page is written by \`npm run rules\` from the chapters,
from the cases of the conformance suite, from \`tools/rules/tests.json\` and from \`tools/rules/untestable.ts\`; do not edit it.

*Says* is the strongest word of the rule (00 section 1); a rule without one states what follows from others. A *case* runs against anybody's
server or implementation ([conformance](../conformance/README.md)); of the vectors a group is named, with how many it has. A *test* is one of this
repository and runs against its own parts: *unit* beside the code, *vectors* against published or transcribed ones, *property* over random
histories, *suite* over each implementation of a port, *scenario* with whole clients, *server* with the built server, *browser* with real
browsers, *network* in the laboratory. A case or a test may show a part of its rule only. What neither can show says why.
`

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function casesOf({ id }: Rule, { cases }: Evidence): string[] {
  return cases
    .filter(({ rules }) => rules.includes(id))
    .map(({ name, count }) => (count > 1 ? `\`${name}\` (${count})` : `\`${name}\``))
}

function testsOf({ id }: Rule, { tests }: Evidence): string[] {
  return tests
    .filter(({ rules }) => rules.includes(id))
    .map(({ path, title }) => `${kindOf(path)}: ${cell(plainTitle(title))} (\`${path}\`)`)
}

function rowOf(rule: Rule, evidence: Evidence): string {
  const reason = evidence.reasons[rule.id]
  const tests = testsOf(rule, evidence).join('<br>')
  const shown = reason === undefined ? tests : `*not testable from outside:* ${cell(reason)}`
  return `| ${rule.id} | ${rule.strength ?? ''} | ${casesOf(rule, evidence).join('<br>')} | ${shown} |`
}

interface Counts {
  readonly rules: number
  readonly must: number
  readonly cases: number
  readonly tests: number
  readonly reasons: number
}

/** Each rule counts once: by a case if it has one, by a test otherwise. */
function countsOf(rules: readonly Rule[], evidence: Evidence): Counts {
  const byCase = rules.filter((rule) => casesOf(rule, evidence).length > 0)
  const byTest = rules.filter((rule) => !byCase.includes(rule) && testsOf(rule, evidence).length > 0)
  return {
    rules: rules.length,
    must: rules.filter(({ strength }) => strength === 'MUST').length,
    cases: byCase.length,
    tests: byTest.length,
    reasons: rules.filter(({ id }) => id in evidence.reasons).length,
  }
}

function countRow(name: string, { rules, must, cases, tests, reasons }: Counts): string {
  return `| ${name} | ${rules} | ${must} | ${cases} | ${tests} | ${reasons} |`
}

function chapterOf(path: string): string {
  const file = path.replace(/^spec\//, '')
  const name = file.slice(3, -3).replaceAll('-', ' ')
  return `[${file.slice(0, 2)} ${name}](${file})`
}

export function rulesPage(evidence: Evidence): string {
  const chapters = evidence.chapters
    .filter(({ rules }) => rules.length > 0)
    .map(({ rules }) => ({ name: chapterOf(rules[0]?.path ?? ''), rules: inOrder(rules) }))
  const counts = [
    '| Chapter | Rules | of them MUST | with a case | with a test only | not testable from outside |',
    '|---|---|---|---|---|---|',
    ...chapters.map(({ name, rules }) => countRow(name, countsOf(rules, evidence))),
    countRow(
      'all',
      countsOf(
        chapters.flatMap(({ rules }) => rules),
        evidence,
      ),
    ),
  ]
  const tables = chapters.map(({ name, rules }) =>
    [
      `\n## ${name}\n`,
      '| Rule | Says | Cases | Tests, or why there is none |',
      '|---|---|---|---|',
      ...rules.map((rule) => rowOf(rule, evidence)),
    ].join('\n'),
  )
  return `${HEAD}\n${counts.join('\n')}\n${tables.join('\n')}\n`
}

function inOrder(rules: readonly Rule[]): Rule[] {
  const number = ({ id }: Rule): number => Number(id.slice(3))
  return [...rules].sort((a, b) => number(a) - number(b))
}
