/** Code blocks of the repository's Markdown: each has a language, and what is a program is run by a test. */
import { type Check, readRepositoryFile, repositoryFiles } from './check.js'

export interface Snippet {
  readonly language: string
  readonly text: string
  /** The file that it is a part of, word for word, by a comment `<!-- part of: PATH -->` above it. */
  readonly partOf?: string
  /** From 1: the line of the fence. */
  readonly line: number
}

/** In these a block without a language, or of a language of data, is text to look at. */
const DATA = /^(|text|sh|json|ini|yaml|nginx|html|markdown|proto|diff|caddy|caddyfile)$/

/** TypeScript and JavaScript. */
export const PROGRAM = /^(ts|tsx|typescript|js|mjs|javascript)$/

/** Pages whose programs tools/readme/snippets.test.ts runs, page by page. */
export const RUN = /^docs\/.+\.md$/

/** Programs that another test looks after, by page and language. */
const ELSEWHERE: readonly (readonly [page: RegExp, language: string])[] = [
  // tools/readme/example.test.ts, against a real server.
  [/^README\.md$/, 'ts'],
  // tools/release/test/packages.test.ts.
  [/^(proto|sdk|conformance|reference-server|reference-client\/cli)\/README\.md$/, 'ts'],
  // Declarations, which npm run api writes.
  [/^sdk\/api\/.+\.api\.md$/, 'ts'],
  // conformance/test/chapter-example.test.ts.
  [/^spec\/15-conformance\.md$/, 'python'],
]

export function snippetsOf(markdown: string): Snippet[] {
  const found: Snippet[] = []
  let open: Snippet | undefined
  let text: string[] = []
  const lines = markdown.split('\n')
  lines.forEach((line, index) => {
    const fence = /^\s*```(\S*)/.exec(line)
    if (open && fence) {
      found.push({ ...open, text: `${text.join('\n')}\n` })
      open = undefined
    } else if (fence) {
      const [, partOf] = /^<!-- part of: (\S+) -->$/.exec(lines[index - 1] ?? '') ?? []
      open = { language: fence[1] ?? '', text: '', line: index + 1, ...(partOf !== undefined && { partOf }) }
      text = []
    } else text.push(line)
  })
  return found
}

/** One line for each block that would be shown and never run, or is no part of the file that it names. */
export function snippetProblems(path: string, markdown: string, read: (path: string) => string): string[] {
  return snippetsOf(markdown).flatMap(({ language, text, line, partOf }) => {
    if (partOf !== undefined) return read(partOf).includes(text) ? [] : [`${path}:${line}: not as in ${partOf}`]
    if (DATA.test(language) || (RUN.test(path) && PROGRAM.test(language))) return []
    if (ELSEWHERE.some(([page, of]) => page.test(path) && of === language)) return []
    return [`${path}:${line}: nothing runs a block of ${language}`]
  })
}

export const snippetCheck: Check = {
  name: 'snippets',
  remedy: 'write it in TypeScript, which tools/readme runs, or say what kind of data it is',
  run: () => ({
    problems: repositoryFiles(/\.md$/).flatMap((path) =>
      snippetProblems(path, readRepositoryFile(path), readRepositoryFile),
    ),
  }),
}
