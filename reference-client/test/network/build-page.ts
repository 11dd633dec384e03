/** The page of the network tests, built once a process, and there as long as it is. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

let built: Promise<string> | undefined

/** The folder that it is in. */
export function builtPage(): Promise<string> {
  built ??= buildPage()
  return built
}

async function buildPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-network-page-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  await build({
    root: fileURLToPath(new URL('page', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
    build: {
      outDir: folder,
      emptyOutDir: true,
      chunkSizeWarningLimit: 1_000,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
    },
  })
  return folder
}
