/** Own devices: joining one, letting one in, the list of them; and the locks of this one. */
import { click, enter, type Scenes } from './scene.js'

export const devices: Scenes = {
  async undecided(page) {
    await page.goto('/?scene=undecided&vault')
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByRole('heading', { name: 'This account lives on another device' }).waitFor()
  },
  async 'undecided-wrong'(page) {
    await devices['undecided']?.(page)
    await click(page, 'Join another device')
    await page.getByLabel('The six words').fill('fabric orbit lemon')
    await page.getByLabel('Name of the device').fill('Telephone')
    await click(page, 'Join')
    await page.getByText('This is not the code').waitFor()
  },
  async 'undecided-joining'(page) {
    await devices['undecided-wrong']?.(page)
    await page.getByLabel('The six words').fill('fabric orbit lemon canyon trophy whisper')
    await click(page, 'Join')
    await page.getByText('Looking for the other device').waitFor()
  },
  async 'undecided-backup'(page) {
    await devices['undecided']?.(page)
    await click(page, 'From a backup')
    await page.getByLabel('Password of the backup').fill('wrong')
    await page.getByLabel('Backup file').setInputFiles({ name: 'a.backup', mimeType: '', buffer: Buffer.from('a') })
    await click(page, 'Restore')
    await page.getByText('This password does not open the backup').waitFor()
  },
  async 'undecided-restoring'(page) {
    await devices['undecided-backup']?.(page)
    await page.getByLabel('Password of the backup').fill('hold this one')
    await click(page, 'Restore')
    await page.getByText('Adding what is missing').waitFor()
  },
  async 'undecided-anew'(page) {
    await devices['undecided']?.(page)
    await click(page, 'Start anew')
    await page.getByText('Your contacts are warned').waitFor()
  },
  async 'devices-one'(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await page.getByText('Only this one so far').waitFor()
  },
  async devices(page) {
    await enter(page, 'devices')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await page.getByText('Old tablet').waitFor()
  },
  async 'devices-rename'(page) {
    await devices['devices']?.(page)
    await page.getByRole('button', { name: /^Rename .*tablet/u }).click()
    await page.getByLabel('Name of the device').fill('')
    await click(page, 'Save')
    await page.getByText('Choose a name of at most').waitFor()
  },
  async 'devices-remove'(page) {
    await devices['devices']?.(page)
    await page.getByRole('button', { name: /^Remove .*tablet/u }).click()
    await page.getByText('It keeps what it has').waitFor()
  },
  async 'devices-code'(page) {
    await devices['devices']?.(page)
    await click(page, 'Show a code')
    return page.getByText('Waiting for the new device')
  },
  async 'devices-asked'(page) {
    await enter(page, 'device-asks')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await click(page, 'Show a code')
    await page.getByText('calls itself').waitFor()
  },
  async 'devices-added'(page) {
    await devices['devices-asked']?.(page)
    await click(page, 'Let it in')
    await page.getByText('It fetches everything from here').waitFor()
    await page.evaluate(() => globalThis.fake.me?.emit('sync', { remaining: 1_234 }))
    await page.evaluate(() => globalThis.fake.me?.emit('sync', { remaining: 777 }))
    await page.locator('[data-banner=sync]').waitFor()
  },
  async 'devices-wrong'(page) {
    await enter(page, 'device-wrong')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await click(page, 'Show a code')
    await page.getByText('Another code was tried').waitFor()
  },
  async 'locked-idle'(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByRole('radio', { name: '1 minute' }).check()
    await page.evaluate(() => {
      const now = Date.now
      Date.now = () => now() + 61_000
    })
    await page.mouse.move(20, 20)
    await page.getByText('nobody used it for a while').waitFor()
  },
  async 'taking-over'(page) {
    await page.goto('/?scene=elsewhere&vault')
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await click(page, 'Use it here')
    await page.getByText('Asking the other tab to lock').waitFor()
  },
  async 'maximum-security'(page) {
    await enter(page, 'maximum')
    await click(page, 'Settings')
    return page.getByText('Maximum security is on.', { exact: true })
  },
}
