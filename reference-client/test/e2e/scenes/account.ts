/** Settings, the own account, how it stands, and what is told above everything. */
import { keeping } from './keeping.js'
import { before, click, enter, type Scenes } from './scene.js'

export const account: Scenes = {
  ...keeping,
  async settings(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
  },
  async about(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByText('the same as yours').waitFor()
    return page.getByText('These digits stand for every byte')
  },
  async 'network-no-mirror'(page) {
    await enter(page, 'blocked-path')
    await click(page, 'Settings')
    await page.getByText('Through the mirror only', { exact: true }).click()
    return page.getByText('This server has no mirror')
  },
  async 'network-constant'(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByLabel('At a constant rate').check()
    return page.getByText('Two packets leave each second')
  },
  async 'notifications-on'(page) {
    await before(page, () => Object.defineProperty(Notification, 'permission', { get: () => 'granted' }))
    await enter(page, 'notified')
    await click(page, 'Settings')
    await page.getByText('They are on in this browser').waitFor()
  },
  async 'notifications-denied'(page) {
    await before(page, () => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }))
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByText('You have forbidden them').waitFor()
  },
  async 'notifications-unsupported'(page) {
    await before(page, () => Reflect.deleteProperty(globalThis, 'PushManager'))
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByText('has no notifications').waitFor()
  },
  async 'notifications-no-service'(page) {
    await before(page, () => {
      Object.defineProperty(Notification, 'permission', { get: () => 'granted' })
      Object.defineProperty(Notification, 'requestPermission', { value: async () => 'granted' })
    })
    await enter(page, 'talk')
    await click(page, 'Settings')
    await click(page, 'Turn on')
    await page.getByText('could not reach its push service').waitFor()
  },
  async account(page) {
    await enter(page, 'balance')
    await click(page, 'Settings')
    await click(page, 'Account and keys')
    await page.getByText('· this device').waitFor()
  },
  async 'account-password'(page) {
    await account['account']?.(page)
    await click(page, 'Change the password')
    await page.getByLabel('Present password', { exact: true }).fill('wrong one')
    await page.getByLabel('New password', { exact: true }).fill('green anchor 17')
    await click(page, 'Change the password')
    await page.getByText('Username or password is wrong').waitFor()
  },
  async 'account-words'(page) {
    await account['account']?.(page)
    await click(page, 'Show the 24 words')
    await page.getByLabel('Present password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Show the words')
    return page.locator('.words .word').first()
  },
  async 'account-delete'(page) {
    await account['account']?.(page)
    await click(page, 'Delete the account')
    return page.getByText('It cannot be undone')
  },
  async 'account-done'(page) {
    await account['account']?.(page)
    await click(page, 'New code')
    await click(page, 'Draw a new code')
    await page.getByText('finds nobody any more').waitFor()
  },
  async paused(page) {
    await enter(page, 'paused')
    await page.getByText('Your account is paused').waitFor()
  },
  async grace(page) {
    await enter(page, 'grace')
    await page.getByText('Your balance is used up').waitFor()
  },
  async 'cut-off'(page) {
    await enter(page, 'cut-off')
    await page.getByText('Your account is cut off').waitFor()
  },
  async suspended(page) {
    await enter(page, 'suspended')
    await page.getByText('has suspended your account').waitFor()
  },
  async 'danger-clear'(page) {
    await account['settings']?.(page)
    await click(page, 'Clear my data')
    return page.getByText('What was only here is gone')
  },
  async 'danger-reset'(page) {
    await account['settings']?.(page)
    await click(page, 'Emergency reset')
    await click(page, 'Go on')
    return page.getByText('Once more')
  },
  async 'update-ready'(page) {
    await before(page, () => {
      const registration = { waiting: {}, active: {}, addEventListener() {}, update: async () => {} }
      Object.defineProperty(navigator, 'serviceWorker', {
        value: { register: async () => registration, getRegistration: async () => undefined },
      })
    })
    await enter(page, 'talk')
    await page.getByText('Another version of Solo2').waitFor()
  },
  async 'clock-wrong'(page) {
    await enter(page, 'clock-wrong')
    await page.getByText('24 hours ahead').waitFor()
  },
  async 'session-over'(page) {
    await enter(page, 'talk')
    await page.evaluate(() => globalThis.fake.me?.emit('session', 'over'))
    await page.getByText('Your session has ended').waitFor()
  },
}
