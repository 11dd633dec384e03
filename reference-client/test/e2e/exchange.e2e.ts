/** What two people do with messages and with each other, in two browsers over the built server. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { shoot } from './gallery.js'
import { ask, bubble, delivered, meet, openConversation, ownCode, say, unlock } from './person.js'
import { MARKS, photo } from './photo.js'
import { type ServerProcess, startServer } from './server.js'

let server: ServerProcess
let lena: Window
let ben: Window

beforeAll(async () => {
  server = await startServer()
  lena = await openWindow(server.origin, { microphone: true })
  ben = await openWindow(server.origin)
})

afterAll(async () => {
  await lena?.close()
  await ben?.close()
  await server?.end()
})

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await page.getByRole('heading', { name: 'Locked' }).waitFor()
}

const row = (page: Page, name: string) => page.locator('.contact-row', { hasText: name }).first()

/** What stands in the conversation, in order; the unread line among it. */
const said = (page: Page) => page.locator('.messages .bubble, .messages [data-new]').allTextContents()

async function menu(page: Page, text: string, item: string): Promise<void> {
  await bubble(page, text).hover()
  await bubble(page, text).getByRole('button', { name: 'What to do with this message' }).click()
  await page.getByRole('dialog').getByRole('button', { name: item, exact: true }).click()
}

/** Drawing falls behind, as on a slow machine. */
function lateFrames(): void {
  const request = requestAnimationFrame
  window.requestAnimationFrame = (callback) => Number(setTimeout(() => request(callback), 400))
}

async function search(page: Page, text: string): Promise<void> {
  await page.getByLabel('Search messages and names').fill(text)
}

async function saved(page: Page, card: Locator): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    card.getByRole('button', { name: 'Save' }).click(),
  ])
  return readFile(await download.path())
}

/** The steps stand on each other: one story. */
describe('an exchange', () => {
  test('[C4] what both wrote while apart arrives once and in order; the line stands before what is new; a draft outlives locking and a reload', async () => {
    await meet(server.origin, lena.page, ben.page)
    await openConversation(lena.page, 'Ben')
    await say(lena.page, 'Together')
    await delivered(lena.page, 'Together')

    await lock(ben.page)
    await say(lena.page, 'Lena alone 1')
    await say(lena.page, 'Lena alone 2')
    await eventually(() => bubble(lena.page, 'Lena alone 2').getAttribute('data-state')).toBe('waiting')
    await lena.page.getByLabel('Message to').fill('Half a thought')
    await lock(lena.page)
    await lena.page.reload()
    await unlock(ben.page)
    await openConversation(ben.page, 'Lena')
    await say(ben.page, 'Ben alone 1')
    await say(ben.page, 'Ben alone 2')
    await eventually(() => bubble(ben.page, 'Ben alone 2').getAttribute('data-state')).toBe('waiting')
    await ben.page.getByLabel('Tell me when both of us are here').check()
    await ben.page.getByRole('button', { name: 'Settings' }).click()

    await unlock(lena.page)
    await row(lena.page, 'Ben').getByText('Half a thought').waitFor()
    await row(ben.page, 'Lena').getByText('2 new messages').waitFor({ state: 'attached', timeout: 60_000 })
    await row(lena.page, 'Ben').getByText('2 new messages').waitFor({ state: 'attached' })
    const here = ben.page.locator('[data-banner=here]')
    await here.getByText('is here').waitFor()
    await shoot(ben.page, 'real-both-here.desktop.light')
    await here.getByRole('button', { name: 'Close' }).click()
    await here.waitFor({ state: 'detached' })
    expect(await lena.page.title()).toBe('(2) Solo2')
    await openConversation(ben.page, 'Lena')
    await openConversation(lena.page, 'Ben')
    await eventually(() => said(ben.page)).toEqual([
      'Together',
      'Ben alone 1',
      'Ben alone 2',
      'New',
      'Lena alone 1',
      'Lena alone 2',
    ])
    await eventually(() => said(lena.page)).toEqual([
      'Together',
      'Lena alone 1',
      'Lena alone 2',
      'New',
      'Ben alone 1',
      'Ben alone 2',
    ])
    await eventually(() => lena.page.title()).toBe('Solo2')
    await eventually(() => bubble(lena.page, 'Lena alone 2').getAttribute('data-state')).toBe('read')
    expect(await lena.page.getByLabel('Message to').inputValue()).toBe('Half a thought')
    await shoot(lena.page, 'real-unread-line.desktop.light')
    await lena.page.getByLabel('Message to').fill('')
  })

  test('[V3] an answer, a reaction, an edit and a deletion reach both; search finds the present text only and leads to it', async () => {
    await say(lena.page, 'The harbour is quiet tonight')
    await bubble(ben.page, 'harbour').waitFor()
    await ben.page.evaluate(lateFrames)
    // Who types at once loses no letter.
    await menu(ben.page, 'harbour', 'Reply')
    await ben.page.keyboard.type('As ever')
    await ben.page.keyboard.press('Enter')
    await bubble(lena.page, 'As ever')
      .getByRole('button', { name: /In reply to you.*harbour/u })
      .waitFor()
    await menu(ben.page, 'harbour', 'React with 👍')
    await bubble(lena.page, 'harbour').getByLabel('Ben reacted with 👍'.replace('Ben', '\u2068Ben\u2069')).waitFor()

    await menu(lena.page, 'harbour', 'Edit')
    await lena.page.getByLabel('Edit your message').fill('The lighthouse is quiet tonight')
    await lena.page.keyboard.press('Enter')
    await bubble(ben.page, 'lighthouse').getByText('edited', { exact: true }).waitFor()
    await shoot(ben.page, 'real-exchange.desktop.light')

    await search(ben.page, 'harbour')
    await ben.page.getByText('Nothing here begins with').waitFor()
    await search(ben.page, 'lightho')
    await ben.page.locator('.hit mark', { hasText: 'lightho' }).waitFor()
    await shoot(ben.page, 'real-search.desktop.light')
    await ben.page.locator('.hit').click()
    await eventually(() => ben.page.evaluate(() => document.activeElement?.textContent)).toContain('lighthouse')

    await menu(lena.page, 'lighthouse', 'Delete for both')
    await lena.page.getByRole('dialog').getByRole('button', { name: 'Delete for both now' }).click()
    await ben.page.locator('.messages').getByText('This message was deleted.').first().waitFor()
    await search(ben.page, 'lighthous')
    await ben.page.getByText('Nothing here begins with').waitFor()
    await ben.page.getByRole('button', { name: 'End the search' }).click()
  })

  test('[V20] a place is looked at before it is sent, is drawn without asking anybody, and reaches the contact', async () => {
    await lena.context.grantPermissions(['geolocation'])
    await lena.context.setGeolocation({ latitude: 38.7071, longitude: -9.1365, accuracy: 14 })
    await lena.page.getByRole('button', { name: 'Send your place' }).click()
    await lena.page.locator('.place-preview .place-map').waitFor()
    expect(await ben.page.locator('.place-card').count()).toBe(0)
    await lena.page.getByRole('button', { name: 'Send this place' }).click()
    await ben.page.locator('.place-card').getByText('38.7071° north, 9.1365° west').waitFor()
    await shoot(ben.page, 'real-place.desktop.light')
    expect([...lena.foreign, ...ben.foreign]).toEqual([])
  })

  test('a picture goes without the place and everything else that its file holds, unless the person sends the original', async () => {
    const file = { name: 'walk.jpg', mimeType: 'image/jpeg', buffer: await photo(lena.page) }
    const cards = ben.page.locator('.file-card')
    const held = (bytes: Buffer) => MARKS.filter((mark) => bytes.includes(mark))
    expect(held(file.buffer)).toEqual(MARKS)

    await lena.page.setInputFiles('.composer input[type=file]', file)
    await lena.page.getByText('Only what one sees is sent').waitFor()
    await lena.page.locator('.picked .thumbnail').waitFor()
    expect(await cards.count()).toBe(0)
    await shoot(lena.page, 'real-picture-before.desktop.light')
    await lena.page.getByRole('button', { name: 'Send 1 picture' }).click()

    // Turned as the file says, drawn from pixels before a byte of the file is here.
    const thumbnail = cards.last().locator('canvas')
    await thumbnail.waitFor()
    const size = await thumbnail.evaluate((canvas) => [canvas.getAttribute('width'), canvas.getAttribute('height')])
    expect(size).toEqual(['78', '104'])
    await cards.last().getByRole('button', { name: 'Accept' }).click()
    const clean = await saved(ben.page, cards.last())
    expect(held(clean)).toEqual([])
    expect(clean.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))

    await cards.last().getByRole('button', { name: 'Show picture' }).click()
    const image = cards.last().locator('img')
    await image.waitFor()
    await eventually(() => image.evaluate((one) => (one as HTMLImageElement).naturalHeight)).toBe(400)
    await shoot(ben.page, 'real-picture.desktop.light')
    await cards.last().getByRole('button', { name: 'Hide picture' }).click()

    await lena.page.setInputFiles('.composer input[type=file]', file)
    await lena.page.getByLabel('Send the original files as they are').check()
    await lena.page.getByText('The originals go unchanged').waitFor()
    await lena.page.getByRole('button', { name: 'Send 1 picture' }).click()
    await eventually(() => cards.count()).toBe(2)
    await cards.last().getByRole('button', { name: 'Accept' }).click()
    expect((await saved(ben.page, cards.last())).equals(file.buffer)).toBe(true)
  })

  test('a voice note is recorded only when wanted, heard before it goes, and played at the other side', async () => {
    const { page } = lena
    const cards = ben.page.locator('.file-card')
    const before = await cards.count()
    const panel = page.getByLabel('Voice note', { exact: true })
    await page.getByRole('button', { name: 'Record a voice note' }).click()
    await panel.getByText('0:01').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await panel.waitFor({ state: 'detached' })

    await page.getByRole('button', { name: 'Record a voice note' }).click()
    await panel.getByText('0:01').waitFor()
    await shoot(page, 'real-recording.desktop.light')
    await page.getByRole('button', { name: 'Stop recording' }).click()
    await panel.getByRole('button', { name: 'Play' }).click()
    await panel.locator('[data-playing=true]').waitFor()
    await shoot(page, 'real-voice-before.desktop.light')
    expect(await cards.count()).toBe(before)
    await page.getByRole('button', { name: 'Send voice note' }).click()

    await eventually(() => cards.count()).toBe(before + 1)
    await cards.last().getByText('Voice note, 0:0').waitFor()
    await cards.last().getByRole('button', { name: 'Accept' }).click()
    await cards.last().getByRole('button', { name: 'Listen' }).click()
    await cards.last().getByRole('button', { name: 'Play' }).click()
    await cards.last().locator('[data-playing=true]').waitFor()
    await shoot(ben.page, 'real-voice.desktop.light')
    expect([...lena.complaints, ...ben.complaints, ...lena.foreign, ...ben.foreign]).toEqual([])
  })

  test('[V1] a nickname, pin, mute, archive and block outlive a reload, so does taking them back, and so does what is typed when it is locked at once', async () => {
    const { page } = ben
    const choices = [/^Pin:/u, /^Mute:/u, /^Archive:/u].map((label) => page.getByLabel(label))
    const chosen = () => Promise.all(choices.map((choice) => choice.isChecked()))
    const pane = page.getByRole('complementary', { name: 'Contact' })
    const press = (name: string) => pane.getByRole('button', { name, exact: true }).click()
    const nickname = page.getByLabel('Your name for this contact')
    const again = async () => {
      await page.reload()
      await unlock(page)
      await page.getByRole('heading', { name: 'Contacts' }).waitFor()
    }
    await nickname.fill('Captain')
    await press('Save the name')
    for (const choice of choices) await choice.click()
    await press('Block')
    await pane.getByText('You have blocked this contact').waitFor()
    await page.locator('.archived .contact-row', { hasText: 'Captain' }).waitFor({ state: 'attached' })
    await eventually(chosen).toEqual([true, true, true])

    await again()
    await page.locator('.archived summary').click()
    await shoot(page, 'real-archived.desktop.light')
    expect(await page.locator('.contacts .contact-row:not(.notes-row)').count()).toBe(1)
    const kept = page.locator('.archived .contact-row', { hasText: 'Captain' })
    expect(await kept.locator('.row-mark .unseen').allTextContents()).toEqual(
      expect.arrayContaining(['pinned', 'muted', 'blocked']),
    )
    await kept.click()
    await pane.getByText('You have blocked this contact').waitFor()
    expect(await chosen()).toEqual([true, true, true])
    expect(await nickname.inputValue()).toBe('Captain')
    await say(lena.page, 'Is the door open')
    await eventually(() => bubble(lena.page, 'Is the door open').getAttribute('data-state')).toBe('waiting')

    await nickname.fill('')
    await press('Save the name')
    for (const choice of choices) await choice.click()
    await press('Unblock')
    await page.locator('.archived').waitFor({ state: 'detached' })
    await page.getByLabel('Message to').fill('Begun, and gone at once')
    await lock(page)
    await again()
    await openConversation(page, 'Lena')
    expect(await page.getByLabel('Message to').inputValue()).toBe('Begun, and gone at once')
    await page.getByLabel('Message to').fill('')
    expect(await chosen()).toEqual([false, false, false])
    await pane.getByRole('button', { name: 'Block', exact: true }).waitFor()
    await delivered(lena.page, 'Is the door open')
    expect(await row(page, 'Lena').locator('.row-mark .unseen').allTextContents()).not.toContain('blocked')
  })

  test('[V3] what is to disappear is not seen again by who was away when its time was over', async () => {
    await lena.page.getByLabel('5 seconds', { exact: true }).click()
    await ben.page.locator('.messages').getByText('disappears after 5 seconds').waitFor()
    await say(lena.page, 'Only for a moment')
    await bubble(ben.page, 'Only for a moment').waitFor()
    await lock(ben.page)
    await bubble(lena.page, 'Only for a moment').waitFor({ state: 'detached' })
    await ben.page.evaluate(() => {
      const observer = new MutationObserver(() => {
        if (document.body.textContent.includes('Only for a moment')) document.documentElement.dataset['seenAgain'] = ''
      })
      observer.observe(document.body, { childList: true, subtree: true, characterData: true })
    })
    await unlock(ben.page)
    await openConversation(ben.page, 'Lena')
    await ben.page.locator('.messages').getByText('disappears after 5 seconds').waitFor()
    await search(ben.page, 'moment')
    await ben.page.getByText('Nothing here begins with').waitFor()
    expect(await ben.page.evaluate(() => 'seenAgain' in document.documentElement.dataset)).toBe(false)
    await ben.page.getByRole('button', { name: 'End the search' }).click()
  })

  test('[V14] who was deleted can be asked anew, and both talk again with one contact each', async () => {
    await ben.page.getByRole('button', { name: 'Delete contact', exact: true }).click()
    await ben.page.getByRole('button', { name: 'Go on' }).click()
    await ben.page.getByRole('button', { name: 'Delete contact now' }).click()
    await ben.page.getByText('Nobody here yet').waitFor()
    const code = await ownCode(lena.page)
    await ownCode(ben.page)
    await ask(ben.page, code)
    await lena.page.getByRole('button', { name: 'Accept' }).click()
    await ben.page.getByText('is now your contact').waitFor({ timeout: 60_000 })
    await openConversation(ben.page, 'Lena')
    await say(ben.page, 'Hello again')
    await delivered(ben.page, 'Hello again')
    for (const { page } of [lena, ben])
      expect(await page.locator('.contacts .contact-row:not(.notes-row)').count()).toBe(1)
  })
})
