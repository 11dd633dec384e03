import { SearchIndex } from '@solo2/proto/vault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { countPostings, type MessageVaults, messageVaults } from '../../../test/fixtures/message-vault.js'
import { nodePrimitives } from '../../adapters/node/primitives.js'
import { createDisk, type MemoryDisk, memoryStores } from '../../testing.js'
import { termsOf, termsOfQuery } from '../../vault/search/tokens.js'
import { put, type Vault } from '../vault-store.js'
import { type IndexStore, openIndexStore } from './index-store.js'
import { type IndexedVault, indexedVault } from './indexed-vault.js'
import { rebuild } from './rebuild.js'
import type { SegmentSizes } from './segments.js'

const CONVERSATIONS = ['11'.repeat(16), '22'.repeat(16), '33'.repeat(16)]
const WORDS =
  'pelican heron Crème creme STRASSE straße Straßen Zażółć ﬁn fin office 東京 京都 東 한국어 c++ c 42 été'.split(' ')

interface Opened {
  readonly bare: Vault
  readonly vault: IndexedVault
  readonly index: IndexStore
  lost: number
}

/** Small segments, so that a few messages make several levels of them. */
async function opened(vaults: MessageVaults, sizes: SegmentSizes = { segment: 4, merged: 2 }): Promise<Opened> {
  const bare = await vaults.open()
  const hasMessages = async () => {
    const ids = await Promise.all(CONVERSATIONS.map((conversation) => bare.ids(`message/${conversation}`)))
    return ids.flat().length > 0
  }
  const index = await openIndexStore({ vault: bare, primitives: nodePrimitives, hasMessages, sizes })
  const out: Opened = { bare, index, lost: 0, vault: indexedVault(bare, index, () => void out.lost++) }
  return out
}

function rebuilt({ vault, index }: Opened, isStopped = () => false) {
  return rebuild({ vault, index, onProgress: () => undefined, isStopped, step: 4 })
}

async function fresh(sizes?: SegmentSizes): Promise<{ disk: MemoryDisk; vaults: MessageVaults; open: Opened }> {
  const disk = createDisk()
  const vaults = await messageVaults(memoryStores(disk))
  const open = await opened(vaults, sizes)
  await open.vault.commit(CONVERSATIONS.map((conversation) => vaults.contact(conversation)))
  return { disk, vaults, open }
}

const [A, B] = CONVERSATIONS as [string, string]

async function found({ vault, index }: Opened, query: string, conversation?: string): Promise<string[]> {
  const terms = termsOfQuery(query)
  const all = await vault.alone(() =>
    index.find({ terms, conversation, before: Number.POSITIVE_INFINITY, limit: 1_000 }),
  )
  return all.map((one) => `${one.conversation.slice(0, 2)}/${one.position}`)
}

interface Step {
  readonly conversation: number
  /** Which of its messages, or a new one. */
  readonly which: number
  readonly text: string | undefined
}

const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((words) => words.join(' ') || '!')
const step: fc.Arbitrary<Step> = fc.record({
  conversation: fc.nat(2),
  which: fc.oneof(fc.constant(-1), fc.nat(30)),
  text: fc.option(text, { nil: undefined, freq: 8 }),
})
type Happening = readonly Step[] | 'restart' | 'rebuild'
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.array(step, { minLength: 1, maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 1, arbitrary: fc.constant('rebuild' as const) },
)

describe('the search index', () => {
  it('[V3] finds what a reading of all messages finds, newest first, whatever was written, edited and deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 25 }),
        fc.array(text, { maxLength: 3 }),
        async (all, queries) => {
          const { vaults, open: first } = await fresh()
          let open = first
          /** Each message's present text, in the order in which the messages came. */
          const messages = new Map<string, string>()
          const next = CONVERSATIONS.map(() => 1)
          for (const one of all) {
            if (one === 'restart') {
              await open.vault.close()
              open = await opened(vaults)
            } else if (one === 'rebuild') {
              await rebuilt(open)
            } else {
              await open.vault.commit(one.flatMap((change) => carriedOut(change, vaults, messages, next)))
            }
          }
          for (const query of [...queries, 'c', '京', 'stras'].filter((one) => termsOfQuery(one).length > 0)) {
            expect((await found(open, query)).sort()).toEqual(naive(messages, query).sort())
            const prefix = CONVERSATIONS[1]?.slice(0, 2)
            const expected = naive(messages, query).filter((id) => id.startsWith(`${prefix}/`))
            expect((await found(open, query, CONVERSATIONS[1])).sort()).toEqual(expected.sort())
          }
          const distinct = [...messages.values()].map((one) => termsOf(one).length)
          expect(await countPostings(open.bare)).toBe(distinct.reduce((sum, count) => sum + count, 0))
          expect(open).toMatchObject({ lost: 0, index: { isWhole: true } })
          await open.vault.close()
        },
      ),
      { numRuns: cases(60, 1_000) },
    )
  }, 300_000)

  function carriedOut(change: Step, vaults: MessageVaults, messages: Map<string, string>, next: number[]) {
    const conversation = CONVERSATIONS[change.conversation] as string
    const position = change.which < 0 ? (next[change.conversation] as number) : change.which
    const id = `${conversation.slice(0, 2)}/${position}`
    // A place may be taken again: the last message's, after it was deleted.
    if (position > (next[change.conversation] as number) || position === 0) return []
    if (position === next[change.conversation]) next[change.conversation] = position + 1
    if (change.text === undefined) messages.delete(id)
    else messages.set(id, change.text)
    return [vaults.message(conversation, position, change.text)]
  }

  function naive(messages: ReadonlyMap<string, string>, query: string): string[] {
    const terms = termsOfQuery(query)
    const has = (held: readonly string[]) => terms.every((term) => held.includes(term))
    return [...messages].filter(([, one]) => has(termsOf(one))).map(([id]) => id)
  }

  it('gives the newest first, page after page, through entries and segments', async () => {
    const { vaults, open } = await fresh()
    const expected: number[] = []
    for (let position = 1; position <= 43; position++) {
      await open.vault.commit([
        vaults.message(position % 3 ? A : B, position, `heron ${position % 2 ? 'odd' : 'even'}`),
      ])
      if (position % 2) expected.unshift(position)
    }
    const positions: number[] = []
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      const query = { terms: termsOfQuery('her od'), before, limit: 5 }
      const page = await open.vault.alone(() => open.index.find(query))
      positions.push(...page.map(({ position }) => position))
      before = page.at(-1)?.document ?? 0
      if (page.length < 5) break
    }
    expect(positions).toEqual(expected)
  })

  it('[V3] keeps no token of what was edited or deleted, in entries and in segments', async () => {
    const { vaults, open } = await fresh()
    for (const others of [0, 20]) {
      const before = await countPostings(open.bare)
      const base = 100 * others
      await open.vault.commit([vaults.message(A, base + 1, 'pelican42')])
      const more = Array.from({ length: others }, (_, n) => vaults.message(B, base + n + 1, 'x'))
      for (const change of more) await open.vault.commit([change])
      const kept = await countPostings(open.bare)
      await open.vault.commit([vaults.message(A, base + 1, 'heron42')])
      expect(await found(open, 'pelican42')).toEqual([])
      expect(await found(open, 'heron42')).toEqual([`11/${base + 1}`])
      expect(await countPostings(open.bare)).toBe(kept - 'pelican42'.length + 'heron42'.length)
      await open.vault.commit([vaults.message(A, base + 1, undefined)])
      expect(await found(open, 'heron42')).toEqual([])
      expect(await countPostings(open.bare)).toBe(before + others)
    }
  })

  it('[V3] finds each word of segments that have many pages', async () => {
    const { vaults, open } = await fresh({ segment: 100, merged: 2 })
    const words = Array.from({ length: 400 }, (_, n) => `${(n * 7_919) % 1_000}word${n}`)
    for (const [n, word] of words.entries()) await open.vault.commit([vaults.message(A, n + 1, word)])
    await open.vault.commit([vaults.message(A, 7, 'heron'), vaults.message(A, 8, undefined)])
    for (const [n, word] of words.entries()) {
      expect(await found(open, word)).toEqual(n === 6 || n === 7 ? [] : [`11/${n + 1}`])
    }
    expect(await found(open, 'heron')).toEqual(['11/7'])
    expect((await open.bare.ids('search/page')).length).toBeGreaterThan(5)
  })

  it('takes a message at the place of a deleted one for another message', async () => {
    const { vaults, open } = await fresh()
    for (let position = 1; position <= 8; position++) await open.vault.commit([vaults.message(A, position, 'heron')])
    await open.vault.commit([vaults.message(A, 8, undefined)])
    await open.vault.commit([vaults.message(A, 8, 'pelican')])
    for (let position = 9; position <= 16; position++) await open.vault.commit([vaults.message(A, position, 'heron')])
    await open.vault.commit([vaults.message(A, 8, 'ibis')])
    expect(await found(open, 'pelican')).toEqual([])
    expect(await found(open, 'ibis')).toEqual(['11/8'])
  })

  it('stays in few segments, however many messages there are', async () => {
    const { vaults, open } = await fresh()
    for (let position = 1; position <= 200; position++) await open.vault.commit([vaults.message(A, position, 'heron')])
    const { segments } = (await open.vault.alone(() => open.bare.read('search', 'index', SearchIndex))) as SearchIndex
    expect(segments.length).toBeLessThanOrEqual(6)
    expect(await open.bare.ids('search/directory')).toHaveLength(segments.length)
    expect(await open.bare.ids('search/page')).toHaveLength(segments.length)
    expect(await found(open, 'heron')).toHaveLength(200)
  })

  it('reads no message, and of each segment one page for each word', async () => {
    const { vaults, open } = await fresh()
    for (let position = 1; position <= 60; position++)
      await open.vault.commit([vaults.message(A, position, `w${position}`)])
    await open.vault.close()
    const again = await opened(vaults)
    const read: string[] = []
    const { index, bare } = again
    const watched = new Proxy(bare, {
      get: (target, name: keyof Vault) =>
        name === 'read'
          ? (table: string, id: string, codec: never) => {
              read.push(table)
              return target.read(table, id, codec)
            }
          : target[name],
    })
    const counted = await openIndexStore({ vault: watched, primitives: nodePrimitives, hasMessages: async () => true })
    read.length = 0
    expect(await counted.find({ terms: ['w17'], before: Number.POSITIVE_INFINITY, limit: 20 })).toHaveLength(1)
    const { segments } = (await bare.read('search', 'index', SearchIndex)) as SearchIndex
    expect(read.filter((table) => table.startsWith('message'))).toEqual([])
    expect(read.filter((table) => table === 'search/page')).toHaveLength(segments.length)
    expect(index.isWhole).toBe(true)
  })
})

describe('an index that is not there', () => {
  async function filled() {
    const world = await fresh()
    for (let position = 1; position <= 50; position++) {
      await world.open.vault.commit([world.vaults.message(A, position, `heron ${position}`)])
      await world.open.vault.commit([world.vaults.message(B, position, `pelican ${position}`)])
    }
    await world.open.vault.alone(async () => undefined)
    return world
  }

  const table = (disk: MemoryDisk, name: string) => disk.vaults.get('amy')?.get(name) as Map<string, Uint8Array>

  it('[V3] is rebuilt from the messages: missing, of another version, or with any record damaged or gone', async () => {
    const { disk, vaults, open } = await filled()
    const before = { heron: await found(open, 'heron 1'), postings: await countPostings(open.bare) }
    await open.vault.close()
    const breaks: ((name: string) => void)[] = [
      (name) => table(disk, name).clear(),
      (name) => {
        for (const [id, bytes] of table(disk, name)) table(disk, name).set(id, bytes.with(bytes.length - 1, 0))
      },
    ]
    for (const name of ['search', 'search/entry', 'search/directory', 'search/page', 'search/document']) {
      for (const damage of breaks) {
        damage(name)
        const again = await opened(vaults)
        const first = await found(again, 'heron 1').catch((error: { code: string }) => error.code)
        // Entries that are gone are as messages that never came: nothing tells, but what is found is right.
        if (again.index.isWhole && name !== 'search/entry') expect(first).toBe('storage_damaged')
        await rebuilt(again)
        expect(again.index.isWhole).toBe(true)
        expect(await found(again, 'heron 1')).toEqual(before.heron)
        expect(await countPostings(again.bare)).toBe(before.postings)
        await again.vault.close()
      }
    }
    const later = await opened(vaults)
    const newer = { version: 2, rebuilding: false, conversations: [], segments: [], nextSegment: 1 }
    await later.bare.commit([put('search', 'index', SearchIndex, newer)])
    await later.vault.close()
    expect((await opened(vaults)).index.isWhole).toBe(false)
  })

  it('does not keep a message from being committed, and says with the same commit that it is to be rebuilt', async () => {
    const { disk, vaults, open } = await filled()
    table(disk, 'search/page').clear()
    await open.vault.commit([vaults.message(A, 3, 'spoonbill')])
    expect(open.lost).toBe(1)
    await open.vault.close()
    const again = await opened(vaults)
    expect(again.index.isWhole).toBe(false)
    await rebuilt(again)
    expect(await found(again, 'spoonbill')).toEqual(['11/3'])
    expect(await found(again, 'heron 3')).not.toContain('11/3')
  })

  it('is rebuilt while messages come, change and go, and stops where it is told to', async () => {
    const { vaults, open } = await filled()
    let steps = 0
    await expect(rebuilt(open, () => ++steps > 2)).rejects.toMatchObject({ code: 'cancelled' })
    expect(open.index.isWhole).toBe(false)
    const commits: Promise<void>[] = []
    const changes = [
      // Of the next step, which has looked at it already.
      vaults.message(A, 3, 'ibis next'),
      vaults.message(A, 51, 'ibis new'),
      vaults.message(A, 1, 'ibis early'),
      vaults.message(B, 50, 'ibis late'),
      vaults.message(B, 49, undefined),
      vaults.message(A, 2, undefined),
    ]
    const progress: number[] = []
    const totals: number[] = []
    await rebuild({
      vault: open.vault,
      index: open.index,
      isStopped: () => false,
      step: 4,
      onProgress({ done, total }) {
        progress.push(done)
        totals.push(total)
        const change = changes.shift()
        if (change !== undefined) commits.push(open.vault.commit([change]))
      },
    })
    for (const change of changes) commits.push(open.vault.commit([change]))
    await Promise.all(commits)
    expect(progress).toEqual([...progress].sort((a, b) => a - b))
    // Some went, which count as looked at; others came: the last word is that all is done.
    expect(totals.every((total, step) => total >= (progress[step] ?? 0))).toBe(true)
    expect(totals.at(-1)).toBe(progress.at(-1))
    expect((await found(open, 'ibis')).sort()).toEqual(['11/1', '11/3', '11/51', '22/50'])
    expect(await found(open, 'heron 1')).not.toContain('11/1')
    expect(await found(open, 'heron 2')).not.toContain('11/2')
    expect(await found(open, 'pelican 49')).toEqual([])
  })

  it('[V3] is whole or to be rebuilt after an end at any commit', async () => {
    const { disk, vaults, open } = await filled()
    await open.vault.close()
    const asItWas = structuredClone(disk.vaults.get('amy')) as Map<string, Map<string, Uint8Array>>
    let whole = 0
    for (let ends = 0; whole < 3; ends++) {
      disk.vaults.set('amy', structuredClone(asItWas))
      const cut = await opened(vaults)
      let left = ends
      const commit = cut.bare.commit.bind(cut.bare)
      const cutOff = new Promise<void>((resolve) => {
        cut.bare.commit = async (changes) => {
          if (left-- > 0) return commit(changes)
          resolve()
          return new Promise(() => undefined)
        }
      })
      const ended = rebuilt(cut).then(() => cut.vault.commit([vaults.message(A, 51, 'ibis')]))
      await Promise.race([ended, cutOff])
      disk.locked.clear()
      const again = await opened(vaults)
      if (again.index.isWhole) whole++
      else await rebuilt(again)
      expect((await found(again, 'heron')).length).toBe(50)
      await again.vault.close()
    }
  })
})
