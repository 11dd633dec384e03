/** The state machines of the chapters, drawn anew, are those in docs/diagrams. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { drawings } from '../diagrams/drawings.js'
import { chapters, undrawn } from '../diagrams/machine.js'
import { type Check, ROOT, readRepositoryFile, repositoryFiles } from './check.js'

export const drawingsCheck: Check = {
  name: 'drawings',
  remedy:
    'npm run diagrams, look at what it drew, and commit it; a block of transitions stands right below its drawing',
  run: async () => {
    const made = await drawings()
    const stale = [...made].filter(([path, svg]) => !existsSync(join(ROOT, path)) || readRepositoryFile(path) !== svg)
    const left = repositoryFiles(/^docs\/diagrams\/.+-states\.svg$/).filter((path) => !made.has(path))
    const missing = chapters().flatMap((page) =>
      undrawn(readRepositoryFile(page)).map((line) => `${page}: nothing draws: ${line.trim()}`),
    )
    return {
      problems: [
        ...stale.map(([path]) => `${path}: not what its chapter says`),
        ...left.map((path) => `${path}: no chapter has it`),
        ...missing,
      ],
    }
  },
}
