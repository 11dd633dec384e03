/** One person who writes, changes, reacts and sends files at random, and what was said by that. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Story } from '../../../../sdk/test/fixtures/mortal/story.js'
import { type Draws, draws } from './draws.js'
import { reactionKey } from './judge.js'
import { Killed, type Lives } from './lives.js'

/** What the two say, as `Said` of judge.ts shows it. */
export interface Journal {
  readonly story: Story
  readonly first: Map<string, string>
  readonly files: Map<string, string>
  readonly reactions: Map<string, readonly string[]>
}

const DOINGS = { text: 50, burst: 6, edit: 10, delete: 4, react: 8, read: 6, file: 12 }
const MEAN_MS = 700
const EMOJI = ['👍', '🎉', '😮', '']
const FILE = { leastBytes: 1_000, mostBytes: 4_000_000 } as const
/** So many of the own messages, the latest, are changed again. */
const CHANGED = 12

export interface Author {
  /** Until `isOver`, and what was begun then to its end. */
  write(isOver: () => boolean): Promise<void>
}

export function author(lives: Lives, journal: Journal, seed: string, folder: string): Author {
  const { who } = lives
  const { story } = journal
  const random = draws(`${seed} ${who}`)
  const outbox = join(folder, `${who}-outbox`)
  mkdirSync(outbox, { recursive: true })
  let number = 0
  let mine: string[] = []

  async function said(text: string, sending: Promise<string>): Promise<void> {
    story.hear({ say: 'send', who, text })
    const id = await sending
    story.hear({ say: 'sent', who, id, text })
    journal.first.set(id, text)
    mine = [...mine, id].slice(-CHANGED)
  }

  function send(count: number): Promise<void> {
    return lives.act(async (calls) => {
      const texts = Array.from({ length: count }, () => {
        const text = `${number++} ${who} ${'x'.repeat(3_000 * random.fraction() ** 4)}`
        return said(text, calls.send(text))
      })
      await Promise.all(texts)
    })
  }

  /** Of which it is known what it says. */
  function target(): string | undefined {
    const id = mine[random.between(0, mine.length - 1)]
    return id !== undefined && story.messages.get(id)?.forms.length === 1 ? id : undefined
  }

  const without = (id: string) => mine.filter((one) => one !== id)

  const doings: Readonly<Record<keyof typeof DOINGS, () => Promise<void>>> = {
    text: () => send(1),
    burst: () => send(random.between(4, 20)),
    async edit() {
      const id = target()
      if (id === undefined || journal.files.has(journal.first.get(id) ?? '')) return
      const text = `${Number.parseInt(journal.first.get(id) ?? '', 10)} ${who} again ${random.between(0, 1_000_000)}`
      await lives.act(async (calls) => {
        story.hear({ say: 'edit', who, id, text })
        await calls.edit(id, text)
        story.hear({ say: 'edited', who, id, text })
      })
    },
    async delete() {
      const id = target()
      if (id === undefined || journal.files.has(journal.first.get(id) ?? '')) return
      mine = without(id)
      await lives.act(async (calls) => {
        story.hear({ say: 'delete', who, id })
        await calls.delete(id)
        story.hear({ say: 'deleted', who, id })
      })
    },
    async react() {
      const emoji = EMOJI[random.between(0, EMOJI.length - 1)] ?? ''
      const id = await lives.act((calls) => calls.react(emoji))
      if (id !== undefined) journal.reactions.set(reactionKey(who, id), [emoji])
    },
    read: () => lives.act((calls) => calls.read()),
    async file() {
      const name = `${number++} ${who}.bin`
      const size = Math.round(FILE.leastBytes * (FILE.mostBytes / FILE.leastBytes) ** random.fraction())
      const bytes = bytesOf(random, size)
      const path = join(outbox, name)
      writeFileSync(path, bytes)
      journal.files.set(name, createHash('sha256').update(bytes).digest('hex'))
      await lives.act((calls) => said(name, calls.offer(path)))
    },
  }

  return {
    async write(isOver) {
      for (;;) {
        await wait(random.pause(MEAN_MS))
        if (isOver()) return
        try {
          await doings[random.one(DOINGS)]()
        } catch (error) {
          if (!(error instanceof Killed)) throw error
          // Which message an unanswered reaction meant is not known.
          for (const key of [...journal.reactions.keys()]) if (key.startsWith(who)) journal.reactions.delete(key)
        }
      }
    },
  }
}

/** No two blocks alike: bytes that stand in another place are other bytes. */
function bytesOf(random: Draws, size: number): Uint8Array {
  const seed = random.between(0, 2 ** 32 - 1)
  const bytes = Buffer.alloc(size)
  for (let at = 0, count = 0; at < size; at += 32, count++) {
    createHash('sha256').update(`${seed} ${count}`).digest().copy(bytes, at)
  }
  return bytes
}
