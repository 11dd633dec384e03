/** Which Markdown of the repository the site shows, in which section, and under which title. */
import { repositoryFiles } from '../verify/check.js'

/** In the order of the navigation. */
export const SECTIONS = ['Guides', 'Specification', 'Decisions', 'Reports', 'Project'] as const

type Section = (typeof SECTIONS)[number]

const FOLDERS: readonly (readonly [Section, RegExp])[] = [
  ['Guides', /^docs\/guides\/.+\.md$/],
  ['Decisions', /^spec\/decisions\/.+\.md$/],
  ['Specification', /^spec\/(README|\d\d-.+|promises|rules)\.md$/],
  ['Reports', /^(conformance\/reports\/.+|spec\/networks.*|conformance\/testees\/.+)\.md$/],
  [
    'Project',
    /^(CONTRIBUTING|SECURITY|CHANGELOG|reference-server\/CONFIGURATION|(proto|sdk|reference-server|reference-client\/cli|landing|conformance|conformance\/vectors)\/README)\.md$/,
  ],
]

/** The section of a page, or undefined for Markdown that the site leaves out. */
function sectionOf(path: string): Section | undefined {
  return FOLDERS.find(([, pattern]) => pattern.test(path))?.[0]
}

export function groupOf(path: string): Section {
  const section = sectionOf(path)
  if (!section) throw new Error(`${path} is no page of the site`)
  return section
}

/** What introduces a folder comes first, then numbered chapters, then the others by name. */
function order(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return `${SECTIONS.indexOf(groupOf(path))} ${name === 'README.md' ? '' : name}`
}

export function pages(): string[] {
  return repositoryFiles(/\.md$/)
    .filter((path) => sectionOf(path) !== undefined)
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** A page is called as its first heading. */
export function titleOf(path: string, text: string): string {
  const title = /^# (.+)$/m.exec(text)?.[1]
  if (!title) throw new Error(`${path} has no heading`)
  return title.replaceAll('`', '')
}
