/** The guide's nginx in front of a real server: what it must pass on, and what it must not believe. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { guideBlocks } from '../../../tools/deploy/guide.js'
import { startTestServer, type TestServer, temporaryFolder } from '../harness.js'

const NGINX = '/usr/sbin/nginx'
const SOCKETS = 3
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

let server: TestServer
let nginx: ChildProcess
let port: number
let folder: string

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The block as it stands in the guide, but for its name, its ports and its certificate. */
function configuration(): string {
  const [block] = guideBlocks().filter(({ way }) => way === 'nginx')
  const site = (block?.text ?? '')
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replace('listen [::]:443 ssl;', '')
    .replaceAll('solo2.example.org;', 'localhost;')
    .replace(/ssl_certificate .*;/, `ssl_certificate ${fixture('localhost-cert.pem')};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${fixture('localhost-key.pem')};`)
    .replace('127.0.0.1:8470', `127.0.0.1:${server.port}`)
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const places = kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
  return `daemon off;\nuser root;\npid ${join(folder, 'pid')};\nevents {}\nhttp {\n${places.join('\n')}\n${site}\n}\n`
}

beforeAll(async () => {
  folder = temporaryFolder()
  server = await startTestServer({
    SOLO2_TRUSTED_PROXIES: '127.0.0.1,::1',
    SOLO2_PUBLIC_ORIGIN: 'https://localhost',
    SOLO2_LIMIT_SOCKETS: `${SOCKETS}/3600`,
  })
  port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), configuration())
  const check = spawnSync(NGINX, ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' })
  expect(check.stderr).toContain('test is successful')
  nginx = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  for (let tries = 0; tries < 100 && !(await answers()); tries++) await wait(50)
})

afterAll(async () => {
  nginx.kill('SIGTERM')
  await once(nginx, 'exit')
})

const ca = readFileSync(fixture('localhost-cert.pem'))

/** How the socket's door answers one who says that it stands for that address. */
function knock(forwardedFor: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = `wss://127.0.0.1:${port}/v1/introduction`
    const socket = new WebSocket(url, { ca, headers: { 'X-Forwarded-For': forwardedFor } })
    socket.on('open', () => {
      socket.close()
      resolve(101)
    })
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', reject)
  })
}

async function answers(): Promise<boolean> {
  const probe = new WebSocket(`wss://127.0.0.1:${port}/`, { ca })
  return await new Promise((resolve) => {
    probe.on('unexpected-response', () => resolve(true))
    probe.on('error', () => resolve(false))
  })
}

test('passes sockets on, and counts a client by its address, whatever address it claims', async () => {
  for (let n = 0; n < SOCKETS; n++) expect(await knock(`203.0.113.${n}`)).toBe(101)
  expect(await knock('203.0.113.99')).toBe(429)
})

test('[L1] keeps no address: it writes no log', () => {
  const [block] = guideBlocks().filter(({ way }) => way === 'nginx')
  expect(block?.text).toMatch(/^ {2}access_log off;\n {2}error_log \/dev\/null crit;$/m)
})
