/**
 * `npm run api`: the public API of each entry of the SDK as a page in sdk/api, so that a change of it is seen in a diff. With `check` it
 * writes nothing and tells what is stale. Reads the declarations that the compiler's check of the SDK leaves behind.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { ROOT } from '../verify/check.js'
import { DECLARATIONS, sdkDeclarations } from '../verify/declarations.js'

const SDK = join(ROOT, 'sdk')
const REPORTS = join(SDK, 'api')
/** What the extractor makes goes here first; a page that is the same stays untouched. */
const MADE = join(ROOT, DECLARATIONS, 'api')

const { exports } = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')) as {
  exports: Record<string, { source?: string }>
}
/** `./src/node.ts` → `node`. Workers are started, not called. */
const entries = Object.values(exports).flatMap(({ source }) => /^\.\/src\/([a-z]+)\.ts$/.exec(source ?? '')?.[1] ?? [])
const declarationOf = (entry: string): string => join(ROOT, DECLARATIONS, 'sdk/src', `${entry}.d.ts`)

function configFor(entry: string): ExtractorConfig {
  const quiet = { default: { logLevel: ExtractorLogLevel.None } }
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(SDK, 'package.json'),
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: declarationOf(entry),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          extends: join(ROOT, 'tsconfig.base.json'),
          compilerOptions: { lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'], types: ['node'] },
          files: entries.map(declarationOf),
        },
      },
      apiReport: { enabled: true, reportFileName: `${entry}.api.md`, reportFolder: REPORTS, reportTempFolder: MADE },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: quiet, tsdocMessageReporting: quiet, compilerMessageReporting: quiet },
    },
  })
}

/** Of those entries whose page is not what it was. */
function staleReports(isWriting: boolean): string[] {
  for (const folder of [REPORTS, MADE]) mkdirSync(folder, { recursive: true })
  const configs = entries.map((entry) => [entry, configFor(entry)] as const)
  const [first] = configs
  if (first === undefined) throw new Error('the SDK has no entries')
  const compilerState = CompilerState.create(first[1], { additionalEntryPoints: entries.map(declarationOf) })
  return configs.flatMap(([entry, config]) => {
    const messageCallback = (message: { handled: boolean }): void => {
      message.handled = true
    }
    const isNew = !existsSync(join(REPORTS, `${entry}.api.md`))
    const { apiReportChanged } = Extractor.invoke(config, { compilerState, localBuild: isWriting, messageCallback })
    return apiReportChanged || isNew ? [entry] : []
  })
}

const isWriting = process.argv[2] !== 'check'
// Who checks has just had them made.
if (isWriting) {
  const { code, output } = await sdkDeclarations()
  if (code !== 0) {
    console.error(output)
    process.exit(1)
  }
}
const stale = staleReports(isWriting)
for (const entry of stale)
  console.log(`sdk/api/${entry}.api.md ${isWriting ? 'is written anew' : 'is not what the entry exports'}`)
if (stale.length > 0 && !isWriting) process.exitCode = 1
