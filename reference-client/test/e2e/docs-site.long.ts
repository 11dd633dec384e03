/**
 * The documentation site in a real browser, as somebody gets it who builds it and opens its files: nothing is asked of any
 * host, everything is found and read, at each size and in both colours. It builds the whole site, so it is for long runs.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFindings } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { shoot } from './gallery.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** One page of each kind, and the pages with drawings. */
const PAGES = {
  start: 'index.html',
  guide: 'documents/First_tunnel_in_Node.html',
  ratchet: 'documents/08_Ratchet.html',
  contributing: 'documents/Contributing.html',
  'api-class': 'classes/_solo2_sdk.Solo2Error.html',
  'api-module': 'modules/_solo2_sdk_node.html',
}

/** TypeDoc puts the link of a module into the line that opens its list. HTML allows that, and the keyboard reaches both. */
const EXCUSED = /^nested-interactive .*summary/

/** Of a file a browser takes no symbols; TypeDoc then draws its icons by a script. */
const ICONS = /^Unsafe attempt to load URL \S+icons\.svg#/

const LOOKS = [
  { size: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { size: 'desktop', colorScheme: 'dark', viewport: { width: 1_440, height: 900 } },
] as const

let folder: string
let origin: string
let window: Window

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-docs-'))
  const build = spawn(process.execPath, ['--import', 'tsx', 'tools/docs/main.ts', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  build.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = (await once(build, 'exit')) as [number | null]
  expect(code, said).toBe(0)
  origin = pathToFileURL(folder).href
  window = await openWindow(origin)
})

afterAll(async () => {
  await window?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** TypeDoc shows a page when its script has run. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${origin}/${encodeURI(path)}`)
  await page.locator('body').waitFor()
}

const excess = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

for (const { size, colorScheme, viewport } of LOOKS)
  test.each(Object.entries(PAGES))(
    `%s reads well, ${size}, ${colorScheme}, and axe finds nothing`,
    async (name, path) => {
      const { page } = window
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await open(page, path)
      await shoot(page, `docs-${name}.${size}.${colorScheme}`)
      expect((await axeFindings(page)).filter((line) => !EXCUSED.test(line))).toEqual([])
    },
  )

test('no document and no list of exports is wider than a phone', async () => {
  const { page } = window
  await page.setViewportSize(LOOKS[0].viewport)
  const folders = ['documents', 'modules', 'classes']
  const names = await Promise.all(
    folders.map(async (part) => (await readdir(join(folder, part))).map((name) => `${part}/${name}`)),
  )
  const wide: string[] = []
  for (const path of ['index.html', ...names.flat()]) {
    await open(page, path)
    if ((await excess(page)) > 0) wide.push(path)
  }
  expect(wide).toEqual([])
})

test('every drawing is shown, and fits', async () => {
  const { page } = window
  await page.setViewportSize(LOOKS[0].viewport)
  let drawings = 0
  for (const name of await readdir(join(folder, 'documents'))) {
    if (!(await readFile(join(folder, 'documents', name), 'utf8')).includes('.svg"')) continue
    await open(page, `documents/${name}`)
    for (const image of await page.locator('.tsd-typography img').all()) {
      const { width, height } = (await image.boundingBox()) ?? { width: 0, height: 0 }
      expect(await image.evaluate((it: HTMLImageElement) => it.complete && it.naturalWidth > 0)).toBe(true)
      expect([width > 100 && width <= 360, height > 50]).toEqual([true, true])
      drawings++
    }
  }
  expect(drawings).toBeGreaterThanOrEqual(11)
  await page.setViewportSize(LOOKS[1].viewport)
  await open(page, PAGES.ratchet)
  await page.locator('.tsd-typography img').scrollIntoViewIfNeeded()
  await shoot(page, 'docs-drawing.desktop.dark')
})

test('a word is found, and a source is read, without a server and without a network', async () => {
  const { page, foreign, complaints } = window
  // Those of axe, which asks for style sheets.
  const earlier = complaints.length
  await page.setViewportSize(LOOKS[1].viewport)
  await open(page, PAGES.start)
  await page.locator('#tsd-search-trigger').click()
  await page.locator('#tsd-search-input').fill('ratchet')
  const results = page.locator('#tsd-search-results li')
  await results.filter({ hasText: '08 Ratchet' }).waitFor()
  await shoot(page, 'docs-search.desktop.dark')
  await results.filter({ hasText: '08 Ratchet' }).click()
  await page.getByRole('heading', { level: 1, name: '08 Ratchet' }).waitFor()
  await open(page, PAGES.contributing)
  await page.getByRole('link', { name: 'seal.ts' }).click()
  await page.getByText('export function').first().waitFor()
  expect(foreign).toEqual([])
  expect(complaints.slice(earlier).filter((line) => !ICONS.test(line))).toEqual([])
})
