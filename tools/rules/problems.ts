/** What must not be: an obligation without a number, a number twice, a citation of nothing, a rule that nothing looks at. */
import type { Evidence } from './evidence.js'

export function evidenceProblems({ chapters, cases, tests, reasons, titles }: Evidence): string[] {
  const rules = chapters.flatMap((chapter) => chapter.rules)
  const ids = new Set(rules.map(({ id }) => id))
  const seen = new Set([...cases, ...tests].flatMap((one) => one.rules))
  const problems = chapters
    .flatMap((chapter) => chapter.strays)
    .map(({ path, line, text }) => `${path}:${line}: obliges without a number: ${text.slice(0, 80)}`)
  const first = new Map<string, string>()
  for (const { id, path, line } of rules) {
    const place = first.get(id)
    if (place === undefined) first.set(id, `${path}:${line}`)
    else problems.push(`${path}:${line}: ${id} is a rule at ${place} already`)
  }
  for (const { name, rules: cited } of cases) {
    for (const id of cited) if (!ids.has(id)) problems.push(`${name}: there is no rule ${id}`)
  }
  for (const { path, title, rules: cited } of tests) {
    for (const id of cited) if (!ids.has(id)) problems.push(`tools/rules/tests.json: there is no rule ${id} (${path})`)
    if (!titles.get(path)?.has(title)) problems.push(`tools/rules/tests.json: ${path} has no test "${title}"`)
  }
  for (const id of Object.keys(reasons)) {
    if (!ids.has(id)) problems.push(`tools/rules/untestable.ts: there is no rule ${id}`)
    if (seen.has(id)) problems.push(`tools/rules/untestable.ts: ${id} has a case or a test, and needs no reason`)
  }
  for (const { id, path, line } of rules) {
    if (!seen.has(id) && !(id in reasons)) problems.push(`${path}:${line}: nothing looks at ${id}`)
  }
  return problems
}
