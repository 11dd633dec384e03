/** Walks over scenes of the made-up client: each is seen at both sizes, in both themes and from right to left, and checked for what a picture does not show. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { animations, belowSight, lowContrasts, overflow, smallTargets } from './audit.js'
import { axeFindings } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { startFake } from './fake-client.js'
import { shoot, writeIndex } from './gallery.js'
import type { Scenes } from './scenes/scene.js'
import { tabProblems } from './tab-walk.js'

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1_440, height: 900 }
const THEMES = ['light', 'dark'] as const

/** As when the person changes the language of their browser: the screen stays where it is. */
async function turnTo(page: Page, language: string): Promise<void> {
  await page.evaluate((tag) => {
    Object.defineProperty(navigator, 'languages', { get: () => [tag], configurable: true })
    dispatchEvent(new Event('languagechange'))
  }, language)
  await eventually(() => page.evaluate(() => document.documentElement.lang)).toBe(language)
}

export function walk(scenes: Scenes): void {
  let window: Window
  beforeAll(async () => {
    const { origin } = await startFake()
    window = await openWindow(origin)
  })
  afterAll(async () => {
    await window?.close()
    await writeIndex()
  })

  describe('every screen and state', () => {
    for (const [name, reach] of Object.entries(scenes)) {
      test(name, async () => {
        const page = await window.context.newPage()
        const complaints: string[] = []
        page.on('pageerror', (error) => complaints.push(String(error)))
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text())
        })
        await reach(page)
        await inEnglish(page, name)
        await inSpanish(page)
        await inArabic(page, name)
        expect(complaints).toEqual([])
        await page.close()
      })
    }
  })
}

async function inEnglish(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of [
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const) {
    await page.setViewportSize(viewport)
    // However the text wraps, its end stays in sight.
    await eventually(() => page.evaluate(belowSight), `end of the conversation, ${size}`).toBeLessThan(2)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await shoot(page, `${name}.${size}.${colorScheme}`)
      expect(await page.evaluate(lowContrasts), `contrast, ${colorScheme}`).toEqual([])
    }
  }
  expect(await page.evaluate(animations), 'moves though motion is to be reduced').toEqual([])
  expect(await axeFindings(page)).toEqual([])
  expect(await tabProblems(page)).toEqual([])
  for (const width of [320, 899, 900, 1_280]) await fits(page, width)
  // Text twice as large, on a phone.
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
  await page.setViewportSize(PHONE)
  expect(await page.evaluate(overflow), 'wider than the screen at 200 %').toBe(0)
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
}

/** The longest words. */
async function inSpanish(page: Page): Promise<void> {
  await turnTo(page, 'es')
  await fits(page, 320)
}

async function inArabic(page: Page, name: string): Promise<void> {
  await turnTo(page, 'ar')
  await fits(page, 320)
  await page.setViewportSize(PHONE)
  await shoot(page, `${name}.phone.rtl-dark`)
  await page.setViewportSize(DESKTOP)
  await page.emulateMedia({ colorScheme: 'light' })
  await shoot(page, `${name}.desktop.rtl-light`)
  expect(await axeFindings(page)).toEqual([])
}

async function fits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 740 })
  expect(await page.evaluate(overflow), `wider than ${width} px`).toBe(0)
  expect(await page.evaluate(smallTargets), `targets at ${width} px`).toEqual([])
}
