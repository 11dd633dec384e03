/** Backup, import, readable copy, storage and diagnosis at the screen, against the built server: one person, one browser. */
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { PASSWORD, register } from './person.js'
import { type ServerProcess, startServer } from './server.js'

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

  test('[V1] a vault of a later version is told before anything is made, and not touched', async () => {
    const raise = async () => {
      const name = (await indexedDB.databases())
        .map((one) => one.name ?? '')
        .find((one) => one.startsWith('solo2 vault'))
      const request = indexedDB.open(name ?? '', 99)
      await new Promise((resolve) => {
        request.onsuccess = resolve
      })
      request.result.close()
    }
    await page.evaluate(raise)
    await page.reload()
    await page.getByText('This vault belongs to a newer version').waitFor()
    const versions = await page.evaluate(async () => (await indexedDB.databases()).map(({ version }) => version))
    expect(versions).toContain(99)
  })
})
