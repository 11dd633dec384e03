/** The page of the network tests, built once a process. */
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

let built: Promise<unknown> | undefined

export async function buildPage(folder: string): Promise<string> {
  built ??= build({
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
  await built
  return folder
}
