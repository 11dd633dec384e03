/** Backup, import, readable copy, storage and diagnosis at the screen, against the built server: one person, one browser. */
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { show } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { PASSWORD, register } from './person.js'
import { type ServerProcess, startServer } from './server.js'
import { storedRecords } from './stored.js'

const OWN = ' of the backup 17'

let server: ServerProcess
let window: Window
let page: Page
let sealed: string

beforeAll(async () => {
  server = await startServer()
  window = await openWindow(server.origin, { width: 360, height: 740 })
  page = window.page
  await page.goto(server.origin)
  await register(page, 'lena', 'Lena')
})

afterAll(async () => {
  await window?.close()
  await server?.end()
})

const click = (name: string) => page.getByRole('button', { name, exact: true }).click()
const fill = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text)

async function saved(download: Promise<Download>): Promise<string> {
  const path = join(window.profile, (await download).suggestedFilename())
  await (await download).saveAs(path)
  return path
}

/** Where the browser has no dialog that gives a file: then it is a download. */
async function withoutDialog(): Promise<void> {
  await page.evaluate(() => Reflect.set(globalThis, 'showSaveFilePicker', undefined))
}

async function bringBack(bytes: Uint8Array, password: string, says: string | RegExp): Promise<void> {
  const path = join(window.profile, 'chosen.backup')
  await writeFile(path, bytes)
  await page.getByLabel('Backup file').setInputFiles(path)
  await fill('Password of the backup', password)
  await click('Bring it back')
  await page.getByText(says).waitFor()
}

/** Runs in the page: the vault's header says that a program of that version wrote it. */
async function writeHeaderVersion(version: number): Promise<void> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const all = await indexedDB.databases()
  const database = await done(indexedDB.open(all.find(({ name }) => name?.startsWith('solo2 vault'))?.name ?? ''))
  const records = database.transaction('records', 'readwrite').objectStore('records')
  const header: Uint8Array = await done(records.get(['header', 'header']))
  // Its first field.
  header[1] = version
  await done(records.put(header, ['header', 'header']))
  database.close()
}

/** Runs in the page. */
async function raiseDatabase(): Promise<void> {
  const all = await indexedDB.databases()
  const request = indexedDB.open(all.find(({ name }) => name?.startsWith('solo2 vault'))?.name ?? '', 99)
  await new Promise((resolve) => {
    request.onsuccess = resolve
  })
  request.result.close()
}

/** Runs in a page without the app: what a browser deletes that needs room, and what it leaves. */
async function evict(): Promise<void> {
  for (const { name = '' } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name)
      request.onsuccess = resolve
      request.onerror = () => reject(request.error)
      request.onblocked = () => reject(new Error('blocked'))
    })
  }
  const root = await navigator.storage.getDirectory()
  const names: string[] = []
  for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name)
  for (const name of names) await root.removeEntry(name, { recursive: true })
  for (const name of await caches.keys()) await caches.delete(name)
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
}

describe('safekeeping', () => {
  test('[V10] [A2] a backup is written, read again and remembered; the browser says what it promises', async () => {
    await click('Settings')
    await click('Backup and storage')
    await page.getByText('A backup is due').waitFor()
    await page.getByText(/Kept until you delete it|May be cleared when the disk gets full/u).waitFor()
    await withoutDialog()
    await click('Make a backup')
    await fill('Password of the backup', OWN)
    await page.getByText('begins or ends with a blank').waitFor()
    await fill('The same password again', OWN.trim())
    await click('Write the backup')
    await page.getByText('The two passwords differ').waitFor()
    await fill('The same password again', OWN)
    const download = page.waitForEvent('download')
    await click('Write the backup')
    sealed = await saved(download)
    await page.getByText('The backup is written, and was read again').waitFor()
    expect(await page.getByText('A backup is due').count()).toBe(0)
    expect((await readFile(sealed)).includes('lena')).toBe(false)
  })

  test('[V10] what is wrong with a file reads differently each time; the right one doubles nothing', async () => {
    const bytes = new Uint8Array(await readFile(sealed))
    await click('Choose a backup')
    await click('Bring it back')
    await page.getByText('Choose the file first').waitFor()
    await bringBack(bytes, OWN.trim(), 'This password does not open the backup')
    await bringBack(bytes.slice(0, bytes.length >> 1), OWN, 'The backup is incomplete')
    await bringBack(
      bytes.map((byte, n) => (n === 90 ? byte ^ 1 : byte)),
      OWN,
      /The damage begins at byte 80 /u,
    )
    await bringBack(Buffer.from('\u00ff\u00d8\u00ff\u00e0 a picture', 'latin1'), OWN, 'This file is no backup')
    await bringBack(new Uint8Array(0), OWN, 'This file is no backup')
    await bringBack(bytes, OWN, 'Everything of this backup was here already')
  })

  test('[V11] a readable copy is written as it comes to the file that was chosen; a cancelled one leaves nothing', async () => {
    await page.evaluate(() => {
      const pick = async () => (await navigator.storage.getDirectory()).getFileHandle('chosen.zip', { create: true })
      Reflect.set(globalThis, 'showSaveFilePicker', pick)
    })
    const chosen = () =>
      page.evaluate(async () => {
        const root = await navigator.storage.getDirectory()
        const handle = await root.getFileHandle('chosen.zip').catch(() => undefined)
        return handle && [...new Uint8Array(await (await handle.getFile()).arrayBuffer())]
      })
    await click('Make a readable copy')
    await page.getByText('It is not encrypted').waitFor()
    await fill('Your password', 'wrong kettle 42')
    await click('Write it unencrypted')
    await page.getByText('code: wrong_password').waitFor()
    expect(await chosen()).toBeUndefined()
    await fill('Your password', PASSWORD)
    await click('Write it unencrypted')
    await page.getByText('The copy is written').waitFor()
    const path = join(window.profile, 'chosen.zip')
    await writeFile(path, Uint8Array.from((await chosen()) ?? []))
    expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors detected')
  })

  test('a diagnosis tells what helps, and no name, code or address', async () => {
    await withoutDialog()
    const download = page.waitForEvent('download')
    await click('Save the diagnosis')
    const text = await readFile(await saved(download), 'utf8')
    expect(JSON.parse(text)).toMatchObject({
      format: 'solo2 diagnosis',
      server: 'connected',
      backedUpDaysAgo: 0,
      features: { webRtc: true, privateFiles: true },
      contacts: { count: 0 },
      problems: { wrong_password: 2, backup_cut: 1, backup_damaged: 1, not_backup: 2 },
    })
    await page.goBack()
    const code = (await page.locator('.facts .code').first().textContent()) ?? ''
    for (const canary of ['lena', code, code.replaceAll('-', ''), server.origin, 'localhost']) {
      expect(text.toLowerCase().includes(canary.toLowerCase()), canary).toBe(false)
    }
    expect(window.complaints).toEqual([])
  })

  test('[V1] a vault of a later version is told before anything is made, and not touched, whether its header or its database says so', async () => {
    const newer = () => page.getByText('This vault belongs to a newer version')
    const loginIsRefused = async () => {
      await click('Log in')
      await fill('Username', 'lena')
      await fill('Password', PASSWORD)
      await click('Log in')
      await newer().waitFor()
    }
    await page.reload()
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    await page.evaluate(writeHeaderVersion, 2)
    const before = await page.evaluate(storedRecords)
    await page.reload()
    await newer().waitFor()
    await page.getByText('Load the page again to get it. Nothing was touched.').waitFor()
    expect(await page.locator('.button.main').allTextContents()).toEqual(['Load again'])
    await show(page, 'real-newer-vault.phone.light')
    await loginIsRefused()
    expect(await page.evaluate(storedRecords)).toEqual(before)

    await page.evaluate(writeHeaderVersion, 1)
    const own = await page.evaluate(storedRecords)
    await page.evaluate(raiseDatabase)
    await page.reload()
    await newer().waitFor()
    await loginIsRefused()
    expect(await page.evaluate(storedRecords)).toEqual(own)
    const versions = await page.evaluate(async () => (await indexedDB.databases()).map(({ version }) => version))
    expect(versions).toContain(99)
  })

  test('[V1] [V16] a vault that the browser deleted is told at the start, with what is gone, and a backup brings it back', async () => {
    await page.evaluate(() => localStorage.setItem('solo2.theme', 'light'))
    await page.goto('about:blank')
    const elsewhere = await window.context.newPage()
    await elsewhere.goto(`${server.origin}/manifest.webmanifest`)
    await elsewhere.evaluate(evict)
    await elsewhere.close()
    await page.goto(server.origin)
    await page.getByRole('heading', { name: 'The vault of this browser is gone' }).waitFor()
    await page.getByText(/your contacts, messages and files are no longer here/u).waitFor()
    await page.getByText(/from another device of yours.*or from a backup.*Without either it is lost/u).waitFor()
    await show(page, 'real-evicted.phone.light')
    await click('Log in')
    await fill('Username', 'lena')
    await fill('Password', PASSWORD)
    await click('Log in')
    await page.getByRole('button', { name: 'Start anew' }).waitFor()
    await show(page, 'real-evicted-login.phone.light')
    await click('From a backup')
    const restore = async (file: string, password: string) => {
      await page.getByLabel('Backup file').setInputFiles(file)
      await fill('Password of the backup', password)
      await click('Restore')
    }
    await restore(sealed, OWN.trim())
    await page.getByText('This password does not open the backup').waitFor()
    await restore(sealed, OWN)
    await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
    await page.reload()
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    await fill('Password', PASSWORD)
    await click('Open')
    await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
  })
})
