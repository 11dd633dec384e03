/** Pictures and voice notes: as they came, before they are sent, and where they can't be. */
import type { Page } from 'playwright-core'
import { click, enter, type Scenes } from './scene.js'

async function luca(page: Page): Promise<void> {
  await enter(page, 'exchange')
  await page.getByRole('button', { name: /^Luca/u }).click()
  await page.getByText('Voice note, 0:12').waitFor()
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export const media: Scenes = {
  async media(page) {
    await luca(page)
    await page.getByRole('button', { name: 'Show picture' }).last().click()
    return page.getByText('This is not what its sender calls it')
  },
  async 'await-contact'(page) {
    await enter(page, 'exchange')
    await page.getByRole('button', { name: /^Noah/u }).click()
    await page.getByRole('button', { name: /^About this contact/u }).click()
    return page.getByText('Tell me when both of us are here')
  },
  async 'media-preview'(page) {
    await luca(page)
    await page.setInputFiles('.composer input[type=file]', [
      { name: 'a small green square.png', mimeType: 'image/png', buffer: PNG },
      { name: 'IMG_0042.heic', mimeType: 'image/heic', buffer: Buffer.from('no browser reads this') },
    ])
    await page.getByText('This browser cannot read this picture').waitFor()
  },
  async 'voice-refused'(page) {
    await luca(page)
    await click(page, 'Record a voice note')
    await page.getByText('microphone').first().waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
  },
}
