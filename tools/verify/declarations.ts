/** The SDK's types, checked and written out in one run of the compiler: the API pages are made from what it leaves. */
import { type Outcome, runCommand } from './run-command.js'

/** Below the root, and not in node_modules: what is there counts as somebody else's. */
export const DECLARATIONS = 'test-output/declarations'

const COMPILER = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--incremental', '--pretty', 'false']

let made: Promise<Outcome> | undefined

/** What the compiler remembers lies with what it made, so both go together. */
export function sdkDeclarations(): Promise<Outcome> {
  const places = ['--rootDir', '.', '--outDir', DECLARATIONS, '--tsBuildInfoFile', `${DECLARATIONS}/sdk.tsbuildinfo`]
  made ??= runCommand(['tsc', ...COMPILER, ...places, '-p', 'sdk/tsconfig.json'])
  return made
}
