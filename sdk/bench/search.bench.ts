/** Search over 100,000 messages, with the real cipher over a store in memory: what the index takes, and how long it lasts. */
import { type BenchCase, type BenchGroup, type Fact, type FactGroup, median } from '../../tools/bench/harness.js'
import { nodePrimitives } from '../src/adapters/node/primitives.js'
import { type IndexStore, openIndexStore } from '../src/client/search/index-store.js'
import { indexedVault } from '../src/client/search/indexed-vault.js'
import { rebuild } from '../src/client/search/rebuild.js'
import type { Vault } from '../src/client/vault-store.js'
import { createDisk, type MemoryDisk, memoryStores } from '../src/testing.js'
import { termsOfQuery } from '../src/vault/search/tokens.js'
import { type MessageVaults, messageVaults } from '../test/fixtures/message-vault.js'

const MESSAGES = 100_000
const CONVERSATIONS = 20
const COMMIT = 1_000
const WORDS = 50_000

/** Numbers of a linear congruential generator, below 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Words of two to eleven letters; the n-th comes up about once in n times as often as the first (Zipf). */
function language(): { word(n: number): string; text(): string } {
  const next = numbers(42)
  const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu an er in on us al el it or um'.split(
    ' ',
  )
  const spelled = Array.from({ length: WORDS }, () =>
    Array.from({ length: 1 + Math.floor(next() * 4) }, () => syllables[Math.floor(next() * syllables.length)]).join(''),
  )
  const word = (n: number) => spelled[n] as string
  const draw = () => Math.min(WORDS - 1, Math.floor(WORDS ** next()) - 1)
  return { word, text: () => Array.from({ length: 3 + Math.floor(next() * 12) }, () => word(draw())).join(' ') }
}

interface Filled {
  readonly disk: MemoryDisk
  readonly vaults: MessageVaults
  readonly facts: readonly Fact[]
}

const { word, text } = language()
let filling: Promise<Filled> | undefined

/** Once for all groups. */
function filled(): Promise<Filled> {
  filling ??= fill()
  return filling
}

async function opened(vaults: MessageVaults): Promise<{ bare: Vault; index: IndexStore }> {
  const bare = await vaults.open()
  const index = await openIndexStore({ vault: bare, primitives: nodePrimitives, hasMessages: async () => true })
  return { bare, index }
}

async function fill(): Promise<Filled> {
  const disk = createDisk()
  const vaults = await messageVaults(memoryStores(disk), nodePrimitives)
  const { bare, index } = await opened(vaults)
  const conversations = Array.from({ length: CONVERSATIONS }, (_, n) => n.toString(16).padStart(32, '0'))
  await bare.commit(conversations.map((conversation) => vaults.contact(conversation)))
  for (let done = 0; done < MESSAGES; done += COMMIT) {
    const changes = Array.from({ length: COMMIT }, (_, n) => {
      const conversation = conversations[(done + n) % CONVERSATIONS] as string
      return vaults.message(conversation, 1 + Math.floor((done + n) / CONVERSATIONS), text())
    })
    await bare.commit(changes)
  }
  const vault = indexedVault(bare, index, () => undefined)
  let longest = 0
  let start = performance.now()
  const begun = start
  const onProgress = () => {
    longest = Math.max(longest, performance.now() - start)
    start = performance.now()
  }
  await rebuild({ vault, index, onProgress, isStopped: () => false })
  const whole = performance.now() - begun
  await vault.close()
  const tables = [...(disk.vaults.get('amy') ?? [])]
  const bytes = (starts: string) =>
    tables
      .filter(([table]) => table.startsWith(starts))
      .flatMap(([, entries]) => [...entries.values()])
      .reduce((sum, { length }) => sum + length, 0)
  const records = tables.filter(([table]) => table.startsWith('search')).reduce((sum, [, { size }]) => sum + size, 0)
  const facts = [
    { name: 'messages', value: bytes('message/') / 1e6, unit: 'MB' },
    { name: 'index', value: bytes('search') / 1e6, unit: 'MB' },
    { name: 'index, records', value: records, unit: 'records' },
    { name: 'index, of a message', value: bytes('search') / MESSAGES, unit: 'bytes' },
    { name: 'rebuilding', value: whole / 1_000, unit: 's' },
    { name: 'rebuilding, longest step', value: longest, unit: 'ms' },
  ]
  return { disk, vaults, facts }
}

/** The word that so many others come up more often than. */
const QUERIES: readonly (readonly [name: string, query: string])[] = [
  ['one letter', 'b'],
  ['a frequent word', word(3)],
  ['a rare word', word(20_000)],
  ['three frequent words', [word(1), word(2), word(5)].join(' ')],
  ['a frequent and a rare word', `${word(2)} ${word(9_000)}`],
  ['a word that is nowhere', 'qqqq'],
]

async function timed(job: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await job()
  return performance.now() - start
}

function query(text: string) {
  return { terms: termsOfQuery(text), before: Number.POSITIVE_INFINITY, limit: 20 }
}

async function measure(): Promise<readonly Fact[]> {
  const { vaults, facts } = await filled()
  const opening: number[] = []
  const first: number[] = []
  for (let round = 0; round < 7; round++) {
    const bare = await vaults.open()
    let index: IndexStore | undefined
    opening.push(
      await timed(async () => {
        index = await openIndexStore({ vault: bare, primitives: nodePrimitives, hasMessages: async () => true })
      }),
    )
    first.push(await timed(async () => index?.find(query(word(3)))))
    await bare.close()
  }
  return [
    ...facts,
    { name: 'index opened with the vault', value: median(opening), unit: 'ms' },
    { name: 'first query after that, 20 hits', value: median(first), unit: 'ms' },
  ]
}

let last: Vault | undefined

async function prepare(): Promise<BenchCase[]> {
  const { vaults } = await filled()
  const { bare, index } = await opened(vaults)
  last = bare
  return QUERIES.map(([name, text]) => ({
    name,
    unit: 'queries',
    async run(count) {
      for (let n = 0; n < count; n++) await index.find(query(text))
      return count
    },
  }))
}

export const groups: readonly BenchGroup[] = [
  { title: 'search: 100,000 messages, the newest 20 hits', prepare, close: () => last?.close() },
]

export const facts: readonly FactGroup[] = [{ title: 'search: index of 100,000 messages', measure }]
