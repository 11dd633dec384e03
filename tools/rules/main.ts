/** `npm run rules`: writes spec/rules.md, and tells what is wrong with the rules and their citations. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { readEvidence } from './evidence.js'
import { RULES_PAGE, rulesPage } from './page.js'
import { evidenceProblems } from './problems.js'

const evidence = await readEvidence()
writeFileSync(join(ROOT, RULES_PAGE), rulesPage(evidence))
const problems = evidenceProblems(evidence)
for (const line of problems) console.error(line)
process.exitCode = problems.length === 0 ? 0 : 1
