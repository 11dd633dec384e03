/** Notes to oneself: none yet, some, and the question before one is deleted. */
import type { Page } from 'playwright-core'
import { openNotes } from '../person.js'
import { click, enter, type Scenes } from './scene.js'

async function notes(page: Page, scene: string): Promise<void> {
  await enter(page, scene)
  await openNotes(page)
}

export const ownNotes: Scenes = {
  async 'notes-empty'(page) {
    await notes(page, 'empty')
    return page.getByText('Nothing noted yet')
  },
  async notes(page) {
    await notes(page, 'notes')
    await page.getByText('Only until tomorrow.').last().waitFor()
  },
  async 'notes-about'(page) {
    await notes(page, 'notes')
    await page.getByRole('button', { name: /^About your notes/u }).click()
    return page.getByText('In your list')
  },
  async 'notes-remove'(page) {
    await notes(page, 'notes')
    const note = page.locator('.message', { has: page.locator('.bubble', { hasText: 'Parked here' }) })
    await note.getByRole('button', { name: 'What to do with this message' }).click()
    await click(page, 'Delete')
    return page.getByText('Delete this note here')
  },
}
