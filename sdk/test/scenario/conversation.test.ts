/** What two people do with messages that are written already: whole clients over the in-memory twins. */
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { memorySource } from '../../src/testing.js'
import { comeBack, contactOf, PASSWORD, type Person, pair, passing, until } from '../fixtures/people.js'

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

const HOUR = 3_600_000

/** The same device after its program ended, with a clock that is wrong by so much. */
async function comeBackAt(world: World, person: Person, wrongBy: number): Promise<void> {
  const platform = person.device.platform()
  const host = { ...platform.host, now: () => world.clock.now() + wrongBy }
  const account = { server: world.server, username: person.name, password: PASSWORD }
  person.me = await passing(world, createSolo2({ ...platform, host }).login(account))
}

async function texts(person: Person): Promise<string[]> {
  return (await bodies(person)).flatMap((body) => (body.kind === 'text' ? [body.text] : []))
}

describe('disappearing', () => {
  test('both keep what was written under the timer for so long, and what was written before and after without end', async () => {
    const { world, ana, ben } = await pair()
    await told(world, ana, ben, 'stays')
    await passing(world, contactOf(ana).setTimer(60))
    await until(world, () => contactOf(ben).timerSeconds === 60)
    const gone: (readonly string[])[] = []
    ben.me.on('gone', ({ ids }) => gone.push(ids))
    const message = await passing(world, contactOf(ben).send('goes'))
    await passing(world, contactOf(ana).send('goes too'))
    expect(message.expiresAt).toBe(message.writtenAt + 60_000)
    await until(world, async () => (await texts(ana)).length === 3 && (await texts(ben)).length === 3)
    await passing(world, contactOf(ben).setTimer(0))
    await until(world, () => contactOf(ana).timerSeconds === 0)
    await passing(world, contactOf(ben).send('stays too'))
    await world.clock.advance(61_000)
    for (const person of [ana, ben]) expect(await texts(person)).toEqual(['stays', 'stays too'])
    expect(gone.flat()).toContain(message.id)
    expect(gone.flat()).toHaveLength(2)
  })

  test('a device that was off across the end shows nothing of it, and has nothing of it', async () => {
    const { world, ana, ben } = await pair()
    await passing(world, contactOf(ana).setTimer(60))
    await told(world, ana, ben, 'pelican42')
    await ben.me.lock()
    await world.clock.advance(300_000)
    await comeBack(world, ben)
    expect(await texts(ben)).toEqual([])
    expect(contactOf(ben).unread).toBe(0)
    expect(await texts(ana)).toEqual([])
  })

  test('a clock that is set back a day does not keep it longer', async () => {
    const { world, ana, ben } = await pair()
    await passing(world, contactOf(ana).setTimer(4 * 7 * 86_400))
    await told(world, ana, ben, 'pelican42')
    await ben.me.lock()
    await comeBackAt(world, ben, -24 * HOUR)
    expect(await texts(ben)).toEqual([])
    expect(await texts(ana)).toEqual(['pelican42'])
  })

  test('[C4] what is over while it waits is never sent, and what waits behind it is', async () => {
    const { world, ana, ben } = await pair()
    await passing(world, contactOf(ana).setTimer(60))
    await until(world, () => contactOf(ben).timerSeconds === 60)
    await away(world, ana, ben)
    await passing(world, contactOf(ana).send('over'))
    await world.clock.advance(50_000)
    await passing(world, contactOf(ana).send('in time'))
    await world.clock.advance(11_000)
    await comeBack(world, ben)
    await until(world, () => ben.received.length > 0)
    expect(ben.received).toEqual(['in time'])
  })

  test('two timers that cross: both end with the stricter one', async () => {
    const { world, ana, ben } = await pair()
    await away(world, ana, ben)
    await passing(world, contactOf(ana).setTimer(3_600))
    await ana.me.lock()
    await comeBack(world, ben)
    await passing(world, contactOf(ben).setTimer(60))
    await comeBack(world, ana)
    await until(world, () => contactOf(ana).timerSeconds === 60 && contactOf(ben).timerSeconds === 60)
    await passing(world, contactOf(ana).setTimer(0))
    await until(world, () => contactOf(ben).timerSeconds === 0)
  })

  test('a file goes with the message that offered it, also while it is under way, and the tunnel stays', async () => {
    const { world, ana, ben } = await pair()
    ben.me.on('file', (file) => {
      if (file.stage === 'offered') void contactOf(ben).acceptFile(file.id)
    })
    await passing(world, contactOf(ana).setTimer(60))
    await until(world, () => contactOf(ben).timerSeconds === 60)
    const tunnel = await passing(world, contactOf(ana).connect())
    let closed = false
    tunnel.on('close', () => {
      closed = true
    })
    await passing(world, tunnel.sendFile(memorySource('first.bin', new Uint8Array(10))))
    const first = await last(ana)
    // Its disk stops in the middle, so that the file is under way when its message goes.
    const whole = memorySource('second.bin', new Uint8Array(30_000_000))
    let isOffered = false
    let goOn = () => {}
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const source = {
      ...whole,
      async read(offset: number, length: number) {
        if (isOffered && offset >= 5_000_000) await stopped
        return whole.read(offset, length)
      },
    }
    const sending = tunnel.sendFile(source, {
      onProgress({ stage }) {
        isOffered ||= stage === 'offered'
      },
    })
    const rejected = expect(sending).rejects.toMatchObject({ code: 'cancelled' })
    await until(world, () => contactOf(ana).transfers.some(({ size, bytes }) => size > 10 && bytes > 0))
    await passing(world, contactOf(ana).delete((await last(ana)).id))
    goOn()
    await until(world, async () => (await last(ben)).body.kind === 'deleted')
    await rejected
    expect(contactOf(ben).transfers.map(({ name }) => name)).toEqual(['first.bin'])
    await world.clock.advance(61_000)
    expect((await contactOf(ben).messages()).map(({ id }) => id)).not.toContain(first.id)
    expect(closed).toBe(false)
    for (const person of [ana, ben]) {
      expect(contactOf(person).transfers).toEqual([])
      await person.me.lock()
      await comeBack(world, person)
      expect(contactOf(person).transfers).toEqual([])
    }
    await told(world, ana, ben, 'still here')
  })
})

describe('places, reading and settings', () => {
  test('[V20] a place that the device measured goes to the contact only, as it was measured', async () => {
    const { world, ana, ben } = await pair()
    const place = { latitude: -33.8567844, longitude: 151.2152967, accuracy: 12, takenAt: world.clock.now() }
    await passing(world, contactOf(ana).sendPlace(place))
    await until(world, async () => (await bodies(ben)).length === 1)
    expect(await bodies(ben)).toEqual([{ kind: 'place', ...place }])
    expect(await refused(contactOf(ana).sendPlace({ ...place, latitude: 91 }))).toBe('invalid_argument')
  })

  test('what was read is told up to there, once, also later, unless the person does not want it', async () => {
    const { world, ana, ben } = await pair()
    const [first, second] = [await told(world, ana, ben, 'one'), await told(world, ana, ben, 'two')]
    expect([contactOf(ben).unread, contactOf(ben).firstUnread]).toEqual([2, 1])
    const states = async () => (await contactOf(ana).messages()).map(({ state }) => state)
    const heard: string[] = []
    ana.me.on('receipt', ({ id, state }) => state === 'read' && heard.push(id))
    await passing(world, contactOf(ben).markRead(first.id))
    await until(world, async () => (await states())[0] === 'read')
    expect([await states(), heard, contactOf(ben).unread]).toEqual([['read', 'delivered'], [first.id], 1])

    await contactOf(ben).changeSettings({ readReceipts: false })
    await passing(world, contactOf(ben).markRead(second.id))
    await told(world, ana, ben, 'three')
    expect([await states(), contactOf(ben).unread]).toEqual([['read', 'delivered', 'delivered'], 1])

    await contactOf(ben).changeSettings({ readReceipts: true })
    await away(world, ana, ben)
    await comeBack(world, ben)
    expect([contactOf(ben).unread, contactOf(ben).firstUnread]).toEqual([1, 3])
    await ana.me.lock()
    await passing(world, contactOf(ben).markRead((await last(ben)).id))
    await comeBack(world, ana)
    await until(world, async () => (await states()).every((state) => state === 'read'))
  })

  test('nickname, marks and draft are kept, sealed, within their limits', async () => {
    const { world, ana } = await pair()
    const settings = {
      nickname: 'Benny',
      muted: true,
      archived: true,
      pinned: true,
      readReceipts: false,
      draft: 'pelican42',
    }
    await contactOf(ana).changeSettings(settings)
    await contactOf(ana).changeSettings({ muted: false })
    await ana.me.lock()
    await comeBack(world, ana)
    expect(contactOf(ana).settings).toEqual({ ...settings, muted: false })
    expect(await refused(contactOf(ana).changeSettings({ nickname: 'x'.repeat(65) }))).toBe('invalid_argument')
    expect(await refused(contactOf(ana).changeSettings({ draft: 'ü'.repeat(32_769) }))).toBe('invalid_argument')
  })
})
