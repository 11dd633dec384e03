/** Checks that are another program's: compiler, linter, unused exports, generated code, vectors. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Check, ROOT, repositoryFiles, type Verdict, WORKSPACES } from './check.js'
import { sdkDeclarations } from './declarations.js'
import { type Outcome, runCommand } from './run-command.js'

function verdictOf(outcome: Outcome): Verdict {
  if (outcome.code === 0) return { problems: [] }
  const lines = outcome.output.split('\n').filter((line) => line.trim() !== '')
  return { problems: lines.length > 0 ? lines : ['it failed without a word'] }
}

const COMPILER = ['--noEmit', '--incremental', '--pretty', 'false']

/** What the compiler remembers of its last run, so that the next one is short. */
function buildInfo(path: string): string {
  return join(ROOT, 'node_modules/.cache/solo2', `${path.replaceAll('/', '_')}.tsbuildinfo`)
}

/** One check for each tsconfig.json of a workspace, so that a browser part does not see Node's types. */
export function compilerChecks(): Check[] {
  return repositoryFiles(/(^|\/)tsconfig(\.[a-z-]+)?\.json$/)
    .filter((path) => WORKSPACES.some((workspace) => path.startsWith(`${workspace}/`)))
    .map((path) => ({
      name: `types of ${path.replace(/\/tsconfig\.json$/, '')}`,
      remedy: `mend the types: npx tsc -p ${path}`,
      run: async () =>
        verdictOf(
          path === 'sdk/tsconfig.json'
            ? await sdkDeclarations()
            : await runCommand(['tsc', ...COMPILER, '--tsBuildInfoFile', buildInfo(path), '-p', path]),
        ),
    }))
}

export const lintCheck: Check = {
  name: 'lint and format',
  remedy: 'npx biome check --write PATH',
  run: async () =>
    verdictOf(
      await runCommand(['biome', 'check', '--reporter=summary', '--diagnostic-level=warn', '--error-on-warnings', '.']),
    ),
}

export const unusedCheck: Check = {
  name: 'unused code',
  remedy: 'delete it, or name its user in knip.json',
  run: async () => verdictOf(await runCommand(['knip', '--no-progress', '--no-config-hints'])),
}

export const apiCheck: Check = {
  name: 'API pages',
  remedy: 'npm run api, and read in the diff what changed for who uses the SDK',
  run: async () => {
    const { code } = await sdkDeclarations()
    if (code !== 0) return { problems: ['the types of sdk come first'] }
    return verdictOf(await runCommand(['tsx', 'tools/api/main.ts', 'check']))
  },
}

/** The protobuf generator's output, made anew in a temporary folder, equals what is committed. */
export const generatedCheck: Check = {
  name: 'generated code',
  remedy: 'npm run generate, and commit what it wrote',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'solo2-generated-'))
    try {
      const script = (
        JSON.parse(readFileSync(join(ROOT, 'proto/package.json'), 'utf8')) as { scripts: { generate: string } }
      ).scripts.generate
      const outcome = await runCommand(['sh', '-c', script.replaceAll('buf generate', `buf generate -o '${folder}'`)], {
        folder: 'proto',
      })
      if (outcome.code !== 0) return verdictOf(outcome)
      const difference = await runCommand(['diff', '-rq', join(ROOT, 'proto/src/gen'), join(folder, 'src/gen')])
      return {
        problems: difference.output
          .split('\n')
          .filter(Boolean)
          .map((line) => line.replaceAll(`${ROOT}/`, '')),
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Vectors are made by the literal transcription of the spec; made anew they are the same. */
export const vectorsCheck: Check = {
  name: 'vectors',
  remedy: 'npm run vectors -w conformance, and read what changed',
  run: async () => {
    const path = join(ROOT, 'conformance/package.json')
    const { scripts = {} } = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as { scripts?: Record<string, string> })
      : {}
    if (!scripts['vectors:check']) return { problems: ['conformance has no script vectors:check yet'] }
    return verdictOf(await runCommand(['npm', 'run', '--silent', 'vectors:check', '-w', 'conformance']))
  },
}

/** The reference page of the server's settings is made from the schema that checks them; made anew it is the same. */
export const configurationCheck: Check = {
  name: 'configuration page',
  remedy: 'npm run configuration, and commit what it wrote',
  run: async () => {
    const page = 'reference-server/CONFIGURATION.md'
    const outcome = await runCommand(['tsx', '--conditions=source', 'reference-server/src/main.ts', 'configuration'])
    if (outcome.code !== 0) return verdictOf(outcome)
    const made = outcome.output.trimEnd().split('\n')
    const committed = existsSync(join(ROOT, page)) ? readFileSync(join(ROOT, page), 'utf8').trimEnd().split('\n') : []
    const stale = made.findIndex((line, index) => line !== committed[index])
    if (stale >= 0) return { problems: [`${page}:${stale + 1}: should be ${made[stale]}`] }
    return { problems: committed.length > made.length ? [`${page}:${made.length + 1}: holds more than there is`] : [] }
  },
}
