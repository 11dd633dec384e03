/** Code blocks of the repository's Markdown: each has a language, and what is a program is run by a test. */
import { type Check, readRepositoryFile, repositoryFiles } from './check.js'

export interface Snippet {
  readonly language: string
  readonly text: string
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
  // Section 2.1 is the shape of conformance/testees/python, which needs the modules of protoc.
  [/^spec\/15-conformance\.md$/, 'python'],
]

export function snippetsOf(markdown: string): Snippet[] {
  const found: Snippet[] = []
  let open: { language: string; line: number; lines: string[] } | undefined
  markdown.split('\n').forEach((line, index) => {
    const fence = /^\s*```(\S*)/.exec(line)
    if (open && fence) {
      found.push({ language: open.language, text: `${open.lines.join('\n')}\n`, line: open.line })
      open = undefined
    } else if (fence) open = { language: fence[1] ?? '', line: index + 1, lines: [] }
    else open?.lines.push(line)
  })
  return found
}

/** One line for each block that would be shown and never run. */
export function snippetProblems(path: string, markdown: string): string[] {
  return snippetsOf(markdown)
    .filter(({ language }) => !DATA.test(language) && !(RUN.test(path) && PROGRAM.test(language)))
    .filter(({ language }) => !ELSEWHERE.some(([page, of]) => page.test(path) && of === language))
    .map(({ language, line }) => `${path}:${line}: nothing runs a block of ${language}`)
}

export const snippetCheck: Check = {
  name: 'snippets',
  remedy: 'write it in TypeScript, which tools/readme runs, or say what kind of data it is',
  run: () => ({
    problems: repositoryFiles(/\.md$/).flatMap((path) => snippetProblems(path, readRepositoryFile(path))),
  }),
}
