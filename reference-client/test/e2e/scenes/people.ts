/** Contacts, requests, conversations and what is told of them. */
import { click, enter, INVITED, type Scenes } from './scene.js'

export const people: Scenes = {
  async 'home-empty'(page) {
    await enter(page, 'empty')
  },
  async home(page) {
    await enter(page, 'home')
    await page.getByText('would like a tunnel').first().waitFor()
  },
  async add(page) {
    await enter(page, 'empty')
    await page.getByRole('button', { name: 'Add a contact' }).first().click()
  },
  async 'add-wrong'(page) {
    await people['add']?.(page)
    await page.getByLabel('Code', { exact: true }).fill('2b8w-q7zn-5c')
    await click(page, 'Ask')
    await page.getByText('This is your own code').waitFor()
  },
  async 'add-asked'(page) {
    await people['add']?.(page)
    await page.getByLabel('Code', { exact: true }).fill('5n8d 3htc 6w')
    await click(page, 'Ask')
    await page.getByText('Asked. Waiting').waitFor()
  },
  async 'add-accepted'(page) {
    await people['add']?.(page)
    await page.getByLabel('Code', { exact: true }).fill('7k3m 9qxa 4t')
    await click(page, 'Ask')
    await page.getByText('is now your contact').waitFor()
  },
  async conversation(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Ana Ribeiro/u }).click()
    await page.locator('.bubble', { hasText: 'This one is long' }).waitFor()
  },
  async 'file-paused'(page) {
    await people['conversation']?.(page)
    await click(page, 'Pause')
    const said = page.getByText('Paused here')
    await said.waitFor()
    return said
  },
  async 'file-choose-again'(page) {
    await people['conversation']?.(page)
    await page.evaluate(() => {
      const [contact] = globalThis.fake.me?.contacts ?? []
      const moving = contact?.transfers.find(({ stage }) => stage === 'accepted')
      if (moving !== undefined) globalThis.fake.me?.emit('file', { ...moving, held: 'source' })
    })
    const said = page.getByText('Its bytes are needed again')
    await said.waitFor()
    return said
  },
  async 'file-no-room'(page) {
    await people['conversation']?.(page)
    await page.evaluate(() => {
      const [contact] = globalThis.fake.me?.contacts ?? []
      const moving = contact?.transfers.find(({ stage }) => stage === 'accepted')
      if (moving !== undefined) globalThis.fake.me?.emit('file', { ...moving, outgoing: false, held: 'storage_full' })
    })
    const said = page.getByText('This device has no room left')
    await said.waitFor()
    return said
  },
  async 'file-damaged'(page) {
    await people['conversation']?.(page)
    await page.evaluate(() => {
      const [contact] = globalThis.fake.me?.contacts ?? []
      const moving = contact?.transfers.find(({ stage }) => stage === 'accepted')
      if (moving !== undefined) globalThis.fake.me?.emit('file', { ...moving, outgoing: false, damaged: 6 })
    })
    const said = page.getByText('Part 7 came damaged and is fetched again.')
    await said.waitFor()
    return said
  },
  async 'conversation-path'(page) {
    await people['conversation']?.(page)
    await page.locator('.conversation .path-summary').click()
  },
  async 'conversation-mirror'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Ben/u }).click()
    await page.locator('.bubble', { hasText: 'A newer kind' }).waitFor()
  },
  async 'conversation-away'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Cleo/u }).click()
    await page.getByLabel('Message to').fill('And one more thing:\nthe cat eats twice a day.\nThe bowl is blue.')
  },
  async 'conversation-device'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Dana/u }).click()
    await page.getByText('is new or was restored').first().waitFor()
  },
  async 'conversation-hostile'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Evil/u }).click()
  },
  async contact(page) {
    await people['conversation']?.(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    await page.getByRole('heading', { name: 'Safety number' }).waitFor()
  },
  async 'contact-build'(page) {
    await people['conversation-mirror']?.(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    return page.getByText('uses another build of this app')
  },
  async proof(page) {
    await enter(page, 'talk')
    await click(page, 'Proof')
    await page.getByText('public address of the router').waitFor()
  },
  async invitations(page) {
    await people['add']?.(page)
    await click(page, 'Make a link')
    return page.getByText('Take it back')
  },
  async 'invited-alarm'(page) {
    await page.goto(`/?scene=empty&vault${INVITED}`)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByText('You were invited').waitFor()
    await page.locator('[aria-labelledby=invited]').getByRole('button', { name: 'Ask' }).click()
    await page.getByText('key has changed').first().waitFor()
  },
  async 'scan-denied'(page) {
    await people['conversation-mirror']?.(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    await click(page, 'Scan their code')
    return page.getByText(/No camera|not allowed/).first()
  },
  async 'server-away'(page) {
    await enter(page, 'away')
    await page.getByRole('button', { name: /^Ana Ribeiro/u }).click()
  },
  async notice(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Ana Ribeiro/u }).click()
    await page.evaluate(() => {
      const ana = globalThis.fake.me?.contacts[0]
      if (ana === undefined) return
      Object.assign(ana, {
        send: () => Promise.reject(Object.assign(new Error('full'), { code: 'storage_failed', culprit: 'world' })),
      })
    })
    await page.getByLabel('Message to').fill('This will not be lost.')
    await page.keyboard.press('Enter')
    await page.getByText('This device could not read or write').waitFor()
  },
}
