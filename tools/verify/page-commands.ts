/** What pages tell people to type, where no test types it: scripts, files and variables that are there. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, codeFiles, ROOT, readRepositoryFile, repositoryFiles } from './check.js'

const SCRIPT = /\bnpm run (?:--silent )?([a-z][a-z:-]*)(?: -w ([a-z/-]+))?/g
/** A file of the repository behind a command; what is in capitals is the reader's. */
const FILE = /\b(?:vitest run|tsx)\b[^\n`|]*?\s((?:[a-z][\w.-]*\/)+[\w.-]+\.(?:ts|tsx|js))/g
const VARIABLE = /\bSOLO2_[A-Z0-9_]*[A-Z0-9]\b/g
/** What was, and what was measured by programs that are not kept. */
const PAST = /^(CHANGELOG|spec\/decisions\/\d.*|release\/.*)\.md$/

export interface Known {
  readonly scripts: (workspace: string) => ReadonlySet<string>
  readonly hasFile: (path: string) => boolean
  readonly variables: ReadonlySet<string>
}

/** One line for each command of a page that nothing would carry out. */
export function pageCommandProblems(path: string, markdown: string, known: Known): string[] {
  return markdown.split('\n').flatMap((line, index) => {
    const where = `${path}:${index + 1}`
    const scripts = [...line.matchAll(SCRIPT)]
      .filter(([, name = '', workspace = '']) => !known.scripts(workspace).has(name))
      .map(([, name]) => `${where}: no script ${name}`)
    const files = [...line.matchAll(FILE)]
      .filter(([, file = '']) => !known.hasFile(file))
      .map(([, file]) => `${where}: no file ${file}`)
    const variables = [...line.matchAll(VARIABLE)]
      .filter(([name]) => !known.variables.has(name))
      .map(([name]) => `${where}: nothing reads ${name}`)
    return [...scripts, ...files, ...variables]
  })
}

function scriptsOf(workspace: string): ReadonlySet<string> {
  const manifest = join(workspace, 'package.json')
  if (!existsSync(join(ROOT, manifest))) return new Set()
  const { scripts = {} } = JSON.parse(readRepositoryFile(manifest)) as { scripts?: Record<string, string> }
  return new Set(Object.keys(scripts))
}

export const pageCommandsCheck: Check = {
  name: 'commands on pages',
  remedy: 'write the command as it is now',
  run: () => {
    const variables = codeFiles().flatMap((path) => readRepositoryFile(path).match(VARIABLE) ?? [])
    const known: Known = {
      scripts: scriptsOf,
      hasFile: (path) => existsSync(join(ROOT, path)),
      variables: new Set(variables),
    }
    const pages = repositoryFiles(/\.md$/).filter((path) => !PAST.test(path))
    return { problems: pages.flatMap((path) => pageCommandProblems(path, readRepositoryFile(path), known)) }
  },
}
