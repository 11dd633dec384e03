/** Two devices of one person, whole clients over the in-memory twins: spec/07 section 12, spec/11 sections 7 to 9. */
import { describe, expect, it } from 'vitest'
import type { Me, Message } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { type Device, memorySource, type StillWorld } from '../../src/testing.js'
import {
  comeBack,
  contactOf,
  hasFile,
  join,
  PASSWORD,
  type Person,
  pair,
  passing,
  until,
  watch,
} from '../fixtures/people.js'

/** Takes another device of ana's in. */
async function secondDevice(
  world: StillWorld,
  ana: Person,
  listen: (me: Me) => void = () => undefined,
  name = 'ana 2',
): Promise<Person> {
  const device = world.device(name)
  const me = await joinWith(world, ana.me, device, listen)
  const received: string[] = []
  watch(me, received)
  return { name: 'ana', device, me, received }
}

async function joinWith(world: StillWorld, giver: Me, device: Device, listen: (me: Me) => void): Promise<Me> {
  const invitation = await passing(world, giver.devices.invite())
  const joined = createSolo2(device.platform()).joinDevice({
    server: world.server,
    username: 'ana',
    password: PASSWORD,
    code: invitation.words.join(' '),
    deviceName: 'telephone',
  })
  joined.then(listen, () => undefined)
  expect(await passing(world, invitation.asked)).toBe('telephone')
  await invitation.approve()
  return passing(world, joined)
}

function joinOn(world: StillWorld, code: string): Promise<Me> {
  const credentials = { server: world.server, username: 'ana', password: PASSWORD }
  return createSolo2(world.device('stranger').platform()).joinDevice({ ...credentials, code, deviceName: 'stranger' })
}

function loginOn(world: StillWorld, device: Device): Promise<Me> {
  return createSolo2(device.platform()).login({ server: world.server, username: 'ana', password: PASSWORD })
}

async function texts(me: Me): Promise<string[]> {
  const [contact] = me.contacts
  const messages = (await contact?.messages({ limit: 1_000 })) ?? []
  return messages.map(textOf)
}

function textOf({ body }: Message): string {
  return body.kind === 'text' ? body.text : body.kind
}

/** The device of that person is closed: its program ended. */
async function close(world: StillWorld, { me }: Person): Promise<void> {
  await passing(world, me.lock())
}

async function same(one: Person, other: Person): Promise<boolean> {
  const [a, b] = await Promise.all([shown(one.me), shown(other.me)])
  return a.length > 0 && JSON.stringify(a) === JSON.stringify(b)
}

/** All that a person sees of a conversation, but for where a message is queued. */
async function shown(me: Me) {
  const messages = (await me.contacts[0]?.messages({ limit: 1_000 })) ?? []
  return messages.map(({ id, outgoing, body, edited, reactions }) => {
    return { id, outgoing, body, edited, reactions }
  })
}

/** How many other own devices one is connected with. */
const connections = ({ me }: Person): number => me.devices.list.filter(({ connected }) => connected).length

describe('[V15] three devices of one person', () => {
  it('each has a tunnel with each, whoever comes last, goes and comes back; what one writes is on all', async () => {
    const { world, ana } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => connections(ana) === 1 && connections(second) === 1)
    const third = await secondDevice(world, ana, undefined, 'ana 3')
    const all = [ana, second, third]
    await until(world, () => all.every((one) => connections(one) === 2))
    await contactOf(third).send('from the third')
    await until(world, async () => (await same(third, ana)) && same(third, second))

    // Two of them go on without the one that let both in.
    await close(world, ana)
    await until(world, () => connections(second) === 1 && connections(third) === 1)
    await contactOf(second).send('while the first was away')
    await until(world, () => same(second, third))
    await comeBack(world, ana)
    await until(world, () => all.every((one) => connections(one) === 2))
    await until(world, () => same(ana, third))
    expect(await texts(ana.me)).toEqual(['from the third', 'while the first was away'])

    const removed = third.me.devices.list.find(({ current }) => current)?.id as string
    await passing(world, ana.me.devices.remove(removed))
    await until(world, () => connections(ana) === 1 && connections(second) === 1)
    await contactOf(ana).send('not for the third')
    await until(world, () => same(ana, second))
    await world.clock.advance(120_000)
    expect(await texts(third.me)).not.toContain('not for the third')
    expect(connections(ana)).toBe(1)
  })

  it('a device is let in while two others are connected, and they stay so', async () => {
    const { world, ana } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => connections(ana) === 1 && connections(second) === 1)
    let lost = 0
    second.me.on('devices', (list) => {
      if (list.every(({ connected }) => !connected)) lost++
    })
    const third = await secondDevice(world, ana, undefined, 'ana 3')
    await until(world, () => connections(third) === 2)
    expect(lost).toBe(0)
  })
})

describe('[V16] a device that has nothing', () => {
  it('is offered all by another one, with progress, and goes on where it was cut off, without the server', async () => {
    const { world, ana } = await pair()
    for (let i = 0; i < 60; i++) await contactOf(ana).send(`${i} `.repeat(2_000))
    let left = 0
    const second = await secondDevice(world, ana, (me) => {
      const stop = me.on('sync', ({ remaining }) => {
        left = remaining
        stop()
        void me.lock()
      })
    })
    await until(world, () => left > 0, 1)
    const again: number[] = []
    await comeBack(world, second, ({ on }) => on('sync', ({ remaining }) => again.push(remaining)))
    await until(world, () => again.length > 0, 1)
    // What came before the cut does not come again.
    expect(again[0]).toBeLessThan(left)
    world.stopServer()
    await until(world, async () => again.at(-1) === 0 && (await same(ana, second)))
    expect((await texts(second.me)).length).toBe(60)
    expect(again.at(-1)).toBe(0)
    const { id, safetyNumber } = contactOf(ana)
    expect(contactOf(second)).toMatchObject({ id, safetyNumber })
  })

  it('publishes an identity of its own only when the person declined', async () => {
    const { world, ana, ben } = await pair()
    const me = await passing(world, loginOn(world, world.device('ana 2')))
    expect(me.undecided).toBe(true)
    await world.clock.advance(60_000)
    await expect(me.pair(ben.me.pairingCode)).rejects.toMatchObject({ code: 'wrong_state' })
    const carl = await join(world, 'carl')
    const asked = passing(world, carl.me.pair(ana.me.pairingCode))
    ana.me.on('requests', ([request]) => void request?.accept())
    await asked
    expect(contactOf(carl).id).toBe(contactOf(ben).id)
    await passing(world, me.devices.decline())
    expect(me.undecided).toBe(false)
    await passing(world, me.lock())
  })
})

describe('[V15] two devices of one person', () => {
  it('hold the same after both were used apart: messages, edits, deletions and reactions, in one order', async () => {
    const { world, ana, ben } = await pair()
    const first = await contactOf(ana).send('first')
    await contactOf(ben).send('from ben')
    await until(world, () => ben.received.length === 1 && ana.received.length === 1)
    const second = await secondDevice(world, ana)
    await until(world, () => same(ana, second))
    const bens = (await contactOf(second).messages()).find(({ outgoing }) => !outgoing) as Message
    await close(world, ben)
    await close(world, ana)

    for (const text of ['m1', 'm2', 'm3']) await contactOf(second).send(text)
    const m2 = (await contactOf(second).messages()).find((message) => textOf(message) === 'm2') as Message
    await contactOf(second).delete(m2.id)
    await contactOf(second).edit(first.id, 'edited there')
    await contactOf(second).react(bens.id, '👍')
    await close(world, second)

    await comeBack(world, ana)
    for (const text of ['n1', 'n2']) await contactOf(ana).send(text)
    await contactOf(ana).edit(first.id, 'edited here')
    await contactOf(ana).edit(first.id, 'edited here twice')
    await comeBack(world, second)
    await until(world, () => same(ana, second))
    const both = await texts(ana.me)
    expect(both.filter((text) => text.startsWith('m'))).toEqual(['m1', 'm3'])
    expect(both.filter((text) => text.startsWith('n'))).toEqual(['n1', 'n2'])
    expect(both).toContain('from ben')
    expect((await shown(ana.me)).find(({ id }) => id === bens.id)?.reactions.own).toBe('👍')

    await comeBack(world, ben)
    await until(world, () => ben.received.length === 5)
    await world.clock.advance(120_000)
    expect(ben.received.toSorted()).toEqual(['first', 'm1', 'm3', 'n1', 'n2'])
    const edited = both.find((text) => text.startsWith('edited'))
    expect(await texts(ben.me)).toContain(edited)
  })

  it('hear of what the other one got and wrote while both are on', async () => {
    const { world, ana, ben } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => second.me.contacts.length === 1)
    await contactOf(second).send('from the second')
    await until(world, () => ben.received.includes('from the second'))
    await contactOf(ben).send('an answer')
    await until(world, async () => (await texts(second.me)).includes('an answer') && (await same(ana, second)))
    expect(await texts(ana.me)).toEqual(['from the second', 'an answer'])
    expect(ana.me.devices.list.map(({ name, current, connected }) => ({ name, current, connected }))).toEqual([
      { name: '', current: true, connected: false },
      { name: 'telephone', current: false, connected: true },
    ])

    const removed = second.me.devices.list.find(({ current }) => current)?.id as string
    await passing(world, ana.me.devices.rename(removed, 'old telephone'))
    await until(world, () => second.me.devices.list.some(({ name }) => name === 'old telephone'))
    await passing(world, ana.me.devices.remove(removed))
    await contactOf(ana).send('not for the old one')
    await world.clock.advance(120_000)
    expect(await texts(second.me)).not.toContain('not for the old one')
  })

  it('change what the other one has beneath a running file: tunnel, file and what is written stay', async () => {
    const { world, ana, ben } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => second.me.contacts.length === 1 && contactOf(ana).state === 'connected')
    const contact = contactOf(ana)
    const states = new Set<string>()
    let changes = 0
    ana.me.on('presence', ({ state }) => states.add(state))
    ana.me.on('contact', ({ state }) => {
      states.add(state)
      changes++
    })
    ben.me.on('file', ({ id, stage }) => {
      if (stage === 'offered') void contactOf(ben).acceptFile(id)
    })
    const bytes = new Uint8Array(12 * 1_048_576).map((_, i) => (i * 31) & 255)
    const file = await passing(world, contact.offerFile(memorySource('map.bin', bytes)))
    const at = () => contact.transfers.find(({ id }) => id === file.id)
    let written = 0
    for (; (at()?.stage !== 'complete' || changes < 3) && written < 200; written++) {
      await contactOf(second).send(`there ${written}`)
      await contactOf(second).changeSettings({ nickname: `ben ${written}` })
      await contact.send(`here ${written}`)
      expect(ana.me.contacts).toEqual([contact])
      await world.clock.advance(5)
    }
    expect(at()).toMatchObject({ stage: 'complete', bytes: bytes.length })
    expect(await hasFile(ben, 'map.bin', bytes)).toBe(true)
    expect(changes, 'changes beneath the file').toBeGreaterThan(2)
    expect(states).toEqual(new Set(['connected']))
    await until(world, async () => (await same(ana, second)) && ben.received.length === 2 * written)
    expect(contact.settings.nickname).toBe(`ben ${written - 1}`)
    for (const who of ['here', 'there']) {
      const order = Array.from({ length: written }, (_, n) => `${who} ${n}`)
      expect(ben.received.filter((text) => text.startsWith(who))).toEqual(order)
    }
  })

  it('used apart, are read by the other side in the order that they agree on later', async () => {
    const { world, ana, ben } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => second.me.contacts.length === 1)
    await close(world, second)
    for (const text of ['a1', 'a2', 'a3']) await contactOf(ana).send(text)
    await until(world, () => ben.received.length === 3)
    await close(world, ana)
    await comeBack(world, second)
    // The numbers of the second begin where those of the first began: what it writes belongs before a3.
    for (const text of ['s1', 's2']) await contactOf(second).send(text)
    await until(world, () => ben.received.length === 5)
    expect(ben.received).toEqual(['a1', 'a2', 'a3', 's1', 's2'])
    const read = await texts(ben.me)
    expect(read.at(-1)).toBe('a3')
    await comeBack(world, ana)
    await until(world, () => same(ana, second))
    expect(await texts(ana.me)).toEqual(read)
  })

  it('change what the other one may have given: the contact hears of the edit and of the deletion', async () => {
    const { world, ana, ben } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => second.me.contacts.length === 1)
    expect(contactOf(ana).state).toBe('connected')
    const edited = await contactOf(second).send('to be edited')
    const deleted = await contactOf(second).send('to be deleted')
    // The one that gave them is gone before it tells the other one so.
    let changed: Promise<unknown> | undefined
    ben.me.on('message', ({ body }) => {
      if (body.kind !== 'text' || body.text !== 'to be deleted') return
      const there = contactOf(second)
      changed ??= Promise.all([ana.me.lock(), there.edit(edited.id, 'edited'), there.delete(deleted.id)])
    })
    await until(world, () => changed !== undefined, 1)
    await passing(world, changed as Promise<unknown>)
    expect(ben.received).toEqual(['to be edited', 'to be deleted'])
    await until(world, async () => `${await texts(ben.me)}` === 'edited,deleted')
  })

  it('leave a file to the one that offered it: it comes when the contact meets that one', async () => {
    const { world, ana, ben } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => second.me.contacts.length === 1)
    expect(contactOf(ana).state).toBe('connected')
    ben.me.on('file', ({ id, stage }) => {
      if (stage === 'offered') void contactOf(ben).acceptFile(id)
    })
    const bytes = new Uint8Array(300_000).fill(9)
    await passing(world, contactOf(second).offerFile(memorySource('there.bin', bytes)))
    // Asked of the one that has no bytes of it.
    await until(world, () => contactOf(ben).transfers.some(({ stage }) => stage === 'accepted'))
    await world.clock.advance(10_000)
    for (const one of [ana, second, ben]) {
      expect(contactOf(one).transfers.map(({ stage }) => stage)).not.toContain('cancelled')
    }
    await close(world, ana)
    await until(world, () => hasFile(ben, 'there.bin', bytes))
  })

  it('let a third one in while both are on: it finds the one that shows the code', async () => {
    const { world, ana } = await pair()
    const second = await secondDevice(world, ana)
    await until(world, () => second.me.devices.list.some(({ connected }) => connected))
    const third = await joinWith(world, second.me, world.device('ana 3'), () => undefined)
    const giver = second.me.devices.list.find(({ current }) => current)
    expect(third.devices.list.map(({ id }) => id)).toContain(giver?.id)
  })

  it('let nobody in by another code, and only once by the right one', async () => {
    const { world, ana } = await pair()
    const invitation = await passing(world, ana.me.devices.invite())
    const [one = '', ...others] = invitation.words
    const wrong = [one === 'zoo' ? 'zero' : 'zoo', ...others]
    const asked = expect(invitation.asked).rejects.toMatchObject({ code: 'wrong_code' })
    await expect(passing(world, joinOn(world, wrong.join(' ')))).rejects.toMatchObject({ code: 'wrong_code' })
    await asked
    await expect(invitation.approve()).rejects.toMatchObject({ code: 'wrong_state' })
    await expect(joinOn(world, 'six words that are no code')).rejects.toMatchObject({ code: 'wrong_code' })
    const over = await passing(world, ana.me.devices.invite())
    const late = expect(over.asked).rejects.toMatchObject({ code: 'timeout' })
    await world.clock.advance(600_000)
    await late
  })
})
