/** The app kept in the browser [C2]: opened without the server, renewed once, never of two builds. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stampBuild } from '../../build/stamp-build.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { register, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'

const BUILT = fileURLToPath(new URL('../../dist/web/', import.meta.url))

let folder: string
let server: ServerProcess
let window: Window

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-web-'))
  await deploy(1)
  server = await startServer({ SOLO2_WEB: folder })
  window = await openWindow(server.origin)
})

afterAll(async () => {
  await window?.close()
  await server?.end()
  await rm(folder, { recursive: true, force: true })
})

/** Puts a build there: the same code under another number, with its page and its script named anew. */
async function deploy(build: number, damage?: 'asset missing'): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await cp(BUILT, folder, { recursive: true })
  const assets = join(folder, 'assets')
  const names = await readdir(assets)
  const entry = names.find((name) => /^index-.*\.js$/.test(name)) ?? ''
  const named = entry.replace('index-', `index-build${build}-`)
  for (const path of ['index.html', ...names.map((name) => join('assets', name))]) {
    const text = await readFile(join(folder, path), 'utf8')
    const renamed = text.replaceAll(entry, named).replace('<html ', `<html data-build="${build}" `)
    if (renamed !== text) await writeFile(join(folder, path), renamed)
  }
  await rename(join(assets, entry), join(assets, named))
  stampBuild(folder)
  if (damage === 'asset missing') await rm(join(assets, named))
}

async function serve(build: number, damage?: 'asset missing'): Promise<void> {
  await deploy(build, damage)
  await server.kill()
  await server.again()
}

const buildOf = (page: Page) => page.evaluate(() => document.documentElement.dataset['build'])
const scriptOf = (page: Page) =>
  page.evaluate(() => document.querySelector('script[type=module]')?.getAttribute('src') ?? '')
/** As a page does when it is looked at again. */
const look = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    await registration?.update().catch(() => {})
  })
const open = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { name: 'Locked' }).waitFor()
  await unlock(page)
  await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
}
/** A look that meets the browser still busy with the build before finds nothing: the next one does. */
const untilOffered = (page: Page) =>
  eventually(async () => {
    await look(page)
    return offered(page).isVisible()
  }).toBe(true)
const offered = (page: Page) => page.getByText('Another version of Solo2 is ready')

describe('the app that is kept', () => {
  test('[C2] [V21] opens without the server, from the first account on', async () => {
    const { page } = window
    await page.goto(server.origin)
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
    await register(page, 'lena', 'Lena')
    await eventually(() =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state),
    ).toBe('activated')
    await server.kill()
    await page.reload()
    await open(page)
    await page.getByText('The server does not answer').waitFor()
    await server.again()
  })

  test('[C2] another build is offered; the person goes over with one load, another tab stays whole until it loads too', async () => {
    const { page } = window
    const other = await window.context.newPage()
    await other.goto(server.origin)
    expect(await buildOf(page)).toBe('1')
    await serve(2)
    await look(page)
    await offered(page).waitFor()
    let loads = 0
    page.on('load', () => loads++)
    await page.getByRole('button', { name: 'Go over' }).click()
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    expect(await buildOf(page)).toBe('2')
    expect(await scriptOf(page)).toContain('build2')
    expect(loads).toBe(1)
    // What the other tab has still loads is of its own build.
    expect(await buildOf(other)).toBe('1')
    const own = await scriptOf(other)
    expect(await other.evaluate(async (path) => (await fetch(path)).status, own)).toBe(200)
    await other.close()
    await open(page)
    expect(loads).toBe(1)
  })

  test('[C2] a build that cannot be fetched whole is not taken, nor one whose server goes away meanwhile', async () => {
    const { page } = window
    const kept = () => page.evaluate(() => caches.keys())
    const before = await kept()
    await serve(3, 'asset missing')
    await look(page)
    await server.kill()
    await look(page)
    await page.reload()
    await open(page)
    expect(await buildOf(page)).toBe('2')
    expect(await offered(page).count()).toBe(0)
    expect(await kept()).toEqual(before)
    await server.again()
  })

  test('[C2] two builds one after the other: the last is gone over to; going back is offered as well', async () => {
    const { page } = window
    /** Takes what is offered until that build is here: another may be ready in between, and is offered then. */
    const goOverTo = async (build: string): Promise<void> => {
      for (let tries = 0; tries < 3 && (await buildOf(page)) !== build; tries++) {
        await untilOffered(page)
        const loaded = page.waitForEvent('load')
        await page.getByRole('button', { name: 'Go over' }).click()
        await loaded
        await open(page)
      }
      expect(await buildOf(page)).toBe(build)
    }
    await serve(4)
    await look(page)
    await offered(page).waitFor()
    await serve(5)
    await goOverTo('5')
    await serve(2)
    await goOverTo('2')
  })
})
