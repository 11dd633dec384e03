/** What removal, backups and merging do to each other, whole clients over the in-memory twins. */
import { describe, expect, it } from 'vitest'
import type { Contact, Me } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { type Device, memoryBackup, memorySource, type StillWorld } from '../../src/testing.js'
import { killing } from '../fixtures/killed.js'
import { comeBack, contactOf, PASSWORD, type Person, pair, passing, until } from '../fixtures/people.js'

const BACKUP_PASSWORD = 'a longer kettle 77'

async function secondDevice(world: StillWorld, ana: Person): Promise<Person> {
  const device = world.device('ana 2')
  const invitation = await passing(world, ana.me.devices.invite())
  const joined = createSolo2(device.platform()).joinDevice({
    ...account(world, 'ana'),
    code: invitation.words.join(' '),
    deviceName: 'telephone',
  })
  await passing(world, invitation.asked)
  await invitation.approve()
  const second = { name: 'ana', device, me: await passing(world, joined), received: [] }
  await until(world, () => second.me.contacts.length === 1)
  return second
}

function account(world: StillWorld, username: string) {
  return { server: world.server, username, password: PASSWORD }
}

async function exported(world: StillWorld, { me }: Person): Promise<Uint8Array> {
  const sink = memoryBackup()
  await passing(world, me.exportBackup({ password: BACKUP_PASSWORD, sink }))
  return sink.bytes()
}

function importing(world: StillWorld, name: string, device: Device, file: Uint8Array) {
  const call = { ...account(world, name), backup: memorySource('backup', file), backupPassword: BACKUP_PASSWORD }
  return createSolo2(device.platform()).importBackup(call)
}

const close = (world: StillWorld, { me }: Person) => passing(world, me.lock())

async function texts({ contacts }: Me): Promise<string[]> {
  const messages = (await contacts[0]?.messages({ limit: 1_000 })) ?? []
  return messages.map(({ body }) => (body.kind === 'text' ? body.text : body.kind))
}

const mine = async (contact: Contact) => (await contact.messages({ limit: 1_000 })).filter(({ outgoing }) => outgoing)

/** Both devices of ana are on until each shows what the other does. */
async function meet(world: StillWorld, one: Person, other: Person): Promise<void> {
  await until(world, async () => JSON.stringify(await texts(one.me)) === JSON.stringify(await texts(other.me)))
  await world.clock.advance(60_000)
  expect(await texts(one.me)).toEqual(await texts(other.me))
}

describe('[V15] two devices of one person', () => {
  it('remove a contact for both, also if one was away, and it stays away', async () => {
    const { world, ana } = await pair()
    await contactOf(ana).send('before')
    const second = await secondDevice(world, ana)
    await meet(world, ana, second)
    await close(world, second)
    await passing(world, contactOf(ana).remove())
    const removed: string[] = []
    await comeBack(world, second, (me) => me.on('removed', (id) => removed.push(id)))
    await until(world, () => second.me.contacts.length === 0)
    const tables = () => [...second.device.disk.vaults.values()].flatMap((vault) => [...vault])
    const isOfContact = /^(contact|message|seen|written)/
    await until(world, () => tables().every(([table, { size }]) => size === 0 || !isOfContact.test(table)))
    expect(removed.length).toBe(1)
    await close(world, second)
    await comeBack(world, second)
    expect(second.me.contacts).toEqual([])
    expect(ana.me.contacts).toEqual([])
  })

  it('know as read what was read before the other one joined, and as unread what was not', async () => {
    const { world, ana, ben } = await pair()
    for (const text of ['read one', 'read two', 'not read']) await contactOf(ben).send(text)
    await until(world, () => ana.received.length === 3)
    const [, two] = await contactOf(ana).messages()
    await contactOf(ana).markRead(two?.id ?? '')
    expect(contactOf(ana).unread).toBe(1)
    const second = await secondDevice(world, ana)
    await meet(world, ana, second)
    expect(contactOf(second).unread).toBe(1)
    await contactOf(second).send('an answer')
    await meet(world, ana, second)
    expect(contactOf(ana).unread).toBe(1)
    expect(contactOf(ana).firstUnread).toBe(3)
  })

  it('come to the same when a backup comes into one of them, and what is gone stays gone', async () => {
    const { world, ana, ben } = await pair()
    for (const text of ['stays', 'edited', 'deleted', 'of the removed']) await contactOf(ana).send(text)
    await until(world, () => ben.received.length === 4)
    const file = await exported(world, ana)
    const second = await secondDevice(world, ana)
    await meet(world, ana, second)
    const [, edited, deleted] = await mine(contactOf(second))
    await close(world, ana)
    await contactOf(second).edit(edited?.id ?? '', 'edited later')
    await contactOf(second).delete(deleted?.id ?? '')
    await contactOf(second).send('written later')
    await close(world, second)
    ana.me = (await passing(world, importing(world, 'ana', ana.device, file))).me
    await comeBack(world, second)
    await meet(world, ana, second)
    expect(await texts(ana.me)).toEqual(['stays', 'edited later', 'deleted', 'of the removed', 'written later'])

    await passing(world, contactOf(second).remove())
    await until(world, () => ana.me.contacts.length === 0)
    await close(world, ana)
    ana.me = (await passing(world, importing(world, 'ana', ana.device, file))).me
    await meet(world, ana, second)
    expect(await texts(ana.me)).toEqual([])
    expect(ana.me.contacts.length).toBe(second.me.contacts.length)
  })
})

describe('[V10] a backup of a conversation that is going on', () => {
  it('has what waits, which goes out once after it was restored', async () => {
    const { world, ana, ben } = await pair()
    await contactOf(ana).send('arrived')
    await until(world, () => ben.received.length === 1)
    await close(world, ben)
    const [arrived] = await mine(contactOf(ana))
    for (const text of ['waits', 'waits too']) await contactOf(ana).send(text)
    await contactOf(ana).edit(arrived?.id ?? '', 'arrived and was edited')
    const file = await exported(world, ana)
    await close(world, ana)
    const again: Person = { ...ana, device: world.device('ana again'), received: [] }
    again.me = (await passing(world, importing(world, 'ana', again.device, file))).me
    expect((await mine(contactOf(again))).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting'])
    await comeBack(world, ben)
    await until(world, async () => (await texts(ben.me)).includes('arrived and was edited'))
    await until(world, async () => (await mine(contactOf(again))).every(({ state }) => state === 'delivered'))
    expect(await texts(ben.me)).toEqual(['arrived and was edited', 'waits', 'waits too'])
    await close(world, again)
    await comeBack(world, again)
    expect((await mine(contactOf(again))).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('has it all the same when the import was ended at any write and done again', async () => {
    const { world, killAt } = killing()
    const { ana, ben } = await pair(world)
    await contactOf(ana).send('arrived')
    await until(world, () => ben.received.length === 1)
    await close(world, ben)
    const [arrived] = await mine(contactOf(ana))
    await contactOf(ana).send('waits')
    await contactOf(ana).edit(arrived?.id ?? '', 'edited')
    const file = await exported(world, ana)
    await close(world, ana)
    for (let nth = 1; ; nth++) {
      const device = world.device(`again ${nth}`)
      const killed = killAt(`again ${nth}`, nth, nth % 2 === 0).then(() => undefined)
      const first = await passing(world, Promise.race([killed, importing(world, 'ana', device, file)]))
      if (first !== undefined) {
        await passing(world, first.me.lock())
        expect(nth).toBeGreaterThan(3)
        return
      }
      const { me } = await passing(world, importing(world, 'ana', device, file))
      const messages = await mine(me.contacts[0] as Contact)
      expect(
        messages.map(({ state, body }) => [state, body]),
        `write ${nth}`,
      ).toEqual([
        ['waiting', { kind: 'text', text: 'edited' }],
        ['waiting', { kind: 'text', text: 'waits' }],
      ])
      await passing(world, me.lock())
    }
  })

  it('prolongs no life: what disappears goes on doing so, and what is over does not come back', async () => {
    const { world, ana } = await pair()
    await contactOf(ana).send('stays')
    await contactOf(ana).setTimer(60)
    await contactOf(ana).send('a minute')
    await contactOf(ana).setTimer(600)
    await contactOf(ana).send('ten minutes')
    const file = await exported(world, ana)
    await close(world, ana)
    await world.clock.advance(61_000)
    const device = world.device('ana again')
    const { me } = await passing(world, importing(world, 'ana', device, file))
    expect(await texts(me)).toEqual(['stays', 'timer', 'timer', 'ten minutes'])
    await world.clock.advance(600_000)
    expect(await texts(me)).toEqual(['stays', 'timer', 'timer'])
    await passing(world, me.lock())
    const again = await passing(world, importing(world, 'ana', device, file))
    expect(await texts(again.me)).toEqual(['stays', 'timer', 'timer'])
    await passing(world, again.me.lock())
  })

  it('does not verify again whom the person verifies no more', async () => {
    const { world, ana } = await pair()
    await contactOf(ana).setVerified(true)
    const file = await exported(world, ana)
    await contactOf(ana).setVerified(false)
    await close(world, ana)
    const { me } = await passing(world, importing(world, 'ana', ana.device, file))
    expect(me.contacts[0]?.verified).toBe(false)
    await passing(world, me.lock())
  })
})
