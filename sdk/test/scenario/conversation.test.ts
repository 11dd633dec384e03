/** What two people do with messages that are written already: whole clients over the in-memory twins. */
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/client/api.js'
import { memorySource } from '../../src/testing.js'
import { comeBack, contactOf, type Person, pair, passing, until } from '../fixtures/people.js'

type World = Awaited<ReturnType<typeof pair>>['world']

async function bodies(person: Person): Promise<Message['body'][]> {
  return (await contactOf(person).messages()).map(({ body }) => body)
}

async function last(person: Person): Promise<Message> {
  return (await contactOf(person).messages()).at(-1) as Message
}

/** Ana writes and Ben has it. */
async function told(world: World, ana: Person, ben: Person, text: string): Promise<Message> {
  const message = await passing(world, contactOf(ana).send(text))
  await until(world, () => ben.received.includes(text))
  await until(world, async () => (await last(ana)).state === 'delivered')
  return message
}

async function away(world: World, ana: Person, ben: Person): Promise<void> {
  await ben.me.lock()
  await until(world, () => contactOf(ana).state !== 'connected')
}

async function refused(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  )
}

describe('a conversation', () => {
  test('replies name what they answer, edits and reactions show at both ends, and all is kept', async () => {
    const { world, ana, ben } = await pair()
    const question = await told(world, ana, ben, 'lunch?')
    const heard: Message[] = []
    ana.me.on('change', (message) => heard.push(message))
    const answer = await passing(world, contactOf(ben).send('yes', { replyTo: question.id }))
    await until(world, () => ana.received.includes('yes'))
    expect(await last(ana)).toMatchObject({ id: answer.id, replyTo: question.id, edited: false, reactions: {} })

    await passing(world, contactOf(ben).edit(answer.id, 'yes, at one'))
    await until(world, () => heard.length === 1)
    await passing(world, contactOf(ana).react(answer.id, '👍'))
    await passing(world, contactOf(ben).react(answer.id, '❤️'))
    await until(world, async () => (await last(ben)).reactions.theirs === '👍' && heard.length === 3)
    await passing(world, contactOf(ana).react(answer.id, ''))
    await until(world, async () => (await last(ben)).reactions.theirs === undefined)

    await ana.me.lock()
    await comeBack(world, ana)
    expect(await last(ana)).toMatchObject({
      id: answer.id,
      replyTo: question.id,
      body: { kind: 'text', text: 'yes, at one' },
      edited: true,
      reactions: { theirs: '❤️' },
    })
  })

  test('what was deleted is a mark at both ends, also after both restarted, and cannot be changed any more', async () => {
    const { world, ana, ben } = await pair()
    const message = await told(world, ana, ben, 'pelican42')
    await passing(world, contactOf(ben).react(message.id, '👍'))
    await passing(world, contactOf(ana).delete(message.id))
    await until(world, async () => (await last(ben)).body.kind === 'deleted')
    for (const person of [ana, ben]) {
      await person.me.lock()
      await comeBack(world, person)
      expect(await last(person)).toMatchObject({ id: message.id, body: { kind: 'deleted' }, reactions: {} })
    }
    expect(await refused(contactOf(ana).edit(message.id, 'back'))).toBe('wrong_state')
    expect(await refused(contactOf(ben).react(message.id, '👍'))).toBe('wrong_state')
  })

  test('only its author changes a message, only a text is edited, only one emoji is a reaction', async () => {
    const { world, ana, ben } = await pair()
    const message = await told(world, ana, ben, 'mine')
    expect(await refused(contactOf(ben).edit(message.id, 'yours'))).toBe('invalid_argument')
    expect(await refused(contactOf(ben).delete(message.id))).toBe('invalid_argument')
    expect(await refused(contactOf(ben).react(message.id, 'nice'))).toBe('invalid_argument')
    expect(await refused(contactOf(ben).edit('0'.repeat(32), 'x'))).toBe('not_found')
    expect(await refused(contactOf(ben).edit('../../header', 'x'))).toBe('not_found')
    expect(await refused(contactOf(ben).send('x', { replyTo: '0'.repeat(32) }))).toBe('not_found')
    await passing(world, contactOf(ana).offerFile(memorySource('map.bin', new Uint8Array(3))))
    expect(await refused(contactOf(ana).edit((await last(ana)).id, 'x'))).toBe('invalid_argument')
  })

  test('[C4] what is edited or deleted while it waits goes out in its present form only; the deleted one never', async () => {
    const { world, ana, ben } = await pair()
    await away(world, ana, ben)
    const sent: Message[] = []
    for (let n = 1; n <= 5; n++) sent.push(await passing(world, contactOf(ana).send(`m${n}`)))
    const [, m2, m3] = sent.map(({ id }) => id) as [string, string, string]
    await passing(world, contactOf(ana).edit(m2, 'm2 anew'))
    await passing(world, contactOf(ana).delete(m3))
    expect(await last(ana)).toMatchObject({ state: 'waiting' })
    await comeBack(world, ben)
    await until(world, () => ben.received.length === 4)
    expect(ben.received).toEqual(['m1', 'm2 anew', 'm4', 'm5'])
    await until(world, async () => (await last(ana)).state === 'delivered')
    expect(await bodies(ben)).toEqual(['m1', 'm2 anew', 'm4', 'm5'].map((text) => ({ kind: 'text', text })))
    expect((await contactOf(ben).messages()).every(({ edited }) => !edited)).toBe(true)
    expect((await bodies(ana))[2]).toEqual({ kind: 'deleted' })
  })

  test('[C4] the same after the author restarted: nothing of the deleted one arrives', async () => {
    const { world, ana, ben } = await pair()
    await away(world, ana, ben)
    const [m1, m2] = [await passing(world, contactOf(ana).send('m1')), await passing(world, contactOf(ana).send('m2'))]
    await ana.me.lock()
    await comeBack(world, ana)
    await passing(world, contactOf(ana).edit(m1.id, 'first'))
    await passing(world, contactOf(ana).edit(m1.id, 'm1 anew'))
    await passing(world, contactOf(ana).edit(m2.id, 'not for long'))
    await passing(world, contactOf(ana).delete(m2.id))
    await ana.me.lock()
    await comeBack(world, ana)
    await comeBack(world, ben)
    await until(world, async () => (await contactOf(ana).messages()).every(({ state }) => state === 'delivered'))
    expect(ben.received).toEqual(['m1 anew'])
    expect(await bodies(ben)).toEqual([{ kind: 'text', text: 'm1 anew' }])
  })

  test('a message that was given and never acknowledged is edited: the other side ends with the new text, once', async () => {
    const { world, ana, ben } = await pair()
    // Ben gets it, and nothing that he says passes.
    let fromAna: unknown
    world.network.tap = (bytes, from) => {
      fromAna ??= from
      return from === fromAna ? bytes : undefined
    }
    const message = await passing(world, contactOf(ana).send('old'))
    await until(world, () => ben.received.includes('old'))
    world.network.fail()
    await passing(world, contactOf(ana).edit(message.id, 'new'))
    world.network.tap = undefined
    await until(world, async () => (await last(ana)).state === 'delivered' && contactOf(ana).state === 'connected')
    expect(ben.received).toEqual(['old'])
    expect(await bodies(ben)).toEqual([{ kind: 'text', text: 'new' }])
    expect(await last(ben)).toMatchObject({ edited: true })
  })
})
