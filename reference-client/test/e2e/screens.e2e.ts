/** Screens as paper and as an operating system with its own colours shows them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lowContrasts } from './audit.js'
import { openWindow, type Window } from './browser.js'
import { startFake } from './fake-client.js'
import { shoot } from './gallery.js'
import { account } from './scenes/account.js'
import { doors } from './scenes/doors.js'
import { people } from './scenes/people.js'

let window: Window

beforeAll(async () => {
  const { origin } = await startFake()
  window = await openWindow(origin, { scheme: 'dark', bare: true })
})

afterAll(() => window?.close())

test('printed words are dark on light in either theme, without what belongs to the screen only', async () => {
  const { page } = window
  await doors['words']?.(page)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await shoot(page, 'words-print.desktop.paper')
  expect(await page.evaluate(lowContrasts)).toEqual([])
  const colour = await page
    .locator('.word')
    .first()
    .evaluate((word) => getComputedStyle(word).color)
  expect(colour).toBe('rgb(27, 28, 30)')
  expect(await page.getByText('lena').isVisible()).toBe(true)
  expect(await page.getByRole('button').count()).toBe(0)
  await page.emulateMedia({ media: 'screen' })
})

test('in forced colours every button with words and every field has an edge', async () => {
  const page = await window.context.newPage()
  await page.emulateMedia({ forcedColors: 'active' })
  for (const [name, reach] of Object.entries({ conversation: people['conversation'], settings: account['settings'] })) {
    await reach?.(page)
    await shoot(page, `${name}.desktop.forced`)
    const bare = await page.locator('.button, .choice, textarea').evaluateAll((elements) =>
      elements.flatMap((element) => {
        const { borderTopStyle, borderTopWidth } = getComputedStyle(element)
        return borderTopStyle === 'none' || borderTopWidth === '0px' ? [element.outerHTML.slice(0, 80)] : []
      }),
    )
    expect(bare).toEqual([])
  }
  await page.close()
})
