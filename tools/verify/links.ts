/** Every link between the repository's Markdown files leads to a file and a heading that are there; others have an address. */
import { existsSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { type Check, ROOT, readRepositoryFile, repositoryFiles } from './check.js'

const LINK = /!?\[(?:[^\]\\]|\\.)*\]\(([^()\s]+(?:\([^()\s]*\))?)(?:\s+"[^"]*")?\)/g

/** Code is no prose: what looks like a link there is none. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^\s*```[\s\S]*?^\s*```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replace(/`[^`\n]*`/g, (span) => ' '.repeat(span.length))
}

/** The anchors of a page's headings, as code hosts make them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>()
  const prose = markdown.replace(/^\s*```[\s\S]*?^\s*```/gm, '')
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    let name = slug
    for (let n = 1; anchors.has(name); n++) name = `${slug}-${n}`
    anchors.add(name)
  }
  for (const [, id = ''] of markdown.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

/** One line for each link in `markdown` that leads nowhere. */
export function linkProblems(path: string, markdown: string, read: (path: string) => string | undefined): string[] {
  return withoutCode(markdown)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(LINK)].flatMap(([, link = '']) => {
        const where = `${path}:${index + 1}: ${link}`
        if (/^[a-z]+:/.test(link)) return URL.canParse(link) ? [] : [where]
        const [file = '', anchor] = link.split('#')
        const target = file === '' ? path : posix.normalize(posix.join(dirname(path), file))
        const text = read(target)
        if (text === undefined) return [where]
        return anchor && target.endsWith('.md') && !anchorsOf(text).has(anchor) ? [where] : []
      }),
    )
}

function readTarget(path: string): string | undefined {
  if (path.startsWith('..') || !existsSync(join(ROOT, path))) return undefined
  return path.endsWith('.md') ? readRepositoryFile(path) : ''
}

export const linkCheck: Check = {
  name: 'links',
  remedy: 'lead the link to a file and a heading that are there',
  run: () => ({
    problems: repositoryFiles(/\.md$/).flatMap((path) => linkProblems(path, readRepositoryFile(path), readTarget)),
  }),
}
