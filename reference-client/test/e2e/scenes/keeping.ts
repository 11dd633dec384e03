/** Backups and what else is kept, the lock after idle, and what other apps share. */
import type { Page } from 'playwright-core'
import { before, click, enter, type Scenes } from './scene.js'

async function safekeeping(page: Page): Promise<void> {
  await enter(page, 'talk')
  await click(page, 'Settings')
  await click(page, 'Backup and storage')
  await page.getByRole('heading', { name: 'Readable copy' }).waitFor()
}

async function bringBack(page: Page, password: string): Promise<void> {
  await safekeeping(page)
  await click(page, 'Choose a backup')
  await page.getByLabel('Backup file').setInputFiles({ name: 'a.backup', mimeType: '', buffer: Buffer.from('a') })
  await page.getByLabel('Password of the backup').fill(password)
  await click(page, 'Bring it back')
}

/** A worker that holds what another app shared. */
async function shared(page: Page, scene: string, isThere: boolean): Promise<void> {
  await before(
    page,
    isThere
      ? () => {
          const files = [new File([new Uint8Array(48_213)], 'harbour at night.jpg', { type: 'image/jpeg' })]
          const text = 'Look at this, it is where we met: https://harbour.example/pier-7'
          const controller = {
            postMessage: (_: unknown, [port]: MessagePort[]) => port?.postMessage({ text, files }),
          }
          const value = { controller, register: async () => ({}), getRegistration: async () => undefined }
          Object.defineProperty(navigator, 'serviceWorker', { value })
        }
      : () => {
          const value = { controller: null, register: async () => ({}), getRegistration: async () => undefined }
          Object.defineProperty(navigator, 'serviceWorker', { value })
        },
  )
  await page.goto(`/?scene=${scene}&vault#shared`)
}

export const keeping: Scenes = {
  safekeeping,
  async 'safekeeping-writing'(page) {
    await bringBack(page, 'hold this one')
    return page.getByText('Adding what is missing')
  },
  async 'safekeeping-damaged'(page) {
    await bringBack(page, 'damaged')
    return page.getByText('The damage begins at byte')
  },
  async locks(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
    return page.getByRole('heading', { name: 'Lock after idle' })
  },
  async 'share-locked'(page) {
    await shared(page, 'talk', true)
    await page.getByText('Something was shared with Solo2').waitFor()
  },
  async share(page) {
    await keeping['share-locked']?.(page)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByRole('heading', { name: 'Send to' }).waitFor()
  },
  async 'share-gone'(page) {
    await shared(page, 'talk', false)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByText('What was shared is not here any more').waitFor()
  },
}
