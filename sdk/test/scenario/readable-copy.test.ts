/** Readable copies of a whole account, read by programs that know nothing of us. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { BackupProgress } from '../../src/client/api/backup.js'
import { memoryBackup, memorySource, type StillWorld } from '../../src/testing.js'
import { contactOf, PASSWORD, type Person, pair, passing, until } from '../fixtures/people.js'

const folder = mkdtempSync(join(tmpdir(), 'solo2-copy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bytes = new Uint8Array(1_048_576 + 77).map((_, i) => (i * 37) & 255)
const MARKUP = `<img src=x onerror=alert(1)> & "quoted" 'too'`
const TURNED = 'left \u202Ethgir\u2069 and on\nBen Bad: I said no such thing'
const HOSTILE = ['../../../etc/passwd', '<script>alert(1)</script>.html', 'evil\u202Etxt.exe', 'con', '\u3164']

async function give(world: StillWorld, from: Person, to: Person, name: string, content: Uint8Array): Promise<void> {
  const stored = contactOf(to).transfers.filter((one) => one.stored).length
  const stop = to.me.on('file', ({ id, stage }) => {
    if (stage === 'offered') void contactOf(to).acceptFile(id)
  })
  await passing(world, contactOf(from).offerFile(memorySource(name, content)))
  await until(world, () => contactOf(to).transfers.filter((one) => one.stored).length > stored)
  stop()
}

async function storyOfTwo() {
  const { world, ana, ben } = await pair()
  await passing(world, contactOf(ben).changeSettings({ nickname: 'Ana <b>\u202E\u2067 /Bad' }))
  for (const text of [MARKUP, TURNED]) await passing(world, contactOf(ana).send(text))
  await until(world, () => ben.received.length === 2)
  const [first] = await contactOf(ben).messages({ limit: 10 })
  const answer = await passing(world, contactOf(ben).send('an answer', { replyTo: first?.id ?? '' }))
  await passing(world, contactOf(ben).edit(answer.id, 'a better answer'))
  await passing(world, contactOf(ben).react(first?.id ?? '', '👍'))
  await passing(world, contactOf(ben).sendPlace({ latitude: 52.5, longitude: 13.4, accuracy: 9, takenAt: 1 }))
  await give(world, ana, ben, 'map.jpg', bytes)
  for (const name of HOSTILE) await give(world, ana, ben, name, new TextEncoder().encode(name))
  await give(world, ana, ben, 'empty.txt', new Uint8Array(0))
  return { world, ana, ben }
}

const EXTRACT = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    archive.extractall(sys.argv[2])
    print('\\n'.join(archive.namelist()))
`

function extracted(archive: Uint8Array): { names: string[]; read(name: string): Buffer } {
  const path = join(folder, 'copy.zip')
  const to = mkdtempSync(join(folder, 'out-'))
  writeFileSync(path, archive)
  expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors detected')
  const names = execFileSync('python3', ['-c', EXTRACT, path, to], { encoding: 'utf8' }).trim().split('\n')
  return { names, read: (name) => readFileSync(join(to, name)) }
}

test('[V11] [A5] a readable copy holds everything for any unzip, and hostile names and texts do nothing in it', async () => {
  const { world, ben } = await storyOfTwo()
  const sink = memoryBackup()
  const stages: BackupProgress['stage'][] = []
  const call = { password: PASSWORD, sink, onProgress: ({ stage }: BackupProgress) => stages.push(stage) }
  const facts = await passing(world, ben.me.readableCopy(call))
  expect(facts).toMatchObject({ contacts: 1, files: 7, left: 0, bytes: sink.bytes().length })
  expect([...new Set(stages)]).toEqual(['keys', 'writing', 'checking'])
  const { names, read } = extracted(sink.bytes())

  // Nothing climbs out, nothing is hidden, nothing turns, no two are one on a file system without capitals.
  expect(names.filter((name) => /(^|\/)\.|^\/|\\|[\p{Cc}\p{Cf}]/u.test(name))).toEqual([])
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  const account = JSON.parse(read('account.json').toString())
  expect(account).toMatchObject({ format: 'solo2 readable copy', account: { username: 'ben' } })
  const [about] = account.contacts
  expect(about.messages).toBe(facts.messages)
  const inFolder = (name: string) => `${about.folder}/${name}`
  expect(names.filter((name) => name.startsWith(about.folder))).toHaveLength(3 + 7)

  const files: { name: string; path: string }[] = about.files
  const map = files.find(({ name }) => name === 'map.jpg')
  expect(read(inFolder(map?.path ?? '')).equals(Buffer.from(bytes))).toBe(true)
  expect(read(inFolder(files.find(({ name }) => name === 'empty.txt')?.path ?? '')).length).toBe(0)

  const messages = JSON.parse(read(inFolder('messages-1.json')).toString())
  const texts = messages.flatMap(({ body }: { body: { text?: string } }) => body.text ?? [])
  expect(texts).toEqual([MARKUP, TURNED, 'a better answer'])
  expect(messages[2]).toMatchObject({ outgoing: true, edited: true, replyTo: messages[0].id })
  expect(messages[0].reactions).toEqual({ own: '👍' })

  const page = read(inFolder('messages-1.html')).toString()
  const index = read('index.html').toString()
  for (const html of [page, index]) {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    // The tags that are there are ours.
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag]) => tag))
    const known = '!doctype html head meta title style body h1 p a bdi b div table tr th td'.split(' ')
    expect([...tags].filter((tag) => !known.includes(tag ?? ''))).toEqual([])
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => decodeURIComponent(link ?? ''))
    expect(links.every((link) => link.startsWith('#m') || link === '../../index.html' || !link.includes('..'))).toBe(
      true,
    )
    // Shown, not run: a page or a program is named only.
    expect(links.filter((link) => /\.(html?|exe|svg|xml|pdf)$/i.test(link) && link.startsWith('files/'))).toEqual([])
    expect(links.some((link) => link.startsWith('http'))).toBe(false)
  }
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot; &#39;too&#39;')
  expect(page).toContain(`href="#m${messages[0].id}"`)
  expect(index).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u)

  const text = read(inFolder('messages-1.txt')).toString()
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u)
  expect(text).toContain('left <U+202E>thgir<U+2069> and on\n    Ben Bad: I said no such thing')
  // Whoever made it does not find what opens the vault in it.
  for (const name of names) expect(read(name).includes(PASSWORD), name).toBe(false)
})

test('[V11] a wrong password, a cancel at any piece and a full disk leave nothing of a copy', async () => {
  const { world, ben } = await storyOfTwo()
  const sink = memoryBackup()
  const wrong = ben.me.readableCopy({ password: 'another kettle', sink })
  await expect(passing(world, wrong)).rejects.toMatchObject({ code: 'wrong_password' })
  expect(sink.bytes().length).toBe(0)
  for (const at of [1, 5, 12]) {
    const stop = new AbortController()
    let writes = 0
    const onProgress = ({ stage }: BackupProgress) => {
      if (stage === 'writing' && ++writes === at) stop.abort()
    }
    const cancelled = ben.me.readableCopy({ password: PASSWORD, sink, signal: stop.signal, onProgress })
    await expect(passing(world, cancelled)).rejects.toMatchObject({ code: 'cancelled' })
    expect(sink.bytes().length).toBe(0)
  }
  const full = memoryBackup()
  const failing = { ...full, write: () => Promise.reject(new Error('no space')) }
  await expect(passing(world, ben.me.readableCopy({ password: PASSWORD, sink: failing }))).rejects.toThrow('no space')
  const lying = { ...full, finish: async () => memorySource('copy', new Uint8Array(9)) }
  const unread = ben.me.readableCopy({ password: PASSWORD, sink: lying })
  await expect(passing(world, unread)).rejects.toMatchObject({ code: 'storage_failed' })
  expect(full.bytes().length).toBe(0)
})

test('[V11] [V21] with the server gone and nobody there, an empty account still copies', async () => {
  const { world, ben } = await pair()
  await passing(world, contactOf(ben).remove())
  world.stopServer()
  const sink = memoryBackup()
  expect(await passing(world, ben.me.readableCopy({ password: PASSWORD, sink }))).toMatchObject({
    contacts: 0,
    messages: 0,
  })
  const { names, read } = extracted(sink.bytes())
  expect(names.sort()).toEqual(['README.txt', 'account.json', 'index.html'])
  expect(read('index.html').toString()).toContain('There are no contacts.')
})

test('[V11] a readable copy has the notes to oneself, as no contact, and escaped like all that is written', async () => {
  const { world, ana } = await pair()
  const { notes } = ana.me
  const note = await notes.send(MARKUP)
  await notes.react(note.id, '👍')
  const sink = memoryBackup()
  const facts = await passing(world, ana.me.readableCopy({ password: PASSWORD, sink }))
  expect(facts).toMatchObject({ contacts: 1, messages: 1 })
  const { read } = extracted(sink.bytes())
  const account = JSON.parse(read('account.json').toString())
  expect(account.notes).toEqual({ folder: 'conversations/002 Note to self', messages: 1 })
  expect(account.contacts).toHaveLength(1)
  const messages = JSON.parse(read(`${account.notes.folder}/messages-1.json`).toString())
  expect(messages).toMatchObject([{ state: 'kept', body: { text: MARKUP }, reactions: { own: '👍' } }])
  const page = read(`${account.notes.folder}/messages-1.html`).toString()
  expect(page).not.toContain('<img')
  expect(page).toContain('<bdi><b>ana</b></bdi>')
  expect(read('index.html').toString()).toContain('Note to self')
})
