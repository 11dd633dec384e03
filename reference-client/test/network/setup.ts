/** For all files of a run: the page of people in browsers, built when the first asks for it and never twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

let made: Promise<string> | undefined
let folder: string | undefined

async function make(): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'solo2-network-page-'))
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

const door = createServer((_, response) => {
  made ??= make()
  made.then(
    (path) => response.end(path),
    (error) => response.writeHead(500).end(String(error)),
  )
})

export async function setup(project: TestProject): Promise<void> {
  await new Promise<void>((resolve) => door.listen(0, 'localhost', resolve))
  project.provide('networkPage', `http://localhost:${(door.address() as AddressInfo).port}`)
}

export async function teardown(): Promise<void> {
  await made?.catch(() => undefined)
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  door.close()
}
