/**
 * The whole browser is killed at any moment, again and again over one profile: of writing, of syncing with a contact, of
 * receiving a file, of importing a backup, of deleting a vault.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../../sdk/src/adapters/node/primitives.js'
import { compare, compareEnds, type Found, read } from '../../../sdk/test/fixtures/mortal/autopsy.js'
import { KEPT, type Said, Story } from '../../../sdk/test/fixtures/mortal/story.js'
import { cases } from '../../../tools/cases.js'
import { FLAGS } from './browser.js'

const WORKER = fileURLToPath(new URL('../../../sdk/src/adapters/browser/opfs-worker.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('../../../sdk/test/fixtures/mortal/page.ts', import.meta.url))
/** A life of files says so much with its first one: none that was acknowledged would show nothing. */
const LEAST = { sync: 1, file: 7, import: 1 } as const
/** How many lines a life says at most before its browser is killed, and how many milliseconds it has then at most. */
const LINES = { sync: 120, file: 24, import: 5 } as const
const KINDS = ['sync', 'file', 'import'] as const
const MORE_MS = 40
const LONGEST_MS = 8_000

const HTML = '<!doctype html><link rel=icon href=data:,><script type=module src=/page.js></script>'

type Kind = keyof typeof LINES
interface Body {
  readonly tables: Record<string, Record<string, string>>
  readonly files: readonly string[]
}

const story = new Story()
let living: Living | undefined
let folder: string
let server: Server
let origin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-killed-browser-'))
  await writeFile(
    join(folder, 'page.js'),
    `import * as page from ${JSON.stringify(PAGE)}\nObject.assign(globalThis, page)`,
  )
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
    build: {
      outDir: 'out',
      target: 'es2022',
      rollupOptions: {
        input: { page: join(folder, 'page.js'), 'opfs-worker': WORKER },
        output: { entryFileNames: '[name].js' },
      },
    },
  })
  server = createServer(async ({ url = '/' }, response) => {
    const script = url.endsWith('.js') ? await readFile(join(folder, 'out', url)) : undefined
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' })
    response.end(script ?? HTML)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://localhost:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await living?.kill()
  server?.closeAllConnections()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

interface Living {
  readonly page: Page
  /** All its processes; nothing is flushed. */
  kill(): Promise<void>
  /** As a person closes it. */
  quit(): Promise<void>
}

async function launch(): Promise<Living> {
  const args = [...FLAGS, `--user-data-dir=${join(folder, 'profile')}`, '--remote-debugging-port=0', 'about:blank']
  const child = spawn(process.env['CHROMIUM'] ?? '/usr/bin/chromium', args, {
    // A group of its own, to be killed as one.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = /DevTools listening on (ws:\S+)/u.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error(`the browser ended: ${said}`)))
  })
  const browser: Browser = await chromium.connectOverCDP(address)
  const context = browser.contexts()[0]
  const page = context?.pages()[0] ?? (await context?.newPage())
  if (page === undefined) throw new Error('no page')
  await page.goto(origin)
  await page.waitForFunction(() => 'live' in globalThis)
  return {
    page,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL')
      await ended
      await browser.close().catch(() => undefined)
    },
    async quit() {
      const session = await browser.newBrowserCDPSession()
      await session.send('Browser.close').catch(() => undefined)
      await ended
    },
  }
}

/** A browser that does not outlive the test, however that ends. */
async function born(): Promise<Living> {
  living = await launch()
  return living
}

declare global {
  var prepare: () => Promise<unknown>
  var live: (life: number, kind: Kind) => Promise<void>
  var autopsy: (name: string) => Promise<Body | null | undefined>
}

/** A life of that kind in a browser that runs, and its end. */
async function killed({ page, kill }: Living, life: number, kind: Kind): Promise<void> {
  let left = LEAST[kind] + Math.floor(Math.random() * (LINES[kind] - LEAST[kind]))
  const moment = new Promise<void>((resolve) => {
    const late = setTimeout(resolve, LONGEST_MS)
    page.on('console', (message) => {
      story.hear(JSON.parse(message.text()) as Said)
      if (--left !== 0) return
      clearTimeout(late)
      setTimeout(resolve, Math.random() * MORE_MS)
    })
  })
  page.evaluate(([n, what]) => globalThis.live(n, what), [life, kind] as const).catch(() => undefined)
  await moment
  await kill()
}

/** What is in a vault, and the files of it that came whole and are as they were sent. */
async function found(page: Page, name: string): Promise<(Found & { whole: readonly string[] }) | undefined> {
  const body = await page.evaluate((who) => globalThis.autopsy(who), name)
  if (!body) return undefined
  const { tables, files } = body
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
  const held = await read(
    { host: { primitives: nodePrimitives, aead: undefined as never }, files: undefined as never },
    {
      name,
      async read(table, id, codec) {
        const hex = tables[table]?.[id]
        return hex === undefined ? undefined : codec.decode(bytes(hex))
      },
      entries: async (table, codec) =>
        Object.entries(tables[table] ?? {}).map(([id, hex]) => [id, codec.decode(bytes(hex))]),
    },
  )
  return { ...held, whole: files }
}

async function judge({ page }: Living): Promise<void> {
  const [ana, ben, cho] = [await found(page, 'ana'), await found(page, 'ben'), await found(page, 'cho')]
  if (ana === undefined || ben === undefined) throw new Error('a vault is gone')
  compare(story, 'ana', ana)
  compare(story, 'ben', ben)
  compareEnds(ben, [ana])
  expect(ana.whole).toEqual(expect.arrayContaining([...story.files]))
  if (story.restored === 'yes') expect(cho?.messages.size).toBe(KEPT)
  if (story.restored === 'no') expect(cho).toBeUndefined()
}

describe('a browser that is killed', () => {
  test('[V1] has all that was acknowledged and nothing half-applied, whenever it was', async () => {
    const first = await born()
    await first.page.evaluate(() => globalThis.prepare())
    // Chromium itself may forget the first databases of an origin when it is killed in the moment after they were made.
    await first.quit()
    let next = await born()
    const kills = cases(6, 200)
    for (let n = 1; n <= kills; n++) {
      await killed(next, n, KINDS[n % KINDS.length] as Kind)
      next = await born()
      await judge(next)
    }
    console.log(`${kills} kills of the browser, ${story.acknowledged} acknowledged, ${story.files.size} files`)
    expect(story.files.size).toBeGreaterThan(0)
    expect(story.acknowledged).toBeGreaterThan(kills)
  }, 5_400_000)
})
