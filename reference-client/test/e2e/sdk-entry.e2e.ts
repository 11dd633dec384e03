/** The SDK's browser entry as somebody else's app gets it: from its built files, with no setting made for it. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROTOCOL } from '@solo2/sdk/core'
import { build, createLogger } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'

const PAGE = `import { Solo2 } from '@solo2/sdk'
document.title = Object.keys(Solo2).sort().join(' ')
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
worker.onmessage = ({ data }) => { document.body.textContent = data }`

const WORKER = `import { Solo2, Solo2Error } from '@solo2/sdk'
import * as core from '@solo2/sdk/core'
const env = {
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  now: () => Date.now(),
  primitives: core.noblePrimitives,
}
const rootKey = env.random(32)
const ownKeys = core.newRatchetKeys(env)
const ana = core.createInitiatorRatchet({ rootKey: rootKey.slice(), peerKeys: ownKeys })
const ben = core.createResponderRatchet({ rootKey: rootKey.slice(), ownKeys })
const { message } = core.seal(ana, new Uint8Array(core.PROTOCOL.TURN_FRAME_PLAINTEXT).fill(7), true, env)
const { plaintext } = core.open(ben, message, env)
const opened = plaintext.every((byte) => byte === 7) && plaintext.length
postMessage([typeof Solo2.register, new Solo2Error('closed', 'x').code, opened].join(' '))`

const CLIENT = fileURLToPath(new URL('../..', import.meta.url))
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' }

let app: string
let server: Server
let window: Window
/** What the build complained about: a module of Node's replaced by nothing, for one. */
const warnings: string[] = []

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
  const note = (warning: string) => void warnings.push(warning)
  await build({
    root: app,
    configFile: false,
    customLogger: { ...createLogger('silent'), warn: note, warnOnce: note },
    // How long it took on this machine is no complaint, of a worker neither.
    worker: { format: 'es', rolldownOptions: { checks: { bundlerTimings: false } } },
    build: {
      // How large the package is, its own budgets judge.
      chunkSizeWarningLimit: 1_000,
      outDir: 'out',
      rolldownOptions: { checks: { bundlerTimings: false } },
      modulePreload: { polyfill: false },
    },
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
    await page.waitForFunction(() => document.body.textContent !== '')
    expect(await page.textContent('body')).toBe(`function closed ${PROTOCOL.TURN_FRAME_PLAINTEXT}`)
    expect(await page.title()).toBe(
      'clearData emergencyReset importBackup joinDevice login readBackup recover register unlock unlockWithWords unreadable vaults',
    )
    expect(window.complaints).toEqual([])
    expect(window.foreign).toEqual([])
    expect(await page.evaluate(() => ['process', 'Buffer', 'global'].filter((name) => name in globalThis))).toEqual([])
  })

  test('builds without a warning, and brings its own workers along though nobody named them', async () => {
    expect(warnings).toEqual([])
    const files = await readdir(join(app, 'out/assets'))
    for (const own of ['argon2-worker', 'opfs-worker']) {
      const [name, ...more] = files.filter((file) => file.startsWith(own))
      expect([name, more], own).toEqual([expect.stringMatching(/\.js$/), []])
    }
  })
})
