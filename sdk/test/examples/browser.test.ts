/** The examples for browsers: built as their READMEs say, served by the real server, opened in real browsers. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerProcess, startServer } from '../support/server.js'

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))

let folder: string
let server: ServerProcess
let browser: Browser
const complaints: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-pages-'))
  for (const name of ['tunnel-browser', 'react-chat']) {
    await build({
      root: join(EXAMPLES, name),
      base: `/${name}/`,
      configFile: false,
      logLevel: 'error',
      worker: { format: 'es' },
      resolve: { conditions: ['source', 'module', 'browser', 'production'] },
      build: { outDir: join(folder, name), target: 'es2022', minify: false, reportCompressedSize: false },
    })
  }
  server = await startServer({ SOLO2_LOG: 'off', SOLO2_WEB: folder })
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** A person's own browser profile, at an example's page. */
async function open(example: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // The pages have no icon, and browsers ask for one.
    const isIcon = message.location().url.endsWith('/favicon.ico')
    if (message.type() === 'error' && !isIcon) complaints.push(message.text())
  })
  await page.goto(`http://localhost:${server.port}/${example}/index.html`)
  return page
}

async function makeAccount(page: Page, username: string): Promise<void> {
  await page.getByPlaceholder('User name').fill(username)
  await page.getByPlaceholder('Password').fill('blue kettle 42')
  await page.getByRole('button', { name: 'Make an account' }).click()
  await page.getByPlaceholder('Their code').waitFor()
}

async function ask(page: Page, code: string): Promise<void> {
  await page.getByPlaceholder('Their code').fill(code)
  await page.getByRole('button', { name: 'Ask' }).click()
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByPlaceholder('Message').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

test('react-chat: at most 150 lines; two people pair, talk with marks, and find all again after a reload', async () => {
  const code = await readFile(join(EXAMPLES, 'react-chat/main.tsx'), 'utf8')
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(150)
  const [ana, ben] = await Promise.all([open('react-chat'), open('react-chat')])
  await Promise.all([makeAccount(ana, 'ana-react'), makeAccount(ben, 'ben-react')])
  const own = (await ana.getByText('Your code:').textContent())?.split(': ')[1] ?? ''
  await ask(ben, own)
  await ana.getByRole('button', { name: 'Accept' }).click()
  await Promise.all([ana, ben].map((page) => page.getByRole('heading', { name: /direct/ }).waitFor()))
  await say(ana, 'Hello from React')
  await ben.getByText('ana-react: Hello from React').waitFor()
  await ana.getByText('me: Hello from React ✓✓').waitFor()

  await ben.reload()
  await ben.getByPlaceholder('User name').fill('ben-react')
  await ben.getByPlaceholder('Password').fill('blue kettle 42')
  await ben.getByRole('button', { name: 'Log in' }).click()
  await ben.getByRole('button', { name: /^ana-react/ }).click()
  await ben.getByText('ana-react: Hello from React').waitFor()
  await say(ben, 'Back again')
  await ana.getByText('ben-react: Back again').waitFor()
  await Promise.all([ana, ben].map((page) => page.context().close()))
  expect(complaints).toEqual([])
})

test('[T1 T4] tunnel-browser: two people meet, and talk on when the server is gone', async () => {
  const [ana, ben] = await Promise.all([open('tunnel-browser'), open('tunnel-browser')])
  await Promise.all([makeAccount(ana, 'ana-page'), makeAccount(ben, 'ben-page')])
  await ask(ben, (await ana.locator('#code').textContent()) ?? '')
  await Promise.all([ana.getByText('ben-page, direct').waitFor(), ben.getByText('ana-page, direct').waitFor()])
  expect((await ana.locator('#words').textContent())?.split(' ')).toHaveLength(24)
  expect(complaints).toEqual([])
  await server.kill()
  await say(ana, 'Hello from a page')
  await ben.getByText('ana-page: Hello from a page').waitFor()
  await say(ben, 'And back')
  await ana.getByText('ben-page: And back').waitFor()
})
