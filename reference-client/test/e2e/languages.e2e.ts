/** The languages of the app, over the made-up SDK: who gets which, what is loaded for it, what is kept. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { type FakeClient, startFake } from './fake-client.js'

let fake: FakeClient
let window: Window

beforeAll(async () => {
  fake = await startFake()
  window = await openWindow(fake.origin, { bare: true })
})

afterAll(async () => {
  await window?.close()
  await fake?.close()
})

/** A page of a browser that prefers these, and the catalogues that it asked for. */
async function pageFor(languages: readonly string[]): Promise<{ page: Page; catalogues: string[] }> {
  const page = await window.context.newPage()
  await page.addInitScript((tags) => Object.defineProperty(navigator, 'languages', { get: () => tags }), languages)
  const catalogues: string[] = []
  page.on('request', (request) => {
    const [, language] = /\/assets\/(en|es|ar)-[^/]*\.js$/u.exec(request.url()) ?? []
    if (language !== undefined) catalogues.push(language)
  })
  await page.goto(`${fake.origin}/?scene=talk&vault`)
  await page.locator('input[name=password]').waitFor()
  return { page, catalogues }
}

const htmlOf = (page: Page) =>
  page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }))

describe('the language of a page', () => {
  // First: from the first open vault on, the stored app has every language.
  test('stays when another one cannot be loaded, and says so', async () => {
    const { page } = await pageFor(['en'])
    await page.route('**/assets/es-*.js', (route) => route.abort())
    await page.locator('input[name=password]').fill('blue kettle 42')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('radio', { name: 'Español' }).click()
    await page.getByText('The server does not answer').waitFor()
    await eventually(() => page.getByRole('radio', { name: 'As the browser' }).isChecked()).toBe(true)
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe('{}')
    await page.close()
  })

  test.each([
    [['en-GB', 'es'], 'en', 'ltr', 'Locked'],
    [['de', 'es-MX'], 'es', 'ltr', 'Bloqueada'],
    [['ar-EG'], 'ar', 'rtl', 'الخزنة مقفلة'],
  ] as const)('is what the browser prefers, %j, and no other is loaded', async (tags, lang, dir, title) => {
    const { page, catalogues } = await pageFor(tags)
    expect(await page.getByRole('heading').first().textContent()).toBe(title)
    expect(await htmlOf(page)).toEqual({ lang, dir })
    expect(catalogues).toEqual([lang])
    await page.close()
  })

  test('is nothing that the page itself names: what it names comes to everybody', async () => {
    const html = await (await fetch(fake.origin)).text()
    const named = html.match(/\/assets\/[\w-]+\.js/gu) ?? []
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((path) => /\/(en|es|ar)-/u.test(path))).toEqual([])
  })

  test('is what was chosen, at once and at the next start; as the browser leaves nothing', async () => {
    const { page, catalogues } = await pageFor(['es'])
    await page.locator('input[name=password]').fill('blue kettle 42')
    await page.getByRole('button', { name: 'Abrir' }).click()
    await page.getByRole('button', { name: 'Ajustes' }).click()
    await page.getByRole('radio', { name: 'العربية' }).check()
    await page.getByRole('heading', { name: 'الإعدادات' }).waitFor()
    expect(await htmlOf(page)).toEqual({ lang: 'ar', dir: 'rtl' })
    expect(catalogues).toEqual(['es', 'ar'])
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe('{"solo2.language":"ar"}')
    await page.reload()
    await page.locator('input[name=password]').fill('blue kettle 42')
    expect(catalogues).toEqual(['es', 'ar', 'ar'])
    await page.getByRole('button', { name: 'فتح' }).click()
    await page.getByRole('button', { name: 'الإعدادات' }).click()
    await page.getByRole('radio', { name: 'كما في المتصفح' }).check()
    await page.getByRole('heading', { name: 'Ajustes' }).waitFor()
    expect(await htmlOf(page)).toEqual({ lang: 'es', dir: 'ltr' })
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe('{}')
    await page.close()
  })
})
