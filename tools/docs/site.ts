/**
 * The documentation site: TypeDoc's pages of every public entry, and the repository's Markdown as documents beside them.
 * Nothing is loaded from elsewhere: search index, styles and scripts are files of the site.
 */
import { join, posix, relative, sep } from 'node:path'
import {
  Application,
  Comment,
  Converter,
  type DeclarationReflection,
  type DocumentReflection,
  LogLevel,
  PageEvent,
  type ProjectReflection,
  ReflectionKind,
  TSConfigReader,
} from 'typedoc'
import { ROOT, readRepositoryFile } from '../verify/check.js'
import { generatedWords } from './generated-words.js'
import { groupOf, pages, SECTIONS, titleOf } from './pages.js'
import { mendedPage, renameSources } from './site-pages.js'
import { unexportedTypes } from './unexported.js'

/** Packages that an application imports; what they export is what the site describes. */
const PACKAGES = ['sdk', 'proto', 'conformance', 'reference-server'] as const

/** Every export has words, and every method; a property may be clear by its name and its type. */
const DOCUMENTED = ['Variable', 'Function', 'Class', 'Interface', 'Method', 'Accessor', 'TypeAlias', 'Enum'] as const

const LANGUAGES = ['ts', 'tsx', 'js', 'sh', 'json', 'html', 'proto', 'python', 'markdown', 'ini', 'yaml', 'nginx']

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, { readonly source?: string } | string>>
}

const fromRoot = (path: string): string => relative(ROOT, path).split(sep).join('/')

/** The public entries by their source file: `sdk/src/node.ts` is `@solo2/sdk/node`. */
function publicEntries(): Map<string, string> {
  const found = new Map<string, string>()
  for (const folder of PACKAGES) {
    const manifest = JSON.parse(readRepositoryFile(`${folder}/package.json`)) as Manifest
    for (const [name, target] of Object.entries(manifest.exports ?? {})) {
      const source = typeof target === 'string' ? undefined : target.source
      if (source?.endsWith('.ts')) found.set(posix.join(folder, source), posix.join(manifest.name, name))
    }
  }
  return found
}

function nameModules(project: ProjectReflection, entries: ReadonlyMap<string, string>): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Module)) {
    const path = project.files.getReflectionPath(reflection)
    reflection.name = (path && entries.get(fromRoot(path))) || reflection.name
  }
}

function describeGenerated(project: ProjectReflection): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.SomeExport)) {
    if (!project.getSymbolIdFromReflection(reflection)?.fileName?.includes('/src/gen/')) continue
    const isVariable = reflection.kindOf(ReflectionKind.Variable)
    for (const place of [reflection, ...((reflection as DeclarationReflection).signatures ?? [])]) {
      const words = place.hasComment()
        ? undefined
        : generatedWords(reflection.name, reflection.parent?.name ?? '', isVariable)
      if (words) place.comment = new Comment([{ kind: 'text', text: words }])
    }
  }
}

function options(folder: string, entries: ReadonlyMap<string, string>) {
  return {
    name: 'Solo2',
    tsconfig: join(ROOT, 'tools/docs/sources.json'),
    entryPoints: [...entries.keys()].map((path) => join(ROOT, path)),
    readme: join(ROOT, 'README.md'),
    projectDocuments: pages().map((path) => join(ROOT, path)),
    out: folder,
    basePath: ROOT,
    displayBasePath: ROOT,
    customCss: join(ROOT, 'tools/docs/site.css'),
    // Pages stand as `pages` orders them; exports as their source does.
    sort: ['source-order' as const],
    sortEntryPoints: false,
    groupOrder: [...SECTIONS, 'Modules', '*'],
    navigation: { includeGroups: true, includeCategories: false, includeFolders: false },
    searchInComments: true,
    searchInDocuments: true,
    // A word is explained by a page first; exports that have it in their name are many.
    searchGroupBoosts: { Guides: 4, Specification: 4 },
    highlightLanguages: LANGUAGES,
    disableSources: true,
    githubPages: false,
    hideGenerator: true,
    packagesRequiringDocumentation: PACKAGES.map((name) => `@solo2/${name}`),
    requiredToBeDocumented: [...DOCUMENTED],
    // `npm run verify` checks each package with its own libraries; here Node's and the browser's stand together, and differ.
    skipErrorChecking: true,
    validation: { notDocumented: true, notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true },
    logLevel: LogLevel.Warn,
  }
}

/** Writes the site into `folder` and returns what is wrong with it, one line each. */
export async function buildSite(folder: string): Promise<string[]> {
  const entries = publicEntries()
  const app = await Application.bootstrap(options(folder, entries), [new TSConfigReader()])
  const problems: string[] = []
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) problems.push(message)
  }
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context: unknown, document: DocumentReflection) => {
    const path = fromRoot(document.project.files.getReflectionPath(document) ?? '')
    document.name = titleOf(path, readRepositoryFile(path))
    document.frontmatter['group'] = groupOf(path)
    // TypeDoc takes what names no language for TypeScript.
    for (const part of document.content) {
      if (part.kind === 'code') part.text = part.text.replace(/^```\n/, '```text\n')
    }
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    nameModules(project, entries)
    describeGenerated(project)
  })
  app.renderer.on(PageEvent.END, (page) => {
    if (page.contents) page.contents = mendedPage(page.contents)
  })
  const project = await app.convert()
  if (!project) return [...problems, 'TypeDoc could not read the sources']
  app.validate(project)
  problems.push(...unexportedTypes(project))
  await app.generateDocs(project, folder)
  await renameSources(folder)
  return problems
}
