/** What no file may contain, and which files are long. */
import { type Check, codeFiles, readRepositoryFile, repositoryFiles } from './check.js'

const TEXT = /\.(ts|tsx|js|mjs|json|md|html|css|proto|yaml|yml|sh|txt|svg)$|^\.ci\/|^\.npmrc$|^\.gitignore$/

/** Each with what it is. The patterns are written so that they don't match themselves. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp, files: RegExp])[] = [
  ['an absolute path of one machine', /(^|[^A-Za-z0-9_.])\/(work|farm|root|home\/[a-z]+)\//, /./],
  ['the host of a package registry', /registry\.npm[j]s|deb\.debia[n]|npmmirro[r]|"resolved": ?"http/i, /./],
  ['unfinished work', /\b(TOD[O]|FIXM[E]|HAC[K])\b/, /\.(ts|tsx|css|proto)$/],
  ['a silenced check', /@ts-ignor[e]|@ts-nochec[k]|biome-ignor[e](?! .+: \S)/, /\.(ts|tsx)$/],
  ['a focused or skipped test', /\b(it|test|describe)\.(only|skip|todo)\b|\bx(it|describe)\(/, /\.(ts|tsx)$/],
]

/** One line for each forbidden text in a file. */
export function forbiddenText(path: string, text: string): string[] {
  const rules = FORBIDDEN.filter(([, , files]) => files.test(path))
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules.filter(([, pattern]) => pattern.test(line)).map(([what]) => `${path}:${index + 1}: ${what}`),
    )
}

export const textCheck: Check = {
  name: 'forbidden text',
  remedy: 'take it out; a silenced check needs its reason on the same line',
  run: () => ({
    problems: repositoryFiles(TEXT)
      .filter((path) => !/\/vectors\/published\/|\/src\/gen\//.test(path))
      .flatMap((path) => forbiddenText(path, readRepositoryFile(path))),
  }),
}

const LONG_LINES = 400

export const lengthCheck: Check = {
  name: 'file length',
  remedy: 'split it along its nouns',
  run: () => ({
    problems: [],
    warnings: codeFiles()
      .map((path) => ({ path, lines: readRepositoryFile(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONG_LINES)
      .map(({ path, lines }) => `${path}: ${lines} lines, more than ${LONG_LINES}`),
  }),
}
