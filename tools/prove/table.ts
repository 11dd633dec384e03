/** spec/promises.md: every promise, the checks whose titles name it, and whether the last full run showed it. */
import { PROMISES } from '../promises.js'
import type { PromiseTitle } from '../verify/promise-titles.js'

export const PROMISES_PAGE = 'spec/promises.md'

const HEAD = `# The promises

Every promise of the manifesto has an ID that never changes. Chapters, tests and the conformance suite cite these IDs. This page is
written by \`npm run prove\`, from the titles of the checks and from what they showed; do not edit it. A promise is *shown* when
every automatic check that names it ran on the real parts and passed, and *not yet* when there is no check or one failed. A check
may show a part of its promise only: its title says which.
`

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function checksOf(id: string, titles: readonly PromiseTitle[]): string {
  const checks = titles
    .filter(({ ids }) => ids.includes(id))
    .map(({ title, path }) => `${cell(title.replace(/\[[A-Z]\d+(?:[ ,]+[A-Z]\d+)*\]\s*/g, ''))} (\`${path}\`)`)
  return [...new Set(checks)].join('<br>')
}

/** The page for these titles, where `shown` tells the state of each ID. */
export function promisesPage(titles: readonly PromiseTitle[], shown: ReadonlySet<string>): string {
  const groups = PROMISES.map(({ title, promises }) =>
    [
      `\n## ${title}\n`,
      '| ID | Promise | Checks | State |',
      '|---|---|---|---|',
      ...promises.map(
        ({ id, text }) =>
          `| ${id} | ${cell(text)} | ${checksOf(id, titles)} | ${shown.has(id) ? 'shown' : 'not yet'} |`,
      ),
    ].join('\n'),
  )
  return `${HEAD}${groups.join('\n')}\n`
}

/** IDs that a page calls shown. */
export function shownIn(page: string): Set<string> {
  return new Set([...page.matchAll(/^\| ([A-Z]\d+) \|.*\| shown \|$/gm)].map((match) => match[1] ?? ''))
}
