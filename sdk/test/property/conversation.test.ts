/** Two conversations over readable vaults, and a network that reorders, repeats, loses and restarts. */
import { type Content, ContentKind } from '@solo2/proto/content'
import { MessageRecord, MessageState, OutboxRecord, Position } from '@solo2/proto/vault'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { fromHex, toHex } from '../../src/bytes/bytes.js'
import { type Conversation, openConversation } from '../../src/client/conversation.js'
import {
  composeDelete,
  composeEdit,
  composeReaction,
  composeText,
  encodeContent,
  withExpiry,
} from '../../src/content/compose.js'
import { decodeContent } from '../../src/content/parse.js'
import { type PlainVault, plainVault } from '../fixtures/plain-vault.js'

interface Side {
  readonly vault: PlainVault
  readonly author: Uint8Array
  conversation: Conversation
  sequence: number
  /** Under way to this side. */
  inbox: Uint8Array[]
  /** Receipts under way to this side. */
  receipts: Uint8Array[]
}

let ids = 0
const env = {
  random: (length: number) => {
    const id = new Uint8Array(length)
    new DataView(id.buffer).setUint32(0, ++ids)
    return id
  },
  now: () => 1_750_000_000_000,
}

function openAt(vault: PlainVault, author: Uint8Array): Promise<Conversation> {
  const dropFile = () => ({ commit: [], after: async () => undefined })
  const host = { now: env.now, after: () => () => undefined }
  const onOver = () => undefined
  const isShared = () => false
  return openConversation({ host, vault, conversation: 'c', author, readByThem: () => 0n, isShared, dropFile, onOver })
}

async function side(author: number): Promise<Side> {
  const vault = plainVault()
  const peer = new Uint8Array(32).fill(author)
  return {
    vault,
    author: peer,
    conversation: await openAt(vault, peer),
    sequence: 1,
    inbox: [],
    receipts: [],
  }
}

async function write(from: Side, make: (sequence: number) => Content): Promise<void> {
  const sequence = from.sequence++
  await from.conversation.addOutgoing(() => ({ content: make(sequence), changes: () => [] }))
}

function give(from: Side, to: Side): void {
  for (let taken = from.conversation.takeNext(); taken !== undefined; taken = from.conversation.takeNext()) {
    to.inbox.push(taken.content)
  }
}

/** The contents of several streams become whole in any order. */
async function arrive(to: Side, from: Side, pick: number): Promise<void> {
  const [bytes] = to.inbox.splice(pick % Math.max(1, to.inbox.length), 1)
  if (bytes === undefined) return
  const content = decodeContent(bytes)
  if (to.conversation.arrival(content.id) === 'new') await to.conversation.addIncoming(content)
  from.receipts.push(content.id)
}

async function restart(one: Side, other: Side): Promise<void> {
  await lose(one, other)
  one.conversation = await openAt(one.vault, one.author)
}

async function lose(one: Side, other: Side): Promise<void> {
  for (const here of [one, other]) {
    here.conversation.tunnelLost()
    here.inbox = []
    here.receipts = []
  }
}

async function acknowledge(to: Side): Promise<void> {
  await to.conversation.receipt(to.receipts.splice(0, 3))
}

async function view(of: Side) {
  const messages = await of.conversation.messages({ limit: 1_000 })
  return new Map(
    messages.map(({ id, outgoing, body, edited, reactions }) => [
      id,
      // A person's own edits of what was never given are no edits for the other one.
      { author: outgoing, body, edited, reactions },
    ]),
  )
}

/** What the tables say of each other after each commit (11-121). */
async function ensureAgreed({ vault }: Side): Promise<void> {
  const messages = (await vault.entries('message/c', MessageRecord)).map(([, record]) => ({
    ...record,
    id: toHex(decodeContent(record.content).id),
  }))
  const places = new Set(messages.map(({ position }) => position))
  for (const [name, outgoing] of [
    ['seen', false],
    ['written', true],
  ] as const) {
    const positions = new Map(await vault.entries(`${name}/c`, Position))
    for (const one of messages) {
      expect(positions.get(one.id)?.position).toBe(one.outgoing === outgoing ? one.position : undefined)
    }
  }
  const queued = new Set((await vault.ids('outbox/c')).map((id) => id.split('.')[1]))
  for (const { outgoing, state, changes, id } of messages) {
    const waits = outgoing && state === MessageState.WAITING && changes?.deleted !== true
    expect(queued.has(id)).toBe(waits)
  }
  const named = [...(await vault.entries('unread/c', Position)), ...(await vault.entries('outbox/c', OutboxRecord))]
  for (const [, { position }] of named) if (position > 0) expect(places).toContain(position)
}

const action = fc.tuple(
  fc.constantFrom('text', 'text', 'edit', 'delete', 'react', 'give', 'arrive', 'arrive', 'receipt', 'lose', 'restart'),
  fc.boolean(),
  fc.nat(1_000),
)

test('[C4] whatever the network does: both end with the same, and nothing of what was deleted or replaced is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (actions) => {
      const [ana, ben] = [await side(2), await side(1)]
      const gone = new Set<string>()
      const words = new Map<string, string>()
      for (const [name, isAna, n] of actions) {
        const [from, to] = isAna ? [ana, ben] : [ben, ana]
        const all = await from.conversation.messages({ limit: 1_000 })
        const own = all.filter(({ outgoing, body }) => outgoing && body.kind === 'text')
        const target = own[n % Math.max(1, own.length)]
        const word = `word-${++ids}-`
        if (name === 'text') {
          await write(from, (sequence) => {
            const content = composeText(env, sequence, word)
            words.set(Buffer.from(content.id).toString('hex'), word)
            return content
          })
        } else if (name === 'edit' && target !== undefined) {
          gone.add(words.get(target.id) ?? '')
          words.set(target.id, word)
          await write(from, (sequence) => composeEdit(env, sequence, fromHex(target.id), word))
        } else if (name === 'delete' && target !== undefined) {
          gone.add(words.get(target.id) ?? '')
          await write(from, (sequence) => composeDelete(env, sequence, fromHex(target.id)))
        } else if (name === 'react') {
          const any = all.filter(({ body }) => body.kind === 'text')[n % Math.max(1, all.length)]
          if (any !== undefined) {
            await write(from, (sequence) => composeReaction(env, sequence, fromHex(any.id), n % 3 === 0 ? '' : '👍'))
          }
        } else if (name === 'give') give(from, to)
        else if (name === 'arrive') await arrive(to, from, n)
        else if (name === 'receipt') await acknowledge(from)
        else if (name === 'lose') await lose(from, to)
        else if (name === 'restart') await restart(from, to)
        for (const one of [ana, ben]) await ensureAgreed(one)
      }
      await restart(ana, ben)
      await restart(ben, ana)
      for (const [from, to] of [
        [ana, ben],
        [ben, ana],
      ] as const) {
        give(from, to)
        while (to.inbox.length > 0) await arrive(to, from, ids)
        while (from.receipts.length > 0) await acknowledge(from)
      }
      const [anas, bens] = [await view(ana), await view(ben)]
      for (const [id, mine] of anas) {
        const theirs = bens.get(id)
        // What was deleted before it was ever given is known to its author only.
        if (theirs === undefined) {
          expect(mine).toMatchObject({ author: true, body: { kind: 'deleted' } })
          continue
        }
        expect(theirs.body).toEqual(mine.body)
        expect(theirs.reactions).toEqual({
          ...(mine.reactions.theirs !== undefined && { own: mine.reactions.theirs }),
          ...(mine.reactions.own !== undefined && { theirs: mine.reactions.own }),
        })
      }
      for (const [id, theirs] of bens) {
        if (!anas.has(id)) expect(theirs).toMatchObject({ author: true, body: { kind: 'deleted' } })
      }
      for (const { vault } of [ana, ben]) {
        for (const word of gone) expect(vault.holds(word)).toBe(false)
        expect([...vault.records.keys()].filter((key) => key.startsWith('outbox/'))).toEqual([])
      }
      for (const [id, word] of words) if (anas.get(id)?.body.kind === 'text') expect(ana.vault.holds(word)).toBe(true)
    }),
    { numRuns: cases(100, 10_000) },
  )
})

test('a content that comes again with other bytes under its ID is acknowledged, and changes nothing', async () => {
  const ben = await side(1)
  const text = composeText(env, 1, 'pelican42')
  expect(ben.conversation.arrival(text.id)).toBe('new')
  await ben.conversation.addIncoming(text)
  const before = new Map(ben.vault.records)
  const twin: Content = { ...composeText(env, 2, 'heron42'), id: text.id }
  const ana = await side(2)
  ben.inbox.push(encodeContent(twin))
  await arrive(ben, ana, 0)
  expect(ana.receipts).toEqual([text.id])
  expect(new Map(ben.vault.records)).toEqual(before)
  expect((await ben.conversation.messages()).map(({ body }) => body)).toEqual([{ kind: 'text', text: 'pelican42' }])
})

test('an edit, a deletion and a reaction that overtake their message hold when it comes; those of others have no effect', async () => {
  const [ana, ben] = [await side(2), await side(1)]
  const text = composeText(env, 1, 'pelican42')
  const other = composeText(env, 2, 'heron42')
  await ben.conversation.addIncoming(composeEdit(env, 5, other.id, 'egret42'))
  await ben.conversation.addIncoming(composeReaction(env, 6, other.id, '👍'))
  await ben.conversation.addIncoming(composeDelete(env, 4, text.id))
  await ben.conversation.addIncoming(text)
  await ben.conversation.addIncoming(other)
  const shown = await ben.conversation.messages()
  expect(shown.map(({ body }) => body)).toEqual([{ kind: 'deleted' }, { kind: 'text', text: 'egret42' }])
  expect(shown[1]).toMatchObject({ edited: true, reactions: { theirs: '👍' } })
  expect(ben.vault.holds('pelican42')).toBe(false)
  expect([...ben.vault.records.keys()].filter((key) => key.startsWith('change/'))).toEqual([])

  await write(ana, (sequence) => composeText(env, sequence, 'mine'))
  const [mine] = await ana.conversation.messages()
  const id = fromHex(mine?.id ?? '')
  for (const forged of [composeEdit(env, 9, id, 'forged'), composeDelete(env, 10, id)]) {
    expect(await ana.conversation.addIncoming(forged)).toEqual({})
  }
  expect((await ana.conversation.messages())[0]?.body).toEqual({ kind: 'text', text: 'mine' })
  const twin: Content = { ...composeText(env, 11, 'twin'), id, kind: ContentKind.TEXT }
  await expect(ana.conversation.addIncoming(twin)).rejects.toMatchObject({ code: 'bad_content' })
})

test('[C4] a tunnel that comes while a deletion is being stored gets neither the message nor what is behind it', async () => {
  const ana = await side(2)
  let release = () => {}
  const commit = ana.vault.commit
  await write(ana, (sequence) => composeText(env, sequence, 'pelican42'))
  await write(ana, (sequence) => composeText(env, sequence, 'heron42'))
  const [pelican] = await ana.conversation.messages()
  ana.vault.commit = async (changes) => {
    await new Promise<void>((resolve) => {
      release = resolve
    })
    return commit(changes)
  }
  const deleting = write(ana, (sequence) => composeDelete(env, sequence, fromHex(pelican?.id ?? '')))
  await new Promise<void>((resolve) => setImmediate(resolve))
  expect(ana.conversation.takeNext()).toBeUndefined()
  release()
  await deleting
  const given = ana.conversation.takeNext()
  expect(given?.message?.body).toEqual({ kind: 'text', text: 'heron42' })
  expect(ana.conversation.takeNext()).toBeUndefined()
})

test('[C4] however they came, an author’s lines stand in the order of writing, each with its mark and its life', async () => {
  const step = fc.record({ what: fc.constantFrom('come', 'come', 'come', 'own', 'read', 'open'), n: fc.nat(1_000) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const ana = await side(2)
      const coming = Array.from({ length: 30 }, (_, i) => {
        // Own devices of the author that were apart may use one number twice.
        const content = composeText(env, 1 + Math.floor(i / 2), `line ${i}`)
        return i % 3 === 0 ? withExpiry(content, 60) : content
      })
      const came: Content[] = []
      const unread = new Set<string>()
      const own = new Map<string, number>()
      const name = ({ id }: Content) => Buffer.from(id).toString('hex')
      for (const { what, n } of steps) {
        const [content] = what === 'come' ? coming.splice(n % Math.max(1, coming.length), 1) : []
        if (content !== undefined) {
          const { added, moved = [] } = await ana.conversation.addIncoming(content)
          came.push(content)
          unread.add(name(content))
          const shown = new Map(
            (await ana.conversation.messages({ limit: 100 })).map((line) => [line.id, line.position]),
          )
          for (const line of [...moved, ...(added === undefined ? [] : [added])]) {
            expect(shown.get(line.id)).toBe(line.position)
          }
        }
        if (what === 'own') await write(ana, (sequence) => composeText(env, sequence, 'own'))
        const lines = await ana.conversation.messages({ limit: 100 })
        for (const { id, outgoing, position } of lines) {
          if (outgoing) expect(position).toBe(own.get(id) ?? own.set(id, position).get(id))
        }
        const last = lines[n % Math.max(1, lines.length)]
        if (what === 'read' && last !== undefined) {
          await ana.conversation.markRead(last.position)
          for (const { id, position } of lines) if (position <= last.position) unread.delete(id)
        }
        if (what === 'open') ana.conversation = await openAt(ana.vault, ana.author)
      }
      for (const conversation of [ana.conversation, await openAt(ana.vault, ana.author)]) {
        const theirs = (await conversation.messages({ limit: 100 })).filter(({ outgoing }) => !outgoing)
        const written = came.toSorted((a, b) => Number(a.sequence - b.sequence) || Buffer.compare(a.id, b.id))
        expect(theirs.map(({ id }) => id)).toEqual(written.map(name))
        expect(
          new Set(theirs.filter(({ position }) => conversation.unread.includes(position)).map(({ id }) => id)),
        ).toEqual(unread)
        const lives = new Set(came.filter(({ expirySeconds }) => expirySeconds > 0).map(name))
        expect(new Set(theirs.filter(({ expiresAt }) => expiresAt !== undefined).map(({ id }) => id))).toEqual(lives)
      }
    }),
    { numRuns: cases(100, 10_000) },
  )
})
