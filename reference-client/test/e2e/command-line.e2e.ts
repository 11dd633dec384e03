/** A browser and the command line: one protocol, two programs, the built server between them. */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { type CommandLine, commandLine, type Fact } from './command-line.js'
import { eventually } from './eventually.js'
import { bubble, delivered, ownCode, PASSWORD, path, register, say } from './person.js'
import { type ServerProcess, startServer } from './server.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const find = (facts: readonly Fact[], event: string) => facts.find((fact) => fact.event === event)

let server: ServerProcess
let lena: Window
let tool: CommandLine

beforeAll(async () => {
  server = await startServer()
  lena = await openWindow(server.origin, { width: 360, height: 740 })
  tool = await commandLine('  blue kettle 42\u00A0')
})

afterAll(async () => {
  await tool?.end()
  await lena?.close()
  await server?.end()
})

/** Runs in the page: the sizes of what its private file system holds, ascending. A finished file has an empty mark. */
async function privateFiles(): Promise<number[]> {
  const sizes: number[] = []
  const folders = [await navigator.storage.getDirectory()]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of folder.values()) {
      if (entry.kind === 'file') sizes.push((await (entry as FileSystemFileHandle).getFile()).size)
      else folders.push(entry as FileSystemDirectoryHandle)
    }
  }
  return sizes
}

/** The steps stand on each other: one story. */
describe('a browser and the command line', () => {
  test('[T1] [T10] register, pair by code, talk both ways over a direct path', async () => {
    await lena.page.goto(server.origin)
    const [, registered] = await Promise.all([
      register(lena.page, 'lena', 'Lena'),
      tool.run('register', '--server', server.origin, '--user', 'Robot', '--name', 'Robot'),
    ])
    expect(find(registered, 'registered')).toMatchObject({ username: 'robot', displayName: 'Robot' })
    expect(find(registered, 'registered')?.['words']).toHaveLength(24)

    const code = await ownCode(lena.page)
    const pairing = tool.start('pair', code, '--timeout', '100')
    await pairing.next('asked')
    await lena.page.getByRole('button', { name: 'Back' }).click()
    await lena.page.getByText('would like a tunnel with you').waitFor()
    await lena.page.getByRole('button', { name: 'Accept' }).click()
    await lena.page.getByLabel('Message to').waitFor()
    expect(await pairing.next('contact')).toMatchObject({ displayName: 'Lena', verified: false })
    expect(await pairing.ended).toBe(0)

    const receiving = tool.start('receive', '--accept-files')
    await receiving.next('listening')
    const second = tool.start('contacts')
    expect(await second.next('error')).toMatchObject({ code: 'storage_locked' })
    expect(await second.ended).toBe(5)
    await say(lena.page, 'Can you hear me?')
    expect(await receiving.next('message')).toMatchObject({ kind: 'text', text: 'Can you hear me?', outgoing: false })
    await delivered(lena.page, 'Can you hear me?')
    await eventually(() => path(lena.page)).toBe('direct')

    const bytes = randomBytes(2_500_001)
    await lena.page.setInputFiles('.composer input[type=file]', {
      name: 'plan.tar.gz',
      mimeType: 'application/gzip',
      buffer: bytes,
    })
    const saved = await receiving.next('file')
    expect(saved).toMatchObject({ name: 'plan.tar.gz', stage: 'complete', size: bytes.length })
    expect(saved['path']).toBe(join(tool.downloads, 'plan.tar.gz'))
    expect(sha256(await readFile(String(saved['path'])))).toBe(sha256(bytes))
    expect(await readdir(tool.downloads)).toEqual(['plan.tar.gz'])
    await lena.page.locator('.file-card').last().getByText('Received by the other side').waitFor()
    receiving.stop()
    expect(await receiving.ended).toBe(0)
  })

  test('the command line sends a text and a file, each done when it has arrived', async () => {
    const sent = await tool.run('send', 'Lena', '--text', 'Loud and clear.', '--timeout', '100')
    expect(find(sent, 'message')).toMatchObject({ text: 'Loud and clear.', state: 'delivered' })
    await bubble(lena.page, 'Loud and clear.').waitFor()

    const bytes = randomBytes(1_048_577)
    await writeFile(join(tool.folder, 'answer.bin'), bytes)
    const sending = tool.start('send', 'Lena', '--file', join(tool.folder, 'answer.bin'), '--timeout', '100')
    const card = lena.page.locator('.file-card', { hasText: 'answer.bin' })
    await card.getByRole('button', { name: 'Accept' }).click()
    await card.getByRole('button', { name: 'Save' }).waitFor({ timeout: 60_000 })
    // It lies in the browser's private file system, not in the page's memory: two sealed chunks, each with its tag.
    expect(await lena.page.evaluate(privateFiles)).toEqual([bytes.length + 2 * 16])
    const [download] = await Promise.all([
      lena.page.waitForEvent('download'),
      card.getByRole('button', { name: 'Save' }).click(),
    ])
    expect(sha256(await readFile(await download.path()))).toBe(sha256(bytes))
    expect(await sending.ended).toBe(0)
    expect(find(sending.facts, 'file')).toMatchObject({ stage: 'complete', bytes: bytes.length })
  })

  test('a refused file, a wrong password and a time limit have their own exit codes', async () => {
    await writeFile(join(tool.folder, 'no.txt'), 'no')
    const refused = tool.start('send', 'Lena', '--file', join(tool.folder, 'no.txt'), '--timeout', '100')
    const card = lena.page.locator('.file-card', { hasText: 'no.txt' })
    await card.getByRole('button', { name: 'Refuse' }).click()
    expect(await refused.next('error')).toMatchObject({ code: 'refused_file' })
    expect(await refused.ended).toBe(6)

    await lena.page.close()
    const alone = tool.start('send', 'Lena', '--text', 'later', '--timeout', '3')
    expect(await alone.next('error')).toMatchObject({ code: 'timeout' })
    expect(await alone.ended).toBe(5)
    const history = await tool.run('messages', 'Lena')
    expect(history.at(-1)).toMatchObject({ text: 'later', outgoing: true, state: 'waiting' })

    // The blanks at its ends belong to the password; the line end of the file does not.
    await writeFile(join(tool.folder, 'password'), `${PASSWORD}\n`)
    const wrong = tool.start('whoami')
    expect(await wrong.next('error')).toMatchObject({ code: 'wrong_password' })
    expect(await wrong.ended).toBe(3)
    await writeFile(join(tool.folder, 'password'), '  blue kettle 42\u00A0\r\n')
    expect(find(await tool.run('whoami'), 'account')).toMatchObject({ username: 'robot' })
  })
})
