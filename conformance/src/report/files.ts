/** The report for other programs and for a page: JSON, JUnit, Markdown. */
import { countsOf, type PromiseRow, type Report, type ReportedCase, WORDS } from './report.js'

export function reportJson({ subject, cases, promises, isGood }: Report): string {
  const value = {
    subject,
    good: isGood,
    promises: promises.map(({ id, verdict, cases: own }) => ({ id, verdict, cases: own.map((one) => one.id) })),
    cases: cases.map(({ isKnown, ...one }) => ({ ...one, known: isKnown })),
  }
  return `${JSON.stringify(value, null, 1)}\n`
}

/** As CI systems read it: broken is a failure, unless it is known; not testable is skipped. */
export function reportJunit({ subject, cases, surprises }: Report): string {
  const inside = (one: ReportedCase): string => {
    const text = xml(one.reason ?? '')
    if (surprises.includes(one)) return '<failure message="known to fail, and kept"/>'
    if (one.verdict === 'failed') return `<error message="${text}"/>`
    if (one.verdict === 'untestable' || (one.verdict === 'broken' && one.isKnown)) return `<skipped message="${text}"/>`
    return one.verdict === 'broken' ? `<failure message="${text}"/>` : ''
  }
  const all = cases.map((one) => ({ one, body: inside(one) }))
  const count = (element: string): number => all.filter(({ body }) => body.startsWith(`<${element}`)).length
  const lines = all.map(({ one, body }) => {
    const slash = one.id.lastIndexOf('/')
    const [group, name] = [one.id.slice(0, slash), one.id.slice(slash + 1)]
    return `  <testcase classname="${xml(group)}" name="${xml(name)}" time="${one.ms / 1_000}">${body}</testcase>`
  })
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(subject)}" ${counts}>`,
    ...lines,
    '</testsuite>',
    '',
  ].join('\n')
}

export function reportMarkdown({ subject, cases, promises }: Report): string {
  const bad = cases.filter(({ verdict }) => verdict === 'broken' || verdict === 'failed')
  const seen = promises.filter(({ verdict }) => verdict !== 'unseen')
  const unseen = promises.filter(({ verdict }) => verdict === 'unseen').map(({ id }) => id)
  const loose = cases.filter((one) => one.promises.length === 0)
  return [
    `# Conformance of ${cell(subject)}`,
    '',
    `Written by \`solo2-conformance\`; do not edit. ${countsOf(cases) || 'No case ran'}.`,
    '',
    '| Promise | Verdict | What was looked at |',
    '|---|---|---|',
    ...seen.map((row) => `| ${row.id} ${cell(row.text)} | ${WORDS[row.verdict]} | ${evidence(row)} |`),
    ...(loose.length > 0
      ? [`| no promise alone, but the rules | ${loose.every(isFine) ? 'kept' : 'BROKEN'} | ${countsOf(loose)} |`]
      : []),
    '',
    ...(unseen.length > 0 ? [`Not looked at by these cases: ${unseen.join(', ')}.`, ''] : []),
    ...bad.flatMap((one) => [
      `- \`${one.id}\` ${WORDS[one.verdict]}${one.isKnown ? ' (known)' : ''}: ${cell(one.title)}. ${cell(one.reason ?? '')}`,
      ...one.seen.slice(-5).map((line) => `  - ${cell(line.slice(0, 200))}`),
    ]),
    ...(bad.length > 0 ? [''] : []),
  ].join('\n')
}

const SHOWN = 3

/** What kept it, or what did not, first. */
function evidence({ cases }: PromiseRow): string {
  const telling = [...cases].sort((a, b) => weight(a) - weight(b))
  const shown = telling.slice(0, SHOWN).map((one) => `${cell(one.title)} (\`${one.id}\`)`)
  const more = cases.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more: ${countsOf(cases)} in all`] : [])].join('<br>')
}

function weight({ verdict }: ReportedCase): number {
  return ['broken', 'failed', 'kept', 'untestable'].indexOf(verdict)
}

function isFine({ verdict }: ReportedCase): boolean {
  return verdict === 'kept' || verdict === 'untestable'
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;')
}

function xml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, (found) => names[found] ?? '').replaceAll(/[^\t\n\r -\uFFFD]/g, '?')
}
