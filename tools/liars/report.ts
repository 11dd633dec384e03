/** The page that the long run writes: which lie about which promise is caught by what. */
import { PROMISES } from '../promises.js'
import type { Verdict } from './judge.js'

export const LIARS_PAGE = 'conformance/reports/liars.md'

/** As many as a cell has; the others are counted. */
const SHOWN = 3

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function catchers({ problem, caughtBy }: Verdict): string {
  if (problem !== undefined) return `**nothing**: ${cell(problem)}`
  const rest = caughtBy.length - SHOWN
  return `${caughtBy.slice(0, SHOWN).map(cell).join('<br>')}${rest > 0 ? `<br>and ${rest} more` : ''}`
}

export function liarsPage(verdicts: readonly Verdict[]): string {
  const all = PROMISES.flatMap(({ promises }) => promises)
  const rows = all.flatMap(({ id }) =>
    verdicts
      .filter(({ liar }) => liar.promises.includes(id))
      .map((verdict) => `| ${id} | ${cell(verdict.liar.what)} | ${catchers(verdict)} |`),
  )
  const without = all.map(({ id }) => id).filter((id) => verdicts.every(({ liar }) => !liar.promises.includes(id)))
  const caught = verdicts.filter(({ problem }) => problem === undefined).length
  const of = (side: string): number => verdicts.filter(({ liar }) => liar.patch.includes(`/${side}/`)).length
  return [
    '# Liars',
    '',
    `Written by \`TEST_LONG=1 npm run liars\`; do not edit. Patches of the sources that still compile, each of which breaks a promise: ${of('server')} of the`,
    `server, ${of('sdk')} of the SDK. ${caught} of ${verdicts.length} are caught, by cases of the conformance suite or, where nothing shows from outside, by tests.`,
    '',
    '| Promise | The lie | Caught by |',
    '|---|---|---|',
    ...rows,
    '',
    `No liar here breaks ${without.join(', ')}.`,
    '',
  ].join('\n')
}
