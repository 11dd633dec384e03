/** The report in a terminal. */
import { countsOf, type Report, type ReportedCase, WORDS } from './report.js'

export function reportText(report: Report, trace: boolean): string {
  const { cases, promises, surprises } = report
  const lines: string[] = []
  for (const one of cases)
    if (trace || one.verdict === 'broken' || one.verdict === 'failed') lines.push(...told(one, trace))
  for (const { id } of surprises) lines.push(`${id} is listed as known to fail and is kept: take it off the list`)
  lines.push(
    '',
    ...table(
      promises
        .filter(({ verdict }) => verdict !== 'unseen')
        .map(({ id, verdict, cases }) => [id, WORDS[verdict], countsOf(cases)]),
    ),
  )
  const unseen = promises.filter(({ verdict }) => verdict === 'unseen').map(({ id }) => id)
  if (unseen.length > 0) lines.push(`Not looked at by these cases: ${unseen.join(' ')}`)
  lines.push(...lacking(cases))
  lines.push('', `${report.subject}: ${countsOf(cases) || 'no case ran'}`)
  return lines.join('\n')
}

/** Why some cases tell nothing: a line for each reason. */
function lacking(cases: readonly ReportedCase[]): string[] {
  const reasons = new Map<string, string[]>()
  for (const { id, reason = '' } of cases.filter(({ verdict }) => verdict === 'untestable')) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), id])
  }
  return [...reasons].map(([reason, [first = '', ...more]]) => {
    const ids = more.length > 0 ? `${first} and ${more.length} more` : first
    return `Not testable here: ${ids}: ${reason}`
  })
}

function told({ id, verdict, title, reason, seen, isKnown }: ReportedCase, trace: boolean): string[] {
  const known = isKnown ? ' (known)' : ''
  const lines = [`${WORDS[verdict]}${known}  ${id}: ${title}`]
  if (reason !== undefined) lines.push(`    ${reason}`)
  const shown = trace ? seen : seen.slice(-5)
  lines.push(...shown.map((line) => `    | ${trace ? line : line.slice(0, 200)}`))
  return lines
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
