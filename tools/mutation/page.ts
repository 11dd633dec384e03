/** The page that a run writes: how many mutants each folder's tests caught, and why the others live. */
import { type Outcome, scoreOf } from './mutants.js'
import type { Explained } from './reasons.js'

export const MUTATION_PAGE = 'conformance/reports/mutation.md'

const HEAD = `# Mutation testing

Written by \`npm run mutation\`; do not edit. [StrykerJS](https://stryker-mutator.io) changes one place of the code at a time (\`<\` becomes \`<=\`, a condition \`true\`, a
block empty, a text another), and the tests of that folder must notice. Left out are constants that are made once when a file loads, and the texts of errors, which are for
people: tests compare the codes. A mutant that lives needs a reason that somebody wrote down, and a reason a mutant that lives: else the run fails, and where fewer than 90 %
are caught.
`

/** A cell of a table may hold any code: backquotes around it as many as it needs, and no bar. */
function code(text: string): string {
  if (text === '') return 'nothing'
  const short = text.length > 120 ? `${text.slice(0, 117)}...` : text
  const fence = short.includes('`') ? '``' : '`'
  const space = fence.length > 1 ? ' ' : ''
  return `${fence}${space}${short.replaceAll('|', '\\|')}${space}${fence}`
}

export function section(folder: string, outcome: Outcome, explained: readonly Explained[]): string {
  const { killed, timedOut, survivors } = outcome
  const caught = killed + timedOut
  const late = timedOut === 0 ? '' : `, ${timedOut} of them because the code came to no end`
  const rows = explained.map(({ mutant, reason }) => {
    const where = `${mutant.file.slice(mutant.file.lastIndexOf('/') + 1)}:${mutant.line}`
    return `| ${where} | ${code(mutant.original)} | ${code(mutant.replacement)} | ${reason ?? '**nobody wrote why**'} |`
  })
  const score = `**${scoreOf(outcome).toFixed(1)} %**: ${caught} of ${caught + survivors.length} caught${late}.`
  return [
    `## ${folder}`,
    '',
    `${score} ${outcome.leftOut} left out. ${survivors.length} live${rows.length > 0 ? ':' : '.'}`,
    '',
    ...(rows.length > 0 ? ['| Where | Code | Becomes | Why nothing notices |', '|---|---|---|---|', ...rows, ''] : []),
  ].join('\n')
}

/** The page with this section in the place of the folder's old one; those of other folders stay. */
export function pageWith(old: string, folders: readonly string[], folder: string, fresh: string): string {
  const sections = new Map(
    old
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => [/^## (.*)$/m.exec(text)?.[1] ?? '', `${text.trimEnd()}\n`]),
  )
  sections.set(folder, fresh)
  return [HEAD, ...folders.flatMap((name) => sections.get(name) ?? [])].join('\n')
}
