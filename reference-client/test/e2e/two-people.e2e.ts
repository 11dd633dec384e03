/** Two people at two browsers, each a process with a profile of its own, and the built server as a third process. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { show } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { writeIndex } from './gallery.js'
import { ask, bubble, delivered, openConversation, ownCode, path, register, say } from './person.js'
import { answers, type ServerProcess, startServer } from './server.js'

declare global {
  var seen: { types: string[]; breaches: string[] } | undefined
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** How much of a file is there, from its card. */
const share = async (card: Locator) => Number(await card.locator('progress').getAttribute('value', { timeout: 10_000 }))

let server: ServerProcess
let lena: Window
let ben: Window
let folder: string | undefined

beforeAll(async () => {
  server = await startServer()
  lena = await openWindow(server.origin)
  ben = await openWindow(server.origin, { width: 360, height: 740, touch: true, scheme: 'dark' })
})

/** From the disk, as a person does it: a driver takes long to carry so many bytes. */
async function attachLarge(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  folder ??= await mkdtemp(join(tmpdir(), 'solo2-attached-'))
  await writeFile(join(folder, name), bytes)
  await page.setInputFiles('.composer input[type=file]', join(folder, name))
}

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  await lena?.close()
  await ben?.close()
  await server?.end()
  await writeIndex()
})

/** The steps stand on each other: one story. */
describe('two people', () => {
  test('[C1] the policy that the server sends keeps every foreign script and request out', async () => {
    const { page } = lena
    await page.goto(server.origin)
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
    const blocked = await page.evaluate(async () => {
      const found: string[] = []
      document.addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'globalThis.inlineRan = true'
      document.body.append(script)
      const foreign = document.createElement('script')
      foreign.src = 'http://example.invalid/x.js'
      await new Promise((resolve) => {
        foreign.onerror = resolve
        foreign.onload = resolve
        document.body.append(foreign)
      })
      const image = new Image()
      await new Promise((resolve) => {
        image.onerror = resolve
        image.src = 'http://example.invalid/x.png'
      })
      const fetched = await fetch('http://example.invalid/').then(
        () => 'answered',
        () => 'refused',
      )
      let evaluated = 'ran'
      try {
        new Function('return 1')()
      } catch {
        evaluated = 'refused'
      }
      // Violations are told by tasks of their own.
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { found, fetched, evaluated, ran: 'inlineRan' in globalThis }
    })
    expect(blocked).toMatchObject({ fetched: 'refused', evaluated: 'refused', ran: false })
    expect(new Set(blocked.found)).toEqual(new Set(['script-src-elem', 'img-src', 'connect-src', 'script-src']))
    // Blocked before they left: the recorder saw none of them go.
    await page.reload()
    lena.foreign.length = 0
    lena.complaints.length = 0
  })

  test('everything comes in one wave, under 200 KB of script before the first paint', async () => {
    const { page } = lena
    await page.goto(server.origin)
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
    const html = await (await fetch(server.origin)).text()
    const loaded = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).map((entry) => ({
        path: new URL(entry.name).pathname,
        bytes: entry.encodedBodySize,
      })),
    )
    // What the page itself names is asked for at once; only the person's language is found out, by the first few bytes that run.
    const language = /^\/assets\/(en|plural)-[\w-]+\.js$/u
    expect(loaded.filter(({ path }) => !html.includes(path) && !language.test(path))).toEqual([])
    const links = [...html.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+\.js)"[^>]*>/gu)]
    const awaited = links.filter(([tag]) => !tag.includes('fetchpriority="low"')).map(([, path]) => path)
    const first = loaded.filter(({ path }) => awaited.includes(path) || language.test(path))
    expect(first.length).toBeGreaterThan(awaited.length)
    expect(first.every(({ bytes }) => bytes > 0)).toBe(true)
    expect(first.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(200_000)
    expect(html).not.toMatch(/<script(?![^>]+src=)|<style|style=/u)
  })

  test('[T1] [T10] register, confirm the words, pair by code, and talk both ways over a direct path', async () => {
    await ben.page.goto(server.origin)
    const [words] = await Promise.all([register(lena.page, 'lena', 'Lena'), register(ben.page, 'ben', 'Ben \u{1F6B2}')])
    expect(new Set(words).size).toBeGreaterThan(1)
    const code = await ownCode(ben.page)
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/u)
    await show(ben.page, 'real-my-code.phone.dark')

    await ownCode(lena.page)
    await ask(lena.page, code)
    await show(lena.page, 'real-asked.desktop.light')
    await ben.page.getByRole('button', { name: 'Back' }).click()
    await ben.page.getByText('would like a tunnel with you').waitFor()
    await show(ben.page, 'real-request.phone.dark')
    await ben.page.getByRole('button', { name: 'Accept' }).click()
    await ben.page.getByLabel('Message to').waitFor()

    await lena.page.getByText('is now your contact').waitFor({ timeout: 60_000 })
    await lena.page.getByRole('button', { name: 'Write' }).first().click()
    await say(lena.page, 'Can you hear me?')
    await delivered(lena.page, 'Can you hear me?')
    await bubble(ben.page, 'Can you hear me?').waitFor()
    await say(ben.page, 'Loud and clear.')
    await delivered(ben.page, 'Loud and clear.')
    await bubble(lena.page, 'Loud and clear.').waitFor()
    await eventually(() => path(lena.page)).toBe('direct')
    await eventually(() => path(ben.page)).toBe('direct')
    await show(lena.page, 'real-talk.desktop.light')
    await show(ben.page, 'real-talk.phone.dark')
    await lena.page.getByRole('button', { name: 'Proof' }).click()
    await lena.page.getByText(/sent, .* received/u).waitFor()
    await show(lena.page, 'real-proof.desktop.light')
    await lena.page.goBack()
    await openConversation(lena.page, 'Ben')
  })

  test('both have the build that this server gives, and each is told so by the other’s client', async () => {
    await lena.page.getByRole('button', { name: 'Settings' }).click()
    const about = lena.page.locator('[aria-labelledby=about]')
    await about.getByText('the same as yours').waitFor()
    expect(await about.locator('dt').allTextContents()).toEqual(['Build', 'Ben \u{1F6B2}'])
    await lena.page.goBack()
    await openConversation(lena.page, 'Ben')
  })

  test('both see one safety number', async () => {
    await ben.page.getByRole('button', { name: /^About this contact/u }).click()
    const digits = (window: Window) => window.page.locator('.safety').allTextContents()
    await ben.page.locator('.safety').waitFor()
    expect((await digits(ben))[0]).toMatch(/^\d{60}$/u)
    expect(await digits(lena)).toEqual(await digits(ben))
    await ben.page.getByRole('button', { name: 'Back' }).click()
    await ben.page.getByLabel('Message to').waitFor()
  })

  test('[C1] a file moves only with consent, and is saved as a download with equal bytes', async () => {
    const bytes = randomBytes(3_000_001)
    await lena.page.setInputFiles('.composer input[type=file]', {
      name: 'map\u202Egnp.html',
      mimeType: 'text/html',
      buffer: bytes,
    })
    const card = ben.page.locator('.file-card').last()
    await card.getByText('would like to send you this file').waitFor()
    await show(ben.page, 'real-file-offered.phone.dark')
    await card.getByRole('button', { name: 'Accept' }).click()
    await card.getByRole('button', { name: 'Save' }).waitFor({ timeout: 60_000 })
    const [download] = await Promise.all([
      ben.page.waitForEvent('download'),
      card.getByRole('button', { name: 'Save' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^map.*html$/u)
    expect(download.suggestedFilename()).not.toContain('\u202E')
    expect(sha256(await readFile(await download.path()))).toBe(sha256(bytes))
    await lena.page.locator('.file-card').last().getByText('Received by the other side').waitFor()
    await show(lena.page, 'real-file-sent.desktop.light')
  })

  test('a refused file moves nothing, and both sides say so', async () => {
    await ben.page.setInputFiles('.composer input[type=file]', {
      name: 'empty.txt',
      mimeType: 'text/plain',
      buffer: Buffer.alloc(0),
    })
    const card = lena.page.locator('.file-card').last()
    await card.getByRole('button', { name: 'Refuse' }).click()
    await card.getByText('Refused', { exact: true }).waitFor()
    await ben.page.locator('.file-card').last().getByText('Refused by the other side').waitFor()
  })

  test('[C1] a received page, drawing or document is saved as bytes that run nowhere, whatever it claims to be', async () => {
    const act = 'globalThis.hacked=1;top.hacked=1;opener&&(opener.hacked=1)'
    const files = [
      [
        'x.svg',
        'image/svg+xml',
        `<svg xmlns="http://www.w3.org/2000/svg" onload="${act}"><script>${act}</script></svg>`,
      ],
      ['x.html', 'text/html', `<body onload="${act}"><img src=x onerror="${act}"><script>${act}</script>`],
      [
        'x.xml',
        'text/xml',
        `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>${act}</script></html>`,
      ],
      [
        'x.pdf',
        'application/pdf',
        `%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(${act})>>>>endobj\n%%EOF`,
      ],
    ] as const
    const { page } = ben
    await page.evaluate(() => {
      globalThis.seen = { types: [], breaches: [] }
      const make = URL.createObjectURL
      URL.createObjectURL = (blob: Blob) => {
        globalThis.seen?.types.push(blob.type)
        return make.call(URL, blob)
      }
      document.addEventListener('securitypolicyviolation', (event) => {
        globalThis.seen?.breaches.push(`${event.effectiveDirective} ${event.blockedURI}`)
      })
    })
    page.on('dialog', (dialog) => ben.complaints.push(`dialog ${dialog.message()}`))
    await lena.page.setInputFiles(
      '.composer input[type=file]',
      files.map(([name, mimeType, text]) => ({ name, mimeType, buffer: Buffer.from(text) })),
    )
    for (const [name, , text] of files) {
      const card = page.locator('.file-card', { hasText: name })
      await card.getByRole('button', { name: 'Accept' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        card.getByRole('button', { name: 'Save' }).click(),
      ])
      expect(download.suggestedFilename()).toBe(name)
      expect(await readFile(await download.path(), 'utf8')).toBe(text)
    }
    expect(await page.evaluate(() => globalThis.seen)).toEqual({
      types: files.map(() => 'application/octet-stream'),
      breaches: [],
    })
    // A second wall: had one been made a page of our origin, the policy that it inherits would still hold it.
    for (const [, type, text] of files.slice(0, 3)) {
      const [opened] = await Promise.all([
        ben.context.waitForEvent('page'),
        page.evaluate(([text, type]) => void window.open(URL.createObjectURL(new Blob([text], { type }))), [
          text,
          type,
        ] as const),
      ])
      await opened.waitForLoadState()
      expect(new URL(opened.url()).protocol).toBe('blob:')
      expect(await opened.evaluate(() => 'hacked' in globalThis)).toBe(false)
      await opened.close()
    }
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    expect(await page.locator('iframe, object, embed').count()).toBe(0)
  })

  test('a transfer that one side cancels midway stops on both', async () => {
    await attachLarge(lena.page, 'too-long.bin', randomBytes(40_000_000))
    const theirs = ben.page.locator('.file-card', { hasText: 'too-long.bin' })
    const mine = lena.page.locator('.file-card', { hasText: 'too-long.bin' })
    await theirs.getByRole('button', { name: 'Accept' }).click()
    await eventually(() => share(theirs)).toBeGreaterThan(0)
    await theirs.getByRole('button', { name: 'Cancel' }).click()
    await theirs.getByText('Cancelled', { exact: true }).waitFor()
    await mine.getByText('Cancelled', { exact: true }).waitFor()
    expect(await theirs.getByRole('button').count()).toBe(0)
    expect(await mine.getByRole('button').count()).toBe(0)
  })

  test('[C1] what is hostile is shown as text and runs nowhere', async () => {
    const hostile = '<img src=x onerror="globalThis.hacked=1"> javascript:alert(1) \u202Eabc'
    await say(lena.page, hostile)
    await delivered(lena.page, '<img src=x')
    await bubble(ben.page, '<img src=x').waitFor()
    expect(await bubble(ben.page, '<img src=x').locator('.bubble').textContent()).toBe(hostile)
    expect(await ben.page.locator('.messages img, .messages a, .messages script').count()).toBe(0)
    expect(await ben.page.evaluate(() => 'hacked' in globalThis)).toBe(false)
  })

  test('[T4] the server is killed: the banner says so, and chat and running files go on both ways', async () => {
    const files = await Promise.all(
      (
        [
          [ben, lena, 'afternoon.flac'],
          [lena, ben, 'evening.flac'],
        ] as const
      ).map(async ([from, to, name]) => {
        const bytes = randomBytes(16_000_000)
        await attachLarge(from.page, name, bytes)
        const card = to.page.locator('.file-card', { hasText: name })
        return { to, card, hash: sha256(bytes) }
      }),
    )
    await Promise.all(files.map(({ card }) => card.getByRole('button', { name: 'Accept' }).click()))
    await Promise.all(files.map(({ card }) => eventually(() => share(card)).toBeGreaterThan(0)))
    await server.kill()
    expect(await answers(server.origin)).toBe(false)
    expect(() => process.kill(server.pid, 0)).toThrow()
    // Both were on their way when it died.
    for (const { card } of files) expect(await share(card)).toBeLessThan(1)

    for (const [from, to, text] of [
      [lena, ben, 'Still there, without a server?'],
      [ben, lena, 'As if nothing had happened.'],
    ] as const) {
      await say(from.page, text)
      await delivered(from.page, text)
      await bubble(to.page, text).waitFor()
    }
    await show(ben.page, 'real-file-moving.phone.dark')
    for (const { to, card, hash } of files) {
      await card.getByRole('button', { name: 'Save' }).waitFor({ timeout: 90_000 })
      const [download] = await Promise.all([
        to.page.waitForEvent('download'),
        card.getByRole('button', { name: 'Save' }).click(),
      ])
      expect(sha256(await readFile(await download.path()))).toBe(hash)
    }
    await lena.page.locator('[data-banner=away]').waitFor({ timeout: 30_000 })
    await ben.page.locator('[data-banner=away]').waitFor({ timeout: 30_000 })
    expect(await path(lena.page)).toBe('direct')
    await show(lena.page, 'real-server-killed.desktop.light')
    await show(ben.page, 'real-server-killed.phone.dark')
  })

  test('[T11] [C1] in the whole story nothing was asked of another origin, and no policy had to step in', async () => {
    expect(lena.foreign).toEqual([])
    expect(ben.foreign).toEqual([])
    // STUN of the own server and of nobody else.
    for (const window of [lena, ben]) {
      expect(new Set(await window.iceServers())).toEqual(new Set([`stun:127.0.0.1:${server.stunPort}`]))
    }
    const policy = (window: Window) =>
      window.complaints.filter((text) => /Content Security Policy|pageerror/u.test(text))
    expect(policy(lena)).toEqual([])
    expect(policy(ben)).toEqual([])
  })
})
