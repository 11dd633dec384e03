/** Walks over scenes of the made-up client: each is seen at both sizes, in both themes and from right to left, and checked for what a picture does not show. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { animations, belowSight, lowContrasts, overflow, smallTargets } from './audit.js'
import { axeFindings } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { startFake } from './fake-client.js'
import { shoot, writeIndex } from './gallery.js'
import { isPrepared, type Scene, type Scenes } from './scenes/scene.js'
import { tabProblems } from './tab-walk.js'

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1_440, height: 900 }
/** Pictures are what takes longest, and are looked at by people: the short run takes one of each scene, these in turn. */
const isLong = process.env['TEST_LONG'] === '1'
const SHORT_PICTURES = ['desktop.light', 'phone.dark', 'phone.rtl-dark'] as const
type Picture = `${'desktop' | 'phone'}.${'' | 'rtl-'}${'light' | 'dark'}`
const THEMES = ['light', 'dark'] as const

export function walk(scenes: Scenes): void {
  let window: Window
  /** Of the scene before, with its address left: another one costs as much as the scene. */
  let page: Page | undefined
  const complaints: string[] = []
  beforeAll(async () => {
    const { origin } = await startFake()
    window = await openWindow(origin, { bare: true })
  })
  afterAll(async () => {
    await window?.close()
    await writeIndex()
  })

  async function newPage(): Promise<Page> {
    await page?.close()
    const fresh = await window.context.newPage()
    fresh.on('pageerror', (error) => complaints.push(String(error)))
    fresh.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    return fresh
  }

  describe('every screen and state', () => {
    let isLeft = false
    for (const [index, [name, reach]] of Object.entries(scenes).entries()) {
      const wanted = SHORT_PICTURES[index % SHORT_PICTURES.length]
      const take = async (shown: Page, picture: Picture): Promise<void> => {
        if (isLong || picture === wanted) await shoot(shown, `${name}.${picture}`)
      }
      test(name, async () => {
        if (page === undefined || !isLeft || isPrepared(page)) page = await newPage()
        isLeft = false
        complaints.length = 0
        await see(page, reach, take)
        await leave(page)
        expect(complaints).toEqual([])
        isLeft = true
      })
    }
  })
}

/** Nothing of it stays for the next scene. */
async function leave(page: Page): Promise<void> {
  await page.evaluate(() => sessionStorage.clear())
  await page.goto('about:blank')
}

async function see(page: Page, reach: Scene, take: (page: Page, picture: Picture) => Promise<void>): Promise<void> {
  const about = await reach(page)
  const subject = isLocator(about) ? await about.elementHandle() : undefined
  const resize = async (viewport: typeof PHONE): Promise<void> => {
    await page.setViewportSize(viewport)
    await subject?.scrollIntoViewIfNeeded()
    // However the text wraps, its end stays in sight.
    await eventually(() => page.evaluate(belowSight), `end of the conversation, ${viewport.width}`).toBeLessThan(2)
  }

  for (const [size, viewport] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const) {
    await resize(viewport)
    expect(await page.locator('[data-heading]:visible').count(), `nothing to see, ${size}`).toBeGreaterThan(0)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await take(page, `${size}.${colorScheme}`)
      expect(await page.evaluate(lowContrasts), `contrast, ${size}, ${colorScheme}`).toEqual([])
    }
  }
  expect(await page.evaluate(animations), 'moves though motion is to be reduced').toEqual([])
  await largeText(page)
  for (const width of [1_280, 900, 899, 320]) await fits(page, width)

  // The longest words, on the narrowest screen.
  await turnTo(page, 'es')
  await fits(page, 320)

  await turnTo(page, 'ar')
  await fits(page, 320)
  await resize(PHONE)
  await take(page, 'phone.rtl-dark')
  await resize(DESKTOP)
  await page.emulateMedia({ colorScheme: 'light' })
  await take(page, 'desktop.rtl-light')
  // Once: what it reads of a page is the same in each language and theme, but for the contrasts above.
  expect(await axeFindings(page)).toEqual([])
  expect(await tabProblems(page)).toEqual([])
}

const isLocator = (value: unknown): value is Locator =>
  typeof value === 'object' && value !== null && 'elementHandle' in value

async function fits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 740 })
  expect(await page.evaluate(overflow), `wider than ${width} px`).toBe(0)
  expect(await page.evaluate(smallTargets), `targets at ${width} px`).toEqual([])
}

/** Twice as large, on the phone where it is now. */
async function largeText(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
  expect(await page.evaluate(overflow), 'wider than the screen at 200 %').toBe(0)
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
}

/** As when the person changes the language of their browser: the screen stays where it is. */
async function turnTo(page: Page, language: string): Promise<void> {
  await page.evaluate((tag) => {
    Object.defineProperty(navigator, 'languages', { get: () => [tag], configurable: true })
    dispatchEvent(new Event('languagechange'))
  }, language)
  await eventually(() => page.evaluate(() => document.documentElement.lang)).toBe(language)
}
