/** The page that the long run writes: which lie about which promise is caught by what. */
import { PROMISES } from '../promises.js'
import type { Verdict } from './judge.js'

export const LIARS_PAGE = 'conformance/reports/liars.md'

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function catchers({ problem, caughtBy: [first = '', ...others] }: Verdict): string {
  if (problem !== undefined) return `**nothing**: ${cell(problem)}`
  return `\`${cell(first)}\`${others.length > 0 ? ` and ${others.length} more` : ''}`
}

export function liarsPage(verdicts: readonly Verdict[]): string {
  const all = PROMISES.flatMap(({ promises }) => promises)
  const rows = all.flatMap(({ id }) =>
    verdicts
      .filter(({ liar }) => liar.promises.includes(id))
      .map((verdict) => `| ${id} | ${cell(verdict.liar.what)} | ${catchers(verdict)} | ${verdict.alsoBy.length} |`),
  )
  const without = all.map(({ id }) => id).filter((id) => verdicts.every(({ liar }) => !liar.promises.includes(id)))
  const caught = verdicts.filter(({ problem }) => problem === undefined).length
  const of = (side: string): number => verdicts.filter(({ liar }) => liar.patch.includes(`/${side}/`)).length
  return [
    '# Liars',
    '',
    `Written by \`npm run liars -- --against-all\`, which is part of the long run; do not edit. Patches of the sources that still compile, each of which breaks a promise: ${of('server')} of the`,
    `server, ${of('sdk')} of the SDK. ${caught} of ${verdicts.length} are caught, by cases of the conformance suite or, where nothing shows from outside, by tests.`,
    '',
    'Each is run against all cases of its side: the last column counts those that notice it beside the ones that must.',
    '',
    '| Promise | The lie | Caught by | Others |',
    '|---|---|---|---|',
    ...rows,
    '',
    `No liar here breaks ${without.join(', ')}.`,
    '',
  ].join('\n')
}
