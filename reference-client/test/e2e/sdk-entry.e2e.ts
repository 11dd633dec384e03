/** The SDK's browser entry as somebody else's app gets it: from its built files, with no setting made for it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'

/** Gzip bytes that a page loads at once for the facade, and in all with what it may load later. simple-peer is 28 kB of it. */
const BUDGET = { atOnce: 120_000, inAll: 160_000 }

const PAGE = `import { Solo2 } from '@solo2/sdk'
document.title = Object.keys(Solo2).sort().join(' ')
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
worker.onmessage = ({ data }) => { document.body.textContent = data }`

const WORKER = `import { Solo2, Solo2Error } from '@solo2/sdk'
postMessage([typeof Solo2.register, new Solo2Error('closed', 'x').code].join(' '))`

const CLIENT = fileURLToPath(new URL('../..', import.meta.url))
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' }

let app: string
let server: Server
let window: Window

beforeAll(async () => {
  // Inside the workspace, so that the package is found as in any project that installed it.
  await mkdir(join(CLIENT, 'dist'), { recursive: true })
  app = await mkdtemp(join(CLIENT, 'dist/somebodys-app-'))
  await writeFile(
    join(app, 'index.html'),
    '<!doctype html><link rel=icon href=data:,><body><script type="module" src="./page.js"></script>',
  )
  await writeFile(join(app, 'page.js'), PAGE)
  await writeFile(join(app, 'worker.js'), WORKER)
  await build({
    root: app,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: 'out', modulePreload: { polyfill: false } },
  })
  server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    const body = await readFile(join(app, 'out', path)).catch(() => undefined)
    response.writeHead(body ? 200 : 404, { 'content-type': TYPES[path.split('.').at(-1) ?? ''] ?? 'text/plain' })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  window = await openWindow(origin())
})

afterAll(async () => {
  await window?.close()
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
  await rm(app, { recursive: true, force: true })
})

function origin(): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

describe('the browser entry of the SDK', () => {
  test('runs in a page and in a worker of a Vite app, with no global set and no polyfill', async () => {
    const { page } = window
    await page.goto(origin())
    await page.waitForFunction(() => document.body.textContent === 'function closed')
    expect(await page.title()).toBe('login register unlock vaults')
    expect(window.complaints).toEqual([])
    expect(window.foreign).toEqual([])
    expect(await page.evaluate(() => ['process', 'Buffer', 'global'].filter((name) => name in globalThis))).toEqual([])
  })

  test('imports in plain Node', async () => {
    const entries = ['@solo2/sdk', '@solo2/sdk/core', '@solo2/sdk/shared', '@solo2/sdk/testing', '@solo2/sdk/node']
    for (const entry of entries) {
      const script = `import(${JSON.stringify(entry)}).then((m) => { console.log(Object.keys(m).length); process.exit(0) })`
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: CLIENT })
      expect(Number(stdout), entry).toBeGreaterThan(0)
    }
  })

  test('keeps to its budget of bytes', async () => {
    const assets = join(app, 'out/assets')
    const sizes = new Map<string, number>()
    for (const name of await readdir(assets))
      sizes.set(name, gzipSync(await readFile(join(assets, name)), { level: 9 }).length)
    const html = await readFile(join(app, 'out/index.html'), 'utf8')
    const named = [...sizes].filter(([name]) => html.includes(name))
    const sum = (list: Iterable<[string, number]>) => [...list].reduce((total, [, size]) => total + size, 0)
    const workers = [...sizes].filter(([name]) => name.startsWith('worker-'))
    const atOnce = sum(named)
    const inAll = sum(sizes) - sum(workers)
    console.log(`browser entry: ${atOnce} bytes gzip at once, ${inAll} in all`)
    expect(named.length).toBeGreaterThan(0)
    // The SDK's own workers came along, though nobody named them.
    for (const own of ['argon2-worker', 'opfs-worker']) {
      expect(
        [...sizes.keys()].some((name) => name.startsWith(own)),
        own,
      ).toBe(true)
    }
    expect(atOnce).toBeLessThan(BUDGET.atOnce)
    expect(inAll).toBeLessThan(BUDGET.inAll)
  })
})
