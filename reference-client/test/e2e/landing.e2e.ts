/** The landing page in a real browser [W1]: what it asks for, what it leaves, how it looks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Request } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFindings } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { shoot } from './gallery.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PAGES = { home: '/', spanish: '/es', arabic: '/ar', published: '/published' }

const LOOKS = [
  { size: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { size: 'desktop', colorScheme: 'dark', viewport: { width: 1_440, height: 900 } },
] as const

let folder: string
let child: ChildProcess
let origin: string
let window: Window

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-landing-'))
  child = spawn(process.execPath, ['--import', 'tsx', 'landing/src/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, LANDING_PORT: '0', LANDING_HOST: 'localhost', LANDING_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  origin = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the landing page ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      const found = /ready: (\S+)/.exec(chunk.toString())?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  window = await openWindow(origin)
})

afterAll(async () => {
  await window?.close()
  if (child?.exitCode === null) {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
  await rm(folder, { recursive: true, force: true })
})

test('[W1] a visit sets no cookie, stores nothing, runs no script and asks nobody else; a request carries the page and no referrer', async () => {
  const { context, page, foreign, complaints } = window
  const requests: Request[] = []
  context.on('request', (request) => requests.push(request))
  for (const path of Object.values(PAGES)) await page.goto(origin + path)
  await page.goto(`${origin}/`)
  await page.getByRole('link', { name: 'Español' }).click()
  await page.waitForURL('**/es')
  expect(foreign).toEqual([])
  expect(complaints).toEqual([])
  expect(await context.cookies()).toEqual([])
  const stored = await page.evaluate(async () => [
    document.cookie,
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
    (await navigator.serviceWorker.getRegistrations()).length,
    document.scripts.length,
  ])
  expect(stored).toEqual(['', 0, 0, 0, 0, 0, 0])
  const paths = new Set(requests.map((request) => request.url().slice(origin.length)))
  expect([...paths].sort()).toEqual(['/', '/ar', '/es', '/icon.svg', '/published', '/style.css'])
  for (const request of requests) {
    const headers = await request.allHeaders()
    expect([request.method(), headers['cookie'], headers['referer'] ?? '', request.postData()]).toEqual([
      'GET',
      undefined,
      '',
      null,
    ])
  }
})

test('each page reads well on a phone in light and on a desktop in dark, and axe finds nothing', async () => {
  const { page } = window
  for (const [name, path] of Object.entries(PAGES)) {
    for (const { size, colorScheme, viewport } of LOOKS) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await page.goto(origin + path)
      await shoot(page, `landing-${name}.${size}.${colorScheme}`)
      expect(await axeFindings(page), `${name} ${size}`).toEqual([])
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, size, wider]).toEqual([name, size, 0])
    }
  }
})
