/** Tests that show a promise carry its ID in their title: `[T4] ...` or `[T1 T4] ...`. No list beside them can drift. */
import ts from 'typescript'
import { PROMISE_IDS } from '../promises.js'
import { SUITES } from '../test/suites.js'
import { type Check, codeFiles, readRepositoryFile } from './check.js'
import { lineOf, parse } from './imports.js'

export interface PromiseTitle {
  readonly path: string
  readonly line: number
  readonly title: string
  readonly ids: readonly string[]
}

/** IDs in a title's brackets; brackets with anything else in them are just brackets. */
export function idsOf(title: string): string[] {
  return [...title.matchAll(/\[([A-Z]\d+(?:[ ,]+[A-Z]\d+)*)\]/g)].flatMap((match) => (match[1] ?? '').split(/[ ,]+/))
}

/** The text of a title, with an ellipsis where it is computed. */
export function titleText(node: ts.Expression | undefined): string | undefined {
  if (!node) return undefined
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('')
  }
  return undefined
}

/** Titles with IDs in one test file. */
export function titlesIn(path: string, text: string): PromiseTitle[] {
  const source = parse(path, text)
  const found: PromiseTitle[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText(source))) {
      const title = titleText(node.arguments[0])
      const ids = title === undefined ? [] : idsOf(title)
      if (title !== undefined && ids.length > 0) found.push({ path, line: lineOf(source, node), title, ids })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Test files, and the behaviour suites that several of them run. */
const TESTS = /\.(test|suite)\.tsx?$|\/test\/.*\.tsx?$/

/** All titles with IDs: of tests, and of suites that are one command. */
export function promiseTitles(): PromiseTitle[] {
  const commands = SUITES.filter((suite) => suite.kind === 'command').map((suite) => ({
    path: `npm run ${suite.name}`,
    line: 0,
    title: suite.title,
    ids: idsOf(suite.title),
  }))
  return [
    ...codeFiles()
      .filter((path) => TESTS.test(path) && !path.startsWith('tools/'))
      .flatMap((path) => titlesIn(path, readRepositoryFile(path))),
    ...commands.filter((command) => command.ids.length > 0),
  ]
}

export const promiseCheck: Check = {
  name: 'promise IDs',
  remedy: 'cite an ID of tools/promises.ts',
  run: () => ({
    problems: promiseTitles().flatMap(({ path, line, ids }) =>
      ids.filter((id) => !PROMISE_IDS.has(id)).map((id) => `${path}:${line}: there is no promise ${id}`),
    ),
  }),
}
