/** Every `spec/NN` and `spec/NN section M` in the repository leads to a chapter and a heading that exist. */
import { type Check, readRepositoryFile, repositoryFiles } from './check.js'

export interface Chapter {
  readonly number: string
  readonly path: string
  readonly text: string
}

/** Section numbers of a chapter's headings, for example `3` and `3.1`. */
function sectionsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/^#{2,4} (\d+(?:\.\d+)*)\.? /gm)].map((match) => match[1] ?? ''))
}

const REFERENCE = /\bspec\/(\d\d)(?!\d)(?:-[a-z-]+(?:\.md)?)?(?:,? sections? (\d+(?:\.\d+)*))?/g

/** One line for each reference in `text` that leads nowhere. */
export function danglingReferences(path: string, text: string, chapters: readonly Chapter[]): string[] {
  const problems: string[] = []
  text.split('\n').forEach((line, index) => {
    for (const [reference, number, section] of line.matchAll(REFERENCE)) {
      const chapter = chapters.find((one) => one.number === number)
      if (!chapter || (section && !sectionsOf(chapter.text).has(section))) {
        problems.push(`${path}:${index + 1}: ${reference}`)
      }
    }
  })
  return problems
}

/** Numbered rules (`**08-3**`) that stand in the wrong chapter or twice. */
export function ruleProblems(chapter: Chapter): string[] {
  const seen = new Set<string>()
  const problems: string[] = []
  for (const [, rule = '', number] of chapter.text.matchAll(/\*\*((\d\d)-\d+)\*\*/g)) {
    if (number !== chapter.number) problems.push(`${chapter.path}: rule ${rule} of another chapter`)
    if (seen.has(rule)) problems.push(`${chapter.path}: rule ${rule} twice`)
    seen.add(rule)
  }
  return problems
}

function readChapters(): Chapter[] {
  return repositoryFiles(/^spec\/\d\d-[a-z-]+\.md$/).map((path) => ({
    number: path.slice(5, 7),
    path,
    text: readRepositoryFile(path),
  }))
}

export const specReferenceCheck: Check = {
  name: 'spec references',
  remedy: 'cite a chapter and a numbered heading that exist, or write the section',
  run: () => {
    const chapters = readChapters()
    return {
      problems: [
        ...repositoryFiles(/\.(ts|tsx|proto|md|css|html)$/)
          .filter((path) => !path.startsWith('tools/verify/'))
          .flatMap((path) => danglingReferences(path, readRepositoryFile(path), chapters)),
        ...chapters.flatMap(ruleProblems),
      ],
    }
  },
}
