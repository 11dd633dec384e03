/** An invitation to somebody without an account, and codes compared by camera: two browsers, the built server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { writeFilm } from './film.js'
import { bubble, delivered, openConversation, ownCode, register, say } from './person.js'
import { type ServerProcess, startServer } from './server.js'

let server: ServerProcess
let folder: string
let ana: Window
let ben: Window
let link: string
const film = () => join(folder, 'camera.y4m')

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'solo2-film-'))
  await writeFilm(film())
  ana = await openWindow(server.origin, { camera: film() })
  ben = await openWindow(server.origin, { width: 360, height: 740 })
  await ana.page.goto(server.origin)
  await register(ana.page, 'ana', 'Ana')
})

afterAll(async () => {
  await ana?.close()
  await ben?.close()
  await server?.end()
  await rm(folder, { recursive: true, force: true })
})

const click = (window: Window, name: string) => window.page.getByRole('button', { name, exact: true }).click()

/** Everything that ben's browser asked of anybody: addresses, headers, bodies. */
const asked: string[] = []

describe('an invitation', () => {
  test('[C5] the link opens registration, leaves the address at once, and nothing of its secret goes to the server', async () => {
    await ownCode(ana.page)
    await click(ana, 'Make a link')
    link = (await ana.page.locator('.link').textContent()) ?? ''
    expect(link).toMatch(/^http:\/\/localhost:\d+\/#v1\.[0-9A-Z]{10}\.[\w-]{64}$/)
    ben.context.on('request', (request) => {
      asked.push(request.url().split('#')[0] ?? '', JSON.stringify(request.headers()), request.postData() ?? '')
    })
    // Before the first script that is not the page's own entry has run, the address is bare.
    await ben.page.goto(link)
    expect(await ben.page.evaluate(() => location.href)).toBe(`${server.origin}/`)
    await ben.page.getByText('the invitation waits').waitFor()
    await register(ben.page, 'ben', 'Ben')
    await ben.page.getByText('You were invited').waitFor()
    expect(await ben.page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]))).not.toContain(
      'v1.',
    )
  })

  test('[C5] both are shown as verified by invitation, from the first message on', async () => {
    await ben.page.locator('[aria-labelledby=invited]').getByRole('button', { name: 'Ask' }).click()
    await ana.page.getByRole('button', { name: 'Accept' }).click()
    await openConversation(ana.page, 'Ben')
    await say(ana.page, 'welcome')
    await delivered(ana.page, 'welcome')
    await ben.page.getByText('is now your contact').waitFor()
    await click(ben, 'Write')
    await bubble(ben.page, 'welcome').waitFor()
    for (const window of [ana, ben]) {
      await window.page.getByRole('button', { name: /^About this contact/u }).click()
      await window.page.getByText('Verified by invitation').waitFor()
    }
    const secret = link.split('.').at(-1) ?? ''
    expect(asked.length).toBeGreaterThan(20)
    expect(asked.filter((text) => text.includes(secret) || text.includes(secret.slice(22)))).toEqual([])
  })

  test('[V19] the code on the other screen is read by the camera: a false one is an alarm, the right one verifies', async () => {
    const qr = async (window: Window): Promise<Uint8Array> => {
      // What the screen shows, drawn from the same 65 bytes.
      const digits = await window.page.locator('.detail-pane .qr path').getAttribute('d')
      return readQr(digits ?? '')
    }
    const right = await qr(ben)
    expect(right).toHaveLength(65)
    const wrong = right.slice()
    wrong[40] = (wrong[40] as number) ^ 1
    await writeFilm(film(), new TextEncoder().encode('https://example.org/'))
    await click(ana, 'Scan their code')
    await ana.page.getByText('This is another kind of code').waitFor()
    await ana.page.locator('.scanner').getByRole('button', { name: 'Cancel' }).click()
    await writeFilm(film(), wrong)
    await click(ana, 'Scan their code')
    await ana.page.getByText('key has changed').waitFor()
    await ana.page.getByText('Verified by invitation').waitFor()
    await writeFilm(film(), right)
    await click(ana, 'Scan their code')
    await ana.page.getByText('Verified: you compared').waitFor()
    await eventually(() => ana.page.locator('.scanner').count()).toBe(0)
  })
})

/** The bytes of a QR code that is drawn as one path of unit squares. */
async function readQr(path: string): Promise<Uint8Array> {
  const { decodeQR } = await import('qr/decode.js')
  const places = [...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
  const size = Math.max(...places.map(([x]) => x)) + 5
  const scale = 6
  const width = size * scale
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [x, y] of places) {
    for (let dy = 0; dy < scale; dy++) {
      data.fill(0, ((y * scale + dy) * width + x * scale) * 4, ((y * scale + dy) * width + (x + 1) * scale) * 4)
    }
  }
  for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255
  const text = decodeQR(
    { width, height: width, data },
    { textDecoder: (bytes) => String.fromCharCode(...bytes), timeLimit: 5_000 },
  )
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
