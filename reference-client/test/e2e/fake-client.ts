/** The client built over the made-up SDK, served with the policy that the server sends. */
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
// For its declaration of `window.fake`.
import type {} from '../fake/solo2.js'

const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))

export interface FakeClient {
  readonly origin: string
  close(): Promise<void>
}

export async function startFake(): Promise<FakeClient> {
  await build({ configFile, mode: 'fake', logLevel: 'error' })
  const server = await preview({ configFile, mode: 'fake', logLevel: 'error', preview: { port: 0, host: 'localhost' } })
  return { origin: (server.resolvedUrls?.local[0] ?? '').replace(/\/$/u, ''), close: () => server.close() }
}
