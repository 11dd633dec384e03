/** What looks at each rule: cases of the conformance suite, tests of the repository, or a reason why nothing can. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { readRepositoryFile, repositoryFiles } from '../verify/check.js'
import { parse } from '../verify/imports.js'
import { titleText } from '../verify/promise-titles.js'
import { runCommand } from '../verify/run-command.js'
import { type ChapterRules, citationsIn, rulesOf } from './rules.js'
import { UNTESTABLE } from './untestable.js'

export interface CitedCase {
  /** Of the vectors a whole group: `vectors/ratchet/refused`. */
  readonly name: string
  readonly count: number
  readonly rules: readonly string[]
}

export interface CitedTest {
  readonly path: string
  readonly title: string
  readonly rules: readonly string[]
}

export interface Evidence {
  readonly chapters: readonly ChapterRules[]
  readonly cases: readonly CitedCase[]
  readonly tests: readonly CitedTest[]
  readonly reasons: Readonly<Record<string, string>>
  /** Titles of each file that `tests` names, to see that they are there. */
  readonly titles: ReadonlyMap<string, ReadonlySet<string>>
}

/** Cases of a server stand alone; those of the vectors are many of a kind, one kind a group. */
function groupOf(id: string): string {
  return id.startsWith('vectors/') ? id.split('/').slice(0, 3).join('/') : id
}

/** From the lines of `solo2-conformance list`: ID, promises, title, rules in parentheses. */
export function casesIn(list: string): CitedCase[] {
  const groups = new Map<string, { count: number; rules: Set<string> }>()
  for (const [, id = '', rest = ''] of list.matchAll(/^(\S+) {2}(.*)$/gm)) {
    const rules = citationsIn(/\(([^()]*)\)$/.exec(rest)?.[1] ?? '')
    const name = groupOf(id)
    const group = groups.get(name) ?? { count: 0, rules: new Set() }
    groups.set(name, { count: group.count + 1, rules: new Set([...group.rules, ...rules]) })
  }
  return [...groups].map(([name, { count, rules }]) => ({ name, count, rules: [...rules] }))
}

/** Titles without the promises in front, which come and go. */
export function plainTitle(title: string): string {
  return title.replace(/\[[A-Z]\d+(?:[ ,]+[A-Z]\d+)*\]/g, '').trim()
}

export function plainTitlesIn(path: string, text: string): Set<string> {
  const source = parse(path, text)
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText(source))) {
      const title = titleText(node.arguments[0])
      if (title !== undefined) found.add(plainTitle(title))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function readTests(): CitedTest[] {
  const text = readFileSync(new URL('tests.json', import.meta.url), 'utf8')
  const byFile = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, string>>>>
  return Object.entries(byFile).flatMap(([path, titles]) =>
    Object.entries(titles).map(([title, rules]) => ({ path, title, rules: rules.split(' ') })),
  )
}

async function listCases(): Promise<string> {
  const { code, output } = await runCommand(['tsx', '--conditions=source', 'conformance/src/main.ts', 'list'])
  if (code !== 0) throw new Error(`the cases cannot be listed:\n${output}`)
  return output
}

const CHAPTERS = /^spec\/\d\d-[a-z-]+\.md$/

export async function readEvidence(): Promise<Evidence> {
  const tests = readTests()
  const files = new Set(repositoryFiles(/\.tsx?$/))
  const titles = new Map(
    [...new Set(tests.map(({ path }) => path))]
      .filter((path) => files.has(path))
      .map((path) => [path, plainTitlesIn(path, readRepositoryFile(path))]),
  )
  return {
    chapters: repositoryFiles(CHAPTERS).map((path) => rulesOf(path, readRepositoryFile(path))),
    cases: casesIn(await listCases()),
    tests,
    reasons: UNTESTABLE,
    titles,
  }
}
