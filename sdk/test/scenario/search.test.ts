/** What a person finds again, on whole clients over the in-memory twins and over a folder on the disk. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { expect, test } from 'vitest'
import { fileStores } from '../../src/adapters/node/file-store.js'
import type { Me, SearchHit } from '../../src/client/api.js'
import { openIndexStore } from '../../src/client/search/index-store.js'
import { indexedVault } from '../../src/client/search/indexed-vault.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import { memorySource } from '../../src/testing.js'
import { messageVaults } from '../fixtures/message-vault.js'
import { comeBack, contactOf, join, PASSWORD, pair, passing, until } from '../fixtures/people.js'
import { createScanner } from '../support/scan.js'
import { formsOf } from '../support/search.js'

async function found(me: Me, query: string): Promise<string[]> {
  return (await me.search(query)).hits.map(shown)
}

function shown({ message, ranges }: SearchHit): string {
  const { body } = message
  const text = body.kind === 'text' ? body.text : body.kind === 'file' ? body.name : ''
  return [...ranges].reverse().reduce((out, { start, end }) => {
    return `${out.slice(0, start)}[${out.slice(start, end)}]${out.slice(end)}`
  }, text)
}

test('[V3] what was written and received is found as one types, by both, and after a restart without a server', async () => {
  const { world, ana, ben } = await pair()
  const texts = ['Zażółć gęślą jaźń', 'Crème Brûlée', 'STRASSE', '\u0130stanbul', 'of\ufb01ce', 'I write C++']
  for (const text of texts) await passing(world, contactOf(ana).send(text))
  await passing(world, contactOf(ben).offerFile(memorySource('Crème.pdf', new Uint8Array(9))))
  await until(world, () => ben.received.length === texts.length && contactOf(ana).transfers.length === 1)
  await passing(world, contactOf(ana).send('Re\u0301sume\u0301'))
  await until(world, () => ben.received.length === texts.length + 1)
  async function bothFind(): Promise<void> {
    for (const { me } of [ana, ben]) {
      expect(await found(me, 'c')).toEqual(['[C]rème.pdf', 'I write [C]++', '[C]rème Brûlée'])
      expect(await found(me, 'creme')).toEqual(['[Crème].pdf', '[Crème] Brûlée'])
      expect(await found(me, 'zazolc')).toEqual(['[Zażółć] gęślą jaźń'])
      expect(await found(me, 'straße')).toEqual(['[STRASSE]'])
      expect(await found(me, 'istan')).toEqual(['[\u0130stan]bul'])
      expect(await found(me, 'office')).toEqual(['[of\ufb01ce]'])
      expect(await found(me, 'c++')).toEqual(['I write [C++]'])
      expect(await found(me, 'resume')).toEqual(['[Re\u0301sume\u0301]'])
      expect(await found(me, 'x'.repeat(200))).toEqual([])
      expect(await me.search('!?')).toEqual({ hits: [], isWhole: true })
    }
  }
  await bothFind()
  world.stopServer()
  for (const person of [ana, ben]) {
    await passing(world, person.me.lock())
    await comeBack(world, person)
  }
  await bothFind()
})

test('[V3] an edit is found by its present text only and a deletion by nothing, here and there, also after a restart', async () => {
  const { world, ana, ben } = await pair()
  /** Sealed records that hold tokens. */
  const held = () =>
    [ana, ben].map(({ device }) => {
      const tables = [...device.disk.vaults.values()].flatMap((vault) => [...vault])
      return tables.filter(([name]) => /^search.(entry|page)$/.test(name)).flatMap(([, entries]) => [...entries.keys()])
    })
  const { id } = await passing(world, contactOf(ana).send('pelican42'))
  await until(world, () => ben.received.length === 1)
  expect(held()).toEqual([['0000000001'], ['0000000001']])
  await passing(world, contactOf(ana).edit(id, 'heron42'))
  await until(world, async () => (await found(ben.me, 'heron42')).length === 1)
  for (const person of [ana, ben]) {
    expect(await found(person.me, 'pel')).toEqual([])
    expect(await found(person.me, 'heron')).toEqual(['[heron]42'])
    await passing(world, person.me.lock())
    await comeBack(world, person)
    expect(await found(person.me, 'pel')).toEqual([])
    expect(await found(person.me, 'heron')).toEqual(['[heron]42'])
  }
  await passing(world, contactOf(ana).delete(id))
  await until(world, async () => (await found(ben.me, 'heron42')).length === 0)
  for (const { me } of [ana, ben]) expect(await found(me, 'h')).toEqual([])
  expect(held()).toEqual([[], []])
})

test('hits come with their contact and their message, newest first, page after page', async () => {
  const { world, ana, ben } = await pair()
  const eve = await join(world, 'eve')
  eve.me.on('requests', ([request]) => void request?.accept())
  await passing(world, ana.me.pair(eve.me.pairingCode))
  const [withBen, withEve] = [ana.me.contact(contactOf(ana).id), ana.me.contacts[1]]
  for (let n = 0; n < 9; n++)
    await passing(world, (n % 3 === 0 ? withEve : withBen)?.send(`heron ${n}`) as Promise<unknown>)
  const first = await ana.me.search('heron', { limit: 4 })
  expect(first.hits.map(shown)).toEqual(['[heron] 8', '[heron] 7', '[heron] 6', '[heron] 5'])
  expect(first.hits.map(({ contact }) => contact)).toEqual([withBen, withBen, withEve, withBen])
  const { hits } = await ana.me.search('heron', { limit: 9, before: first.hits[3]?.order ?? 0 })
  expect(hits.map(shown)).toEqual(['[heron] 4', '[heron] 3', '[heron] 2', '[heron] 1', '[heron] 0'])
  const ofEve = await ana.me.search('heron', { contact: withEve?.id ?? '' })
  expect(ofEve.hits.map(({ message }) => message)).toEqual((await withEve?.messages())?.reverse())
  await expect(ana.me.search('heron', { contact: ben.me.alias })).rejects.toMatchObject({ code: 'not_found' })
  const stopped = AbortSignal.abort()
  await expect(ana.me.search('heron', { signal: stopped })).rejects.toMatchObject({ code: 'cancelled' })
  await expect(ana.me.rebuildSearch({ signal: stopped })).rejects.toMatchObject({ code: 'cancelled' })
  expect((await ana.me.search('heron')).isWhole).toBe(true)
  const stop = new AbortController()
  const cut = ana.me.rebuildSearch({ signal: stop.signal, onProgress: () => stop.abort() })
  const told: object[] = []
  const unheard = ana.me.on('search', (one) => told.push(one))
  await expect(cut).rejects.toMatchObject({ code: 'cancelled' })
  unheard()
  expect(told.at(-1)).toEqual({ done: 0, total: 0 })
  expect((await ana.me.search('heron')).isWhole).toBe(false)
  const progress: string[] = []
  await ana.me.rebuildSearch({ onProgress: ({ done, total }) => void progress.push(`${done}/${total}`) })
  expect(progress).toEqual(['0/9', '9/9', '9/9'])
  expect((await ana.me.search('heron')).hits).toHaveLength(9)
  await passing(world, ana.me.lock())
  await expect(ana.me.search('heron')).rejects.toMatchObject({ code: 'closed' })
})

test('a search opens as many messages as it shows, however many there are', async () => {
  const { world, ana } = await pair()
  for (let n = 0; n < 30; n++) await passing(world, contactOf(ana).send(`heron ${n}`))
  await passing(world, ana.me.lock())
  const platform = ana.device.platform()
  const read: string[] = []
  const stores: typeof platform.stores = {
    ...platform.stores,
    async open(name) {
      const store = await platform.stores.open(name)
      const watched: typeof store.read = (table, id) => {
        read.push(table)
        return store.read(table, id)
      }
      return { ...store, read: watched }
    },
  }
  const solo2 = createSolo2({ ...platform, stores })
  const me = await passing(world, solo2.login({ server: world.server, username: 'ana', password: PASSWORD }))
  read.length = 0
  expect((await me.search('her', { limit: 7 })).hits).toHaveLength(7)
  expect(read.filter((table) => table.startsWith('message/'))).toHaveLength(7)
  read.length = 0
  expect((await me.search('pelican')).hits).toEqual([])
  expect(read).toEqual([])
  await passing(world, me.lock())
})

test('[V3] an index that is missing or damaged is rebuilt by the next start, and what it lacks is told', async () => {
  const { world, ana } = await pair()
  for (const text of ['pelican', 'heron']) await passing(world, contactOf(ana).send(text))
  for (const table of ['search', 'search/entry']) {
    await passing(world, ana.me.lock())
    for (const vault of ana.device.disk.vaults.values()) {
      for (const [id, bytes] of vault.get(table) ?? [])
        vault.get(table)?.set(id, bytes.with(20, 1 ^ (bytes[20] as number)))
    }
    const opened = createSolo2(ana.device.platform()).login({
      server: world.server,
      username: 'ana',
      password: PASSWORD,
    })
    ana.me = await passing(world, opened)
    await until(world, async () => (await ana.me.search('heron')).isWhole)
    expect(await found(ana.me, 'heron')).toEqual(['[heron]'])
  }
  const told: object[] = []
  ana.me.on('search', (progress) => told.push(progress))
  await passing(world, ana.me.rebuildSearch())
  expect(told.at(-1)).toEqual({ done: 2, total: 2 })
})

test('[V3] the folder of a vault holds no word of a message and none of its terms, in no spelling; a planted one is found', async () => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'solo2-search-'))
  try {
    const vaults = await messageVaults(fileStores(folder))
    const bare = await vaults.open()
    const primitives = noblePrimitives
    const index = await openIndexStore({
      vault: bare,
      primitives,
      hasMessages: async () => false,
      sizes: { segment: 16, merged: 4 },
    })
    const vault = indexedVault(bare, index, () => expect.fail('damaged'))
    const conversation = 'ab'.repeat(16)
    await vault.commit([vaults.contact(conversation)])
    const words = Array.from({ length: 300 }, (_, n) => `canary${n * 7919}bird`)
    for (const [n, word] of words.entries()) await vault.commit([vaults.message(conversation, n + 1, `${word} sings`)])
    await vault.commit([vaults.message(conversation, 1, 'quetzal0042')])
    await vault.close()
    const log = joinPath(folder, (await readdir(folder))[0] ?? '', 'log')
    const spellings = (word: string) => formsOf(new TextEncoder().encode(word)).map((bytes) => ({ kind: word, bytes }))
    const patterns = [...words, 'quetzal0042', 'canary'].flatMap(spellings)
    const scanner = createScanner(patterns)
    await scanner.file(log)
    expect(scanner.found.hits).toEqual([])
    const planted = createScanner(patterns)
    const bytes = await readFile(log)
    const forms = spellings('quetzal0042')
    for (const [n, form] of forms.entries()) bytes.set(form.bytes, 1_000 + n * 200)
    planted.bytes(bytes)
    for (const form of forms) expect(planted.found.seen).toContain(Buffer.from(form.bytes).toString('latin1'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
