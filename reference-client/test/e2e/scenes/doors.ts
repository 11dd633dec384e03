/** Before an account is open: create, log in, words, locked, and what this browser lacks. */
import { before, click, fillAccount, INVITED, type Scenes, WORDS } from './scene.js'

export const doors: Scenes = {
  async welcome(page) {
    await page.goto('/')
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
  },
  async create(page) {
    await page.goto('/')
    await click(page, 'Create an account')
    await fillAccount(page)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42 ')
  },
  async 'create-lacking'(page) {
    await page.goto('/')
    await click(page, 'Create an account')
    await click(page, 'Create account')
  },
  async 'create-taken'(page) {
    await page.goto('/')
    await click(page, 'Create an account')
    await fillAccount(page, 'taken')
    await click(page, 'Create account')
    await page.getByText('This username is taken').waitFor()
  },
  async creating(page) {
    await page.goto('/?scene=slow')
    await click(page, 'Create an account')
    await fillAccount(page)
    await click(page, 'Create account')
    await page.getByText('slow on purpose').waitFor()
  },
  async words(page) {
    await page.goto('/')
    await click(page, 'Create an account')
    await fillAccount(page)
    await click(page, 'Create account')
    await page.getByText('Your 24 words').waitFor()
  },
  async 'words-confirm'(page) {
    await doors['words']?.(page)
    await click(page, 'I have written them down')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('This is not that word').first().waitFor()
  },
  async login(page) {
    await page.goto('/')
    await click(page, 'Log in')
    await page.getByLabel('Username').fill('lena')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await click(page, 'Log in')
    await page.getByText('Username or password is wrong').waitFor()
  },
  async locked(page) {
    await page.goto('/?vault')
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
  },
  async 'newer-vault'(page) {
    await page.goto('/?scene=newer')
    await page.getByText('This vault belongs to a newer version').waitFor()
  },
  async 'locked-limited'(page) {
    await page.goto('/?vault')
    await page.getByLabel('Password', { exact: true }).fill('limit')
    await click(page, 'Open')
    await page.getByText('Too many tries').waitFor()
  },
  async 'locked-words'(page) {
    await page.goto('/?vault')
    await click(page, 'Use the 24 words')
    await page.getByLabel('The 24 words').fill('erase present expand convince muscel join')
    await click(page, 'Open')
    await page.getByText('These are not the words').waitFor()
  },
  async recover(page) {
    await page.goto('/')
    await click(page, 'Open with your 24 words')
    await page.getByLabel('Username').fill('lena')
    await page.getByLabel('The 24 words').fill(WORDS.replace('palace', 'palas'))
    await page.getByLabel('New password', { exact: true }).fill('green anchor 17')
    await click(page, 'Open')
    await page.getByText('Word 7 is not in the list').waitFor()
  },
  async 'login-clock'(page) {
    await page.goto('/?scene=clock-behind')
    await click(page, 'Log in')
    await page.getByLabel('Username').fill('lena')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await click(page, 'Log in')
    await page.getByText('12 minutes behind').waitFor()
    await page.getByText('Username or password is wrong').waitFor()
  },
  async 'open-elsewhere'(page) {
    await page.goto('/?scene=elsewhere&vault')
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByRole('heading', { name: 'Open in another tab' }).waitFor()
  },
  async unsupported(page) {
    await before(page, () => {
      Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined })
      Object.defineProperty(globalThis, 'RTCPeerConnection', { value: undefined })
    })
    await page.goto('/')
    await page.getByText('cannot keep an account').waitFor()
  },
  async invited(page) {
    await page.goto(`/${INVITED}`)
    await page.getByText('the invitation waits').waitFor()
  },
}
