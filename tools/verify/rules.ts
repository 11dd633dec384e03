/** Every rule of the chapters is looked at, or says why it cannot be; every citation of a rule leads to one; the page tells both. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readEvidence } from '../rules/evidence.js'
import { RULES_PAGE, rulesPage } from '../rules/page.js'
import { evidenceProblems } from '../rules/problems.js'
import { citationsIn } from '../rules/rules.js'
import { type Check, ROOT, readRepositoryFile, repositoryFiles } from './check.js'

/** Where a rule is cited in words: code, tests, messages, pages. */
const CITING = /\.(ts|tsx|py|proto|md)$/

/** One line for each citation of a rule that is none. */
export function danglingRules(path: string, text: string, ids: ReadonlySet<string>): string[] {
  return text.split('\n').flatMap((line, index) =>
    citationsIn(line)
      .filter((id) => !ids.has(id))
      .map((id) => `${path}:${index + 1}: there is no rule ${id}`),
  )
}

export const rulesCheck: Check = {
  name: 'rules',
  remedy:
    'number the sentence; cite the rule in a case or in tools/rules/tests.json, or say why not in untestable.ts; npm run rules',
  run: async () => {
    const evidence = await readEvidence()
    const ids = new Set(evidence.chapters.flatMap(({ rules }) => rules.map(({ id }) => id)))
    const page = existsSync(join(ROOT, RULES_PAGE)) ? new Set(readRepositoryFile(RULES_PAGE).split('\n')) : new Set()
    const due = rulesPage(evidence).split('\n')
    return {
      problems: [
        ...evidenceProblems(evidence),
        ...repositoryFiles(CITING)
          .filter((path) => !path.startsWith('tools/') && path !== RULES_PAGE && !path.includes('/src/gen/'))
          .flatMap((path) => danglingRules(path, readRepositoryFile(path), ids)),
        ...due.filter((line) => !page.has(line)).map((line) => `${RULES_PAGE} lacks: ${line.slice(0, 100)}`),
      ],
    }
  },
}
