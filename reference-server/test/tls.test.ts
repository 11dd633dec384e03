import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import WebSocket from 'ws'
import { startTestServer } from './harness.js'

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

it('serves TLS with certificate files, names its wss: origin and asks browsers to stay', async () => {
  const ca = readFileSync(fixture('localhost-cert.pem'))
  const server = await startTestServer({
    SOLO2_TLS_CERT: fixture('localhost-cert.pem'),
    SOLO2_TLS_KEY: fixture('localhost-key.pem'),
  })
  expect(server.url).toBe(`https://localhost:${server.port}`)
  const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
    get(
      { host: '127.0.0.1', port: server.port, path: '/', ca, headers: { host: `localhost:${server.port}` } },
      (response) => {
        response.resume()
        resolve(response.headers)
      },
    ).on('error', reject)
  })
  expect(headers['content-security-policy']).toContain(`connect-src 'self' wss://localhost:${server.port};`)
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}/v1/introduction`, { ca })
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  const closed = new Promise((resolve) => socket.on('close', resolve))
  await server.close()
  expect(await closed).toBe(1_001)
})
