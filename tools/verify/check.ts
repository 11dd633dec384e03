/** What a check of `npm run verify` is, and the files of the repository that checks read. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Folders with a package.json of their own, and the tools. */
export const WORKSPACES = [
  'proto',
  'sdk',
  'reference-server',
  'reference-client',
  'conformance',
  'landing',
  'tools',
] as const

export interface Verdict {
  /** One line each, with file and line where there is one. None: the check holds. */
  readonly problems: readonly string[]
  /** Worth a look, but no failure. */
  readonly warnings?: readonly string[]
}

export interface Check {
  readonly name: string
  /** What to do when it fails. */
  readonly remedy: string
  run(): Verdict | Promise<Verdict>
}

const IGNORED = new Set(['node_modules', 'dist', 'coverage', '.git', '.solo2', 'test-output'])

/** Paths from the root, with forward slashes, of all files whose name `accepts`; generated and installed ones left out. */
export function repositoryFiles(accepts: RegExp, below = ''): string[] {
  const found: string[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (IGNORED.has(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) {
        const name = relative(ROOT, path).split(sep).join('/')
        if (accepts.test(name)) found.push(name)
      }
    }
  }
  walk(join(ROOT, below))
  return found.sort()
}

export function readRepositoryFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

const CODE = /\.(ts|tsx|mts)$/

/** Every TypeScript file that a person wrote. */
export function codeFiles(): string[] {
  return repositoryFiles(CODE).filter((path) => !path.includes('/src/gen/') && !path.endsWith('.d.ts'))
}

/** Tests, fixtures and benches may reach into what they test; the rules for shipped code leave them out. */
export function isShipped(path: string): boolean {
  return !/(\.(test|e2e)\.tsx?$|\.config\.ts$|\/(test|bench|examples)\/)/.test(path)
}
