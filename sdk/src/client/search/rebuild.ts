/**
 * The index made anew from the messages (11-51), oldest first over all conversations, in steps between which messages
 * come, change and go: each step reads what it adds.
 */
import { ContactRecord, MessageRecord } from '@solo2/proto/vault'
import { toHex } from '../../bytes/bytes.js'
import { ensure } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import { searchedText } from '../../vault/search/message-text.js'
import { numberId, type Vault } from '../vault-store.js'
import type { IndexStore } from './index-store.js'
import { type IndexedVault, isDamage } from './indexed-vault.js'

export interface RebuildProgress {
  readonly done: number
  readonly total: number
}

export interface RebuildOptions {
  readonly vault: IndexedVault
  readonly index: IndexStore
  onProgress(progress: RebuildProgress): void
  isStopped(): boolean
  /** Messages of one step. */
  readonly step?: number
}

interface Source {
  readonly conversation: string
  /** Positions that are not in the index yet, ascending. */
  readonly left: number[]
  head: { readonly position: number; readonly storedAt: bigint; readonly text: string } | undefined
}

/** Rejects with `cancelled`; the index stays without what it has not yet, and says so. */
export async function rebuild(options: RebuildOptions): Promise<void> {
  const { vault, index, onProgress, isStopped, step = CHOSEN.SEARCH_SEGMENT_MESSAGES } = options
  const reached = new Map<string, number>()
  let sources = await vault.alone(async () => {
    ensure(!isStopped(), 'cancelled', 'the rebuilding was cancelled')
    await vault.carryOut(await index.clear())
    return unread(vault, reached)
  })
  const total = sources.reduce((sum, { left }) => sum + left.length, 0)
  let done = 0
  onProgress({ done, total })
  for (let isLast = false; !isLast; ) {
    await vault.alone(async () => {
      ensure(!isStopped(), 'cancelled', 'the rebuilding was cancelled')
      if (sources.every(({ left }) => left.length === 0)) sources = await unread(vault, reached)
      const messages = await nextMessages(vault, sources, step)
      isLast = messages.length === 0
      await vault.carryOut(await index.fill(messages, isLast))
      for (const { conversation, position } of messages) reached.set(conversation, position)
      done += messages.length
      for (let plan = await index.upkeep(); plan !== undefined; plan = await index.upkeep()) await vault.carryOut(plan)
    })
    onProgress({ done, total: Math.max(done, total) })
  }
}

export async function conversationsOf(vault: Pick<Vault, 'entries'>): Promise<string[]> {
  return (await vault.entries('contact', ContactRecord)).map(([, { conversation }]) => toHex(conversation))
}

async function unread(vault: Vault, reached: ReadonlyMap<string, number>): Promise<Source[]> {
  return Promise.all(
    (await conversationsOf(vault)).map(async (conversation) => {
      const positions = (await vault.ids(`message/${conversation}`)).map(Number)
      const from = reached.get(conversation) ?? 0
      return { conversation, left: positions.filter((position) => position > from), head: undefined }
    }),
  )
}

/** Taken from the sources, in the order in which this device stored them. */
async function nextMessages(vault: Vault, sources: readonly Source[], count: number) {
  const messages: { conversation: string; position: number; after: string }[] = []
  // What was read before may have been changed since.
  for (const source of sources) source.head = undefined
  while (messages.length < count) {
    await Promise.all(sources.map((source) => readHead(vault, source)))
    let oldest: Source | undefined
    for (const source of sources) {
      if (source.head !== undefined && (oldest?.head === undefined || source.head.storedAt < oldest.head.storedAt)) {
        oldest = source
      }
    }
    if (oldest?.head === undefined) break
    messages.push({ conversation: oldest.conversation, position: oldest.head.position, after: oldest.head.text })
    oldest.left.shift()
    oldest.head = undefined
  }
  return messages
}

/** A message that is gone or does not open has nothing to find. */
async function readHead(vault: Vault, source: Source): Promise<void> {
  const [position] = source.left
  if (source.head !== undefined || position === undefined) return
  const record = await vault
    .read(`message/${source.conversation}`, numberId(position), MessageRecord)
    .catch((error: unknown) => {
      if (!isDamage(error)) throw error
      return undefined
    })
  const text = record === undefined ? '' : searchedText(record.content)
  source.head = { position, storedAt: record?.storedAt ?? 0n, text }
}
