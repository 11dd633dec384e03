/** Every link of the built site leads to a file of it, and to an element that is there. Nothing is loaded from elsewhere. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, posix, relative, sep } from 'node:path'

const ATTRIBUTE = /<(\w+)\b[^>]*?\s(href|src)="([^"]*)"/g
const ID = /\s(?:id|name)="([^"]*)"/g
const UNESCAPED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
}

function unescaped(text: string): string {
  return text.replace(/&(amp|quot|#39|lt|gt);/g, (entity) => UNESCAPED[entity] ?? entity)
}

/** What is wrong with one link of `page`, or undefined. `files` has the IDs of each page, and no IDs for other files. */
export function linkProblem(
  page: string,
  tag: string,
  link: string,
  files: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  if (/^(https?|mailto):/.test(link)) {
    if (!URL.canParse(link)) return `${page}: no address: ${link}`
    return tag === 'a' ? undefined : `${page}: loads from elsewhere: ${link}`
  }
  if (link.startsWith('#') && link.length === 1) return undefined
  const [path = '', anchor] = link.split('#')
  let target: string
  try {
    target = path === '' ? page : posix.join(dirname(page), decodeURIComponent(path.split('?')[0] ?? ''))
  } catch {
    return `${page}: no address: ${link}`
  }
  // A folder is no page for who opens the site as files.
  const ids = files.get(target)
  if (!ids) return `${page}: no file: ${link}`
  if (target.endsWith('.md')) return `${page}: no page of the site: ${link}`
  if (anchor && target.endsWith('.html') && !ids.has(decodeURIComponent(anchor)))
    return `${page}: no such place: ${link}`
  return undefined
}

export async function siteLinkProblems(folder: string): Promise<{ problems: string[]; pages: number; links: number }> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const texts = new Map<string, string>()
  const files = new Map<string, ReadonlySet<string>>()
  for (const name of names) {
    const text = name.endsWith('.html') ? await readFile(join(folder, name), 'utf8') : ''
    if (name.endsWith('.html')) texts.set(name, text)
    files.set(name, new Set([...text.matchAll(ID)].map((match) => unescaped(match[1] ?? ''))))
  }
  const problems = new Set<string>()
  let links = 0
  for (const [page, text] of texts) {
    for (const [, tag = '', , link = ''] of text.matchAll(ATTRIBUTE)) {
      links++
      const problem = linkProblem(page, tag, unescaped(link), files)
      if (problem) problems.add(problem)
    }
  }
  return { problems: [...problems], pages: texts.size, links }
}
