/** What a browser's profile holds after people lived in it: searched on disk, open and closed; copied by script, copied whole. */
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { argon2id } from '@noble/hashes/argon2.js'
import { mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createScanner, type Pattern } from '../../../sdk/test/support/scan.js'
import { formsOf } from '../../../sdk/test/support/search.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { shoot } from './gallery.js'
import { ask, bubble, delivered, openConversation, ownCode, PASSWORD, register, say, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'

const canary = (what: string) => `${what}-${randomBytes(9).toString('hex')}`
const SAID = canary('said')
const HEARD = canary('heard')
const NAME = canary('name')
const FILE = canary('file')
const DRAFT = canary('draft')
const SHARED = canary('shared')
const SHARED_FILE = canary('picture')
const CONTENT = randomBytes(300_000)

let server: ServerProcess
let ana: Window
let ben: Window
let words: string[]

beforeAll(async () => {
  server = await startServer()
  ana = await openWindow(server.origin)
  ben = await openWindow(server.origin)
  for (const window of [ana, ben]) await window.page.goto(server.origin)
  words = await register(ana.page, 'ana', 'Ana')
  await register(ben.page, 'ben', NAME)
  const code = await ownCode(ben.page)
  await ownCode(ana.page)
  await ask(ana.page, code)
  await ben.page.getByRole('button', { name: 'Accept' }).click()
  await ana.page.getByText('is now your contact').waitFor()
  await openConversation(ben.page, 'Ana')
  await ana.page.getByRole('button', { name: 'Write', exact: true }).first().click()
})

afterAll(async () => {
  await ana?.close()
  await ben?.close()
  await server?.end()
})

const hkdf = (key: Uint8Array, info: string) => Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), info, 32))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

interface Copied {
  readonly name: string
  readonly records: readonly (readonly [table: string, id: string, bytes: readonly number[]])[]
}

/** Runs in the page: everything that a script can take of the vault. */
async function takeVault(): Promise<Copied> {
  const name = (await indexedDB.databases())
    .map((each) => each.name ?? '')
    .find((each) => each.startsWith('solo2 vault'))
  if (name === undefined) throw new Error('no vault')
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const store = database.transaction('records').objectStore('records')
  const [keys, values] = [store.getAllKeys(), store.getAll()]
  await new Promise((resolve) => {
    values.onsuccess = resolve
  })
  database.close()
  const records = keys.result.map((key, at): [string, string, number[]] => {
    const [table = '', id = ''] = key as string[]
    return [table, id, [...(values.result[at] as Uint8Array)]]
  })
  return { name, records }
}

/** Runs in the page: puts a copied vault where one would be. */
async function putVault({ name, records }: Copied): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore('records')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const transaction = database.transaction('records', 'readwrite')
  for (const [table, id, bytes] of records) transaction.objectStore('records').put(Uint8Array.from(bytes), [table, id])
  await new Promise((resolve) => {
    transaction.oncomplete = resolve
  })
  database.close()
}

/** Runs in the page: the header's vault key with the device's layer taken off, which only this browser can do. */
async function takeOffDeviceLayer(given: { vault: string; wrapped: number[]; place: number[] }): Promise<number[]> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('solo2 device keys')
    request.onsuccess = () => resolve(request.result)
  })
  const found = database.transaction('keys').objectStore('keys').get(given.vault)
  await new Promise((resolve) => {
    found.onsuccess = resolve
  })
  database.close()
  const wrapped = Uint8Array.from(given.wrapped)
  const algorithm = { name: 'AES-GCM', iv: wrapped.slice(0, 12), additionalData: Uint8Array.from(given.place) }
  return [...new Uint8Array(await crypto.subtle.decrypt(algorithm, found.result as CryptoKey, wrapped.slice(12)))]
}

/** Every key that opens the vault or a part of it, and the password's own. */
async function keysOf(page: Page, { name, records }: Copied): Promise<Pattern[]> {
  const header = Buffer.from(records.find(([table]) => table === 'header')?.[2] ?? [])
  const field = (tag: number, length: number) => {
    const at = header.indexOf(Buffer.from([tag, length]))
    expect(at).toBeGreaterThan(0)
    return header.subarray(at + 2, at + 2 + length)
  }
  const [wrappedMaster, wrappedVault] = [field(0x22, 80), field(0x2a, 88)]
  const masterKey = mnemonicToEntropy(words.join(' '), wordlist)
  const u32 = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value])
  const place = (layer: number) =>
    Buffer.concat([
      Buffer.from('Solo2 v1 vault key'),
      u32(1),
      u32(3),
      Buffer.from('ana'),
      u32(server.origin.length),
      Buffer.from(server.origin),
      Buffer.from([layer]),
    ])
  const vault = name.replace('solo2 vault ', '')
  const inner = Buffer.from(
    await page.evaluate(takeOffDeviceLayer, { vault, wrapped: [...wrappedVault], place: [...place(2)] }),
  )
  const wrapKey = hkdf(masterKey, 'Solo2 v1 vault wrap')
  const cipher = createDecipheriv('aes-256-gcm', wrapKey, inner.subarray(0, 12))
  cipher.setAAD(place(1))
  cipher.setAuthTag(inner.subarray(-16))
  const vaultKey = Buffer.concat([cipher.update(inner.subarray(12, -16)), cipher.final()])
  const stretched = argon2id(Buffer.from(PASSWORD), wrappedMaster.subarray(4, 20), { m: 65_536, t: 3, p: 1, dkLen: 32 })
  const tables = [...new Set(records.map(([table]) => table))].filter((table) => table !== 'header')
  const keys: [string, Uint8Array][] = [
    ['master key', masterKey],
    ['vault wrap key', wrapKey],
    ['vault key', vaultKey],
    ['stretched password', stretched],
    ['authKey', hkdf(stretched, 'Solo2 v1 auth')],
    ['wrapKey', hkdf(stretched, 'Solo2 v1 wrap')],
    ...tables.map((table): [string, Uint8Array] => [`key of ${table}`, hkdf(vaultKey, `Solo2 v1 records ${table}`)]),
  ]
  return keys.flatMap(([kind, key]) => formsOf(key).map((bytes) => ({ kind, bytes })))
}

function canaries(): Pattern[] {
  const texts: [string, string][] = [
    ['message sent', SAID],
    ['message received', HEARD],
    ['name of a contact', NAME],
    ['name of a file', FILE],
    ['draft', DRAFT],
    ['shared text', SHARED],
    ['name of a shared file', SHARED_FILE],
    ['password', PASSWORD],
    ['words', words.slice(0, 3).join(' ')],
    ['words', words.slice(3, 6).join(' ')],
  ]
  const pieces = [0, 150_000, CONTENT.length - 32].map((at): [string, Uint8Array] => [
    'content of a file',
    CONTENT.subarray(at, at + 24),
  ])
  return [...texts.map(([kind, text]): [string, Uint8Array] => [kind, Buffer.from(text)]), ...pieces].flatMap(
    ([kind, bytes]) => formsOf(bytes).map((form) => ({ kind, bytes: form })),
  )
}

/** Runs in the page: shares as the system does, with a form that leads to the service worker. */
async function share({ text, name }: { text: string; name: string }): Promise<void> {
  const canvas = document.createElement('canvas')
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  const form = document.createElement('form')
  Object.assign(form, { method: 'POST', enctype: 'multipart/form-data', action: '/share', autocomplete: 'off' })
  const words = document.createElement('textarea')
  Object.assign(words, { name: 'text', value: text })
  const files = document.createElement('input')
  const given = new DataTransfer()
  given.items.add(new File([picture ?? ''], name, { type: 'image/png' }))
  Object.assign(files, { type: 'file', name: 'files', files: given.files })
  form.append(words, files)
  document.body.append(form)
  form.submit()
}

/** Kinds that are in any file below the folder. */
async function found(folder: string, patterns: readonly Pattern[]): Promise<Record<string, string[]>> {
  const where: Record<string, string[]> = {}
  const scanner = createScanner(patterns)
  const { counts } = scanner.found
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const before = new Map(counts)
    const path = join(entry.parentPath, entry.name)
    // Files of a browser that runs come and go.
    await scanner.file(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    for (const [kind, count] of counts)
      if (count !== before.get(kind)) where[kind] = [...(where[kind] ?? []), path.slice(folder.length)]
  }
  return where
}

describe('the profile on disk', () => {
  let vault: Copied
  let patterns: Pattern[]

  test('[V1] [V3] [V17] holds no message, name, file, draft, password or word, nor a key that opens the vault: open', async () => {
    await say(ana.page, SAID)
    await delivered(ana.page, SAID)
    await say(ben.page, HEARD)
    await bubble(ana.page, HEARD).waitFor()
    await ben.page
      .locator('input[type=file]')
      .setInputFiles({ name: `${FILE}.bin`, mimeType: 'application/octet-stream', buffer: CONTENT })
    const card = ana.page.locator('.file-card', { hasText: FILE })
    await card.getByRole('button', { name: 'Accept' }).click()
    await card.getByRole('button', { name: 'Save' }).waitFor()
    await ana.page.getByLabel('Message to').fill(DRAFT)
    vault = await ana.page.evaluate(takeVault)
    patterns = [...canaries(), ...(await keysOf(ana.page, vault))]
    expect(vault.records.length).toBeGreaterThan(5)
    expect(await found(ana.profile, patterns)).toEqual({})
  })

  test('[V1] what another app shares waits in memory, until a contact is chosen, and is not sent by itself', async () => {
    const { page } = ana
    const sent = await ben.page.locator('.messages .message').count()
    await page.evaluate(share, { text: SHARED, name: `${SHARED_FILE}.png` })
    await page.getByText('Something was shared with Solo2').waitFor()
    expect(page.url()).toBe(`${server.origin}/`)
    await unlock(page)
    await page.getByRole('heading', { name: 'Send to' }).waitFor()
    await page.getByText(`${SHARED_FILE}.png`).waitFor()
    await shoot(page, 'real-share-target.desktop.light')
    expect(await found(ana.profile, patterns)).toEqual({})
    await page.getByRole('button', { name: new RegExp(NAME, 'u') }).click()
    await page.locator('.picked', { hasText: SHARED_FILE }).waitFor()
    expect(await page.getByLabel('Message to').inputValue()).toBe(`${DRAFT}\n${SHARED}`)
    await shoot(page, 'real-shared.desktop.light')
    expect(await found(ana.profile, patterns)).toEqual({})
    expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain(SHARED)
    expect(await ben.page.locator('.messages .message').count()).toBe(sent)
    await page.getByRole('button', { name: 'Cancel' }).click()

    await page.goto(`${server.origin}/?again#shared`)
    await page.getByText('What was shared is not here any more').waitFor()
    await page.goto(server.origin)
    await unlock(page)
    await page.getByRole('button', { name: 'Settings' }).waitFor()
  })

  test('[V17] localStorage and sessionStorage hold the listed items only', async () => {
    const kept = () => ana.page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort())
    expect(await kept()).toEqual([])
    await ana.page.getByRole('button', { name: 'Settings' }).click()
    await ana.page.getByRole('radio', { name: 'Dark' }).check()
    expect(await kept()).toEqual(['solo2.theme'])
    await ana.page.getByRole('radio', { name: 'English' }).check()
    await eventually(kept).toEqual(['solo2.language', 'solo2.theme'])
  })

  test('[V5] taken by script, the vault does not open in another browser, with the right password', async () => {
    const thief = await openWindow(server.origin)
    await thief.page.goto(server.origin)
    await thief.page.evaluate(putVault, vault)
    await thief.page.reload()
    await thief.page.getByRole('heading', { name: 'Locked' }).waitFor()
    await unlock(thief.page)
    await thief.page.getByText('The key of this vault is gone').waitFor()
    await thief.close()
  })

  test('[V1] [V3] [V17] nor closed; what is planted there is found', async () => {
    const planted = { word: canary('planted'), key: randomBytes(32) }
    await ana.page.evaluate((text) => localStorage.setItem('planted', text), `${planted.word} ${hex(planted.key)}`)
    await ana.stop()
    expect(await found(ana.profile, patterns)).toEqual({})
    const control = [
      ...formsOf(Buffer.from(planted.word)).map((bytes) => ({ kind: 'planted word', bytes })),
      ...formsOf(planted.key).map((bytes) => ({ kind: 'planted key', bytes })),
    ]
    expect(Object.keys(await found(ana.profile, control)).sort()).toEqual(['planted key', 'planted word'])
  })

  test('[V5] a copy of the whole profile holds the device key too: with the password it opens', async () => {
    const copy = `${ana.profile}-copy`
    await cp(ana.profile, copy, { recursive: true })
    const other = await openWindow(server.origin, { profile: copy })
    await other.page.goto(server.origin)
    await unlock(other.page)
    await other.page.getByRole('button', { name: new RegExp(`^${NAME}`, 'u') }).waitFor()
    await other.close()
    await rm(copy, { recursive: true, force: true })
  })
})
