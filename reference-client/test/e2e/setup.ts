/** For all files of a run: the made-up client, built when the first asks for it and never twice at a time. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build, type PreviewServer, preview } from 'vite'
import type { TestProject } from 'vitest/node'

const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))

let made: Promise<PreviewServer> | undefined

async function make(): Promise<PreviewServer> {
  await build({ configFile, mode: 'fake', logLevel: 'error' })
  return preview({ configFile, mode: 'fake', logLevel: 'error', preview: { port: 0, host: 'localhost' } })
}

const door = createServer((_, response) => {
  made ??= make()
  made.then(
    ({ resolvedUrls }) => response.end((resolvedUrls?.local[0] ?? '').replace(/\/$/u, '')),
    (error) => response.writeHead(500).end(String(error)),
  )
})

export async function setup(project: TestProject): Promise<void> {
  await new Promise<void>((resolve) => door.listen(0, 'localhost', resolve))
  project.provide('fakeClient', `http://localhost:${(door.address() as AddressInfo).port}`)
}

export async function teardown(): Promise<void> {
  await (await made)?.close()
  door.close()
}
