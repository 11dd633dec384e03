/** The patches of tools/liars still apply, and each says what it breaks and what catches it. */
import { parseLiar } from '../liars/liar.js'
import { type Check, readRepositoryFile, repositoryFiles } from './check.js'
import { type Outcome, runCommand } from './run-command.js'

/** So many every `npm test` runs. */
const SMOKE = 20

/** Each by itself, however many there are: none sees what another one would change. */
function applied(patches: readonly string[]): Promise<Outcome> {
  return runCommand(['git', 'apply', '--check', ...patches])
}

async function staleProblems(patches: readonly string[]): Promise<string[]> {
  if (patches.length === 0 || (await applied(patches)).code === 0) return []
  const problems: string[] = []
  for (const patch of patches) {
    const { code, output } = await applied([patch])
    if (code !== 0) problems.push(`${patch}: ${output.trim().split('\n')[0]}`)
  }
  return problems
}

export const liarsCheck: Check = {
  name: 'liars',
  remedy: 'make the patch anew from what the code is now; npm run liars -- NAME shows that it is caught',
  async run() {
    const patches = repositoryFiles(/\.patch$/, 'tools/liars')
    const liars = patches.map((patch) => parseLiar(patch, readRepositoryFile(patch)))
    const smoke = liars.filter((liar) => liar.smoke).length
    const problems = smoke === SMOKE ? [] : [`tools/liars: ${smoke} of the smoke, not ${SMOKE}`]
    return { problems: [...problems, ...(await staleProblems(patches))] }
  },
}
