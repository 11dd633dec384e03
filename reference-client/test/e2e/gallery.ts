/** Screenshots in one folder with a page that shows them side by side. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CDPSession, Page } from 'playwright-core'

export const GALLERY = fileURLToPath(new URL('../../../test-output/screenshots/', import.meta.url))

const sessions = new WeakMap<Page, Promise<CDPSession>>()

/** Behind a navigation or a new size, a frame may be asked for before there is one: so often it is waited for. */
const FRAMES = 5

/** Asked of the browser itself, which packs its pictures faster than it would for Playwright: a run takes hundreds of them. */
async function capture(page: Page, frames = FRAMES): Promise<string> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page)
  sessions.set(page, session)
  try {
    const { data } = await (await session).send('Page.captureScreenshot', { optimizeForSpeed: true })
    return data
  } catch (error) {
    if (frames === 0 || !String(error).includes('Unable to capture screenshot')) throw error
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    return capture(page, frames - 1)
  }
}

export async function shoot(page: Page, name: string): Promise<void> {
  const data = await capture(page)
  await mkdir(GALLERY, { recursive: true })
  await writeFile(`${GALLERY}${name}.png`, Buffer.from(data, 'base64'))
}

/** Names are `screen.size.theme`; one row a screen. */
export async function writeIndex(): Promise<void> {
  const files = (await readdir(GALLERY)).filter((file) => file.endsWith('.png')).sort()
  const rows = new Map<string, string[]>()
  for (const file of files) {
    const screen = file.split('.')[0] ?? file
    rows.set(screen, [...(rows.get(screen) ?? []), file])
  }
  const body = [...rows]
    .map(([screen, shots]) => {
      const figures = shots
        .map((file) => `<figure><img src="${file}" alt="" loading="lazy"><figcaption>${file}</figcaption></figure>`)
        .join('')
      return `<h2>${screen}</h2><div>${figures}</div>`
    })
    .join('\n')
  await writeFile(
    `${GALLERY}index.html`,
    `<!doctype html><meta charset="utf-8"><title>Screens</title>
<style>body{font:15px system-ui;margin:24px;background:#888}div{display:flex;gap:16px;align-items:start;overflow-x:auto}
figure{margin:0}img{max-height:520px;border-radius:8px}figcaption{font-size:13px}</style>
${body}
`,
  )
}
