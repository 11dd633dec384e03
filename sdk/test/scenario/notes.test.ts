/** Notes to oneself, whole clients over the in-memory twins: spec/11 section 13. */
import { expect, test } from 'vitest'
import type { Me, Message } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { createWorld, memoryBackup, memorySource, type StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, join, PASSWORD, type Person, pair, passing, until } from '../fixtures/people.js'

const BACKUP_PASSWORD = 'a longer kettle 77'
const PLACE = { latitude: 52.5, longitude: 13.4, accuracy: 9, takenAt: 1 }

function textOf({ body }: Message): string {
  return body.kind === 'text' ? body.text : body.kind
}

const all = ({ notes }: Me) => notes.messages({ limit: 1_000 })
const texts = async (me: Me) => (await all(me)).map(textOf)
const close = (world: StillWorld, { me }: Person) => passing(world, me.lock())

/** Entries of the vaults of a device, sealed as they are, by the kind of their table. */
function tablesOf({ device }: Person): string[] {
  const tables = [...device.disk.vaults.values()].flatMap((vault) => [...vault])
  return [...new Set(tables.flatMap(([table, { size }]) => (size > 0 ? [table.split('/')[0] as string] : [])))]
}

async function secondDevice(world: StillWorld, ana: Person): Promise<Person> {
  const device = world.device('ana 2')
  const invitation = await passing(world, ana.me.devices.invite())
  const credentials = { server: world.server, username: 'ana', password: PASSWORD }
  const code = invitation.words.join(' ')
  const joined = createSolo2(device.platform()).joinDevice({ ...credentials, code, deviceName: 'telephone' })
  await passing(world, invitation.asked)
  await invitation.approve()
  return { name: 'ana', device, me: await passing(world, joined), received: [] }
}

const isSame = async (one: Person, other: Person) =>
  JSON.stringify(await all(one.me)) === JSON.stringify(await all(other.me))

async function meet(world: StillWorld, one: Person, other: Person): Promise<void> {
  await until(world, () => isSame(one, other))
  await world.clock.advance(60_000)
  expect(await isSame(one, other)).toBe(true)
}

test('[V1] a note is a line like any other, reaches nobody, and is there after a restart without a server', async () => {
  const { world, ana, ben } = await pair()
  const { notes } = ana.me
  const events: string[] = []
  for (const name of ['message', 'change'] as const)
    ana.me.on(name, (message) => events.push(`${name} ${message.contact === notes.id} ${textOf(message)}`))
  ana.me.on('gone', ({ contact, ids }) => events.push(`gone ${contact === notes.id} ${ids.length}`))
  const [milk, bread] = [await notes.send('milk'), await notes.send('bread')]
  const answer = await notes.send('and butter', { replyTo: bread.id })
  await notes.sendPlace(PLACE)
  await notes.edit(milk.id, 'oat milk')
  await notes.react(bread.id, '👍')
  await notes.delete(answer.id)
  await notes.changeSettings({ draft: 'eg', pinned: true })
  expect(events).toEqual([
    ...['message true milk', 'message true bread', 'message true and butter', 'message true place'],
    ...['change true oat milk', 'change true bread', 'gone true 1'],
  ])
  await world.clock.advance(60_000)
  expect(ben.received).toEqual([])
  expect(await contactOf(ben).messages()).toEqual([])
  expect(tablesOf(ana)).not.toContain('outbox')
  expect(ana.me.contacts.map(({ displayName }) => displayName)).toEqual(['ben'])
  expect(ana.me.contact(notes.id)).toBeUndefined()

  await close(world, ana)
  world.stopServer()
  const solo2 = createSolo2(ana.device.platform())
  const again = await passing(world, solo2.unlock({ server: world.server, username: 'ana', password: PASSWORD }))
  expect(again.notes.id).toBe(notes.id)
  expect(again.notes.settings).toEqual({ draft: 'eg', pinned: true, archived: false })
  const [first, second, third] = await all(again)
  expect([first, second, third].map((one) => one && textOf(one))).toEqual(['oat milk', 'bread', 'place'])
  expect(first).toMatchObject({ edited: true, state: 'kept', outgoing: true, contact: notes.id })
  expect(second?.reactions).toEqual({ own: '👍' })
  await expect(again.notes.message(answer.id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(again.notes.edit(answer.id, 'x')).rejects.toMatchObject({ code: 'not_found' })
  await expect(again.notes.changeSettings({ draft: 'x'.repeat(65_537) })).rejects.toMatchObject({
    code: 'invalid_argument',
  })
  await passing(world, again.lock())
  await expect(again.notes.send('late')).rejects.toMatchObject({ code: 'closed' })
})

test('[V3] search finds a note by its present text, tells that it is one, and finds nothing of a deleted one', async () => {
  const world = createWorld()
  const ana = await join(world, 'ana')
  const heron = await ana.me.notes.send('a heron by the canal')
  const hits = async (query: string) => (await ana.me.search(query)).hits
  expect((await hits('hero')).map(({ contact, message }) => [contact, textOf(message)])).toEqual([
    [ana.me.notes, 'a heron by the canal'],
  ])
  expect((await ana.me.search('heron', { contact: ana.me.notes.id })).hits.length).toBe(1)
  await ana.me.notes.edit(heron.id, 'a stork')
  expect([(await hits('heron')).length, (await hits('stork')).length]).toEqual([0, 1])
  await ana.me.notes.delete(heron.id)
  expect(await hits('stork')).toEqual([])
})

test('a note disappears when its life is over, also while the vault was locked', async () => {
  const world = createWorld()
  const ana = await join(world, 'ana')
  await ana.me.notes.send('stays')
  await ana.me.notes.setTimer(3_600)
  const short = await ana.me.notes.send('an hour')
  expect(short.expiresAt).toBe(short.writtenAt + 3_600_000)
  const gone: string[] = []
  ana.me.on('gone', ({ ids }) => gone.push(...ids))
  await world.clock.advance(3_700_000)
  expect(gone).toEqual([short.id])
  await ana.me.notes.send('another hour')
  await close(world, ana)
  await world.clock.advance(3_700_000)
  await comeBack(world, ana)
  expect(await texts(ana.me)).toEqual(['stays', 'timer'])
  expect(ana.me.notes.timerSeconds).toBe(3_600)
})

test('[V15] two own devices write notes apart and show the same when they have met: edits, deletions and settings too', async () => {
  const world = createWorld()
  const ana = await join(world, 'ana')
  const second = await secondDevice(world, ana)
  // Neither knows of the other's first note: each begins the conversation by itself.
  await close(world, second)
  await ana.me.notes.send('first of one')
  await close(world, ana)
  await comeBack(world, second)
  await second.me.notes.send('first of two')
  const conversations = [ana, second].map((one) => conversationsOf(one))
  expect(conversations[0]).not.toEqual(conversations[1])
  await comeBack(world, ana)
  await meet(world, ana, second)
  expect((await texts(ana.me)).sort()).toEqual(['first of one', 'first of two'])

  const told: string[] = []
  second.me.on('notes', ({ settings }) => told.push(settings.draft))
  const [one, two] = await all(ana.me)
  await ana.me.notes.changeSettings({ draft: 'half a note', archived: true })
  await until(world, () => second.me.notes.settings.draft === 'half a note')
  expect(told.at(-1)).toBe('half a note')
  expect(second.me.notes.settings.archived).toBe(true)
  await close(world, second)
  await ana.me.notes.edit(one?.id ?? '', 'edited on one')
  await ana.me.notes.delete(two?.id ?? '')
  await ana.me.notes.setTimer(86_400)
  await close(world, ana)
  await comeBack(world, second)
  await second.me.notes.edit(two?.id ?? '', 'edited where it was not deleted')
  await second.me.notes.sendPlace(PLACE)
  await comeBack(world, ana)
  await meet(world, ana, second)
  expect((await texts(second.me)).sort()).toEqual(['edited on one', 'place', 'timer'])
  expect([ana.me.notes.timerSeconds, second.me.notes.timerSeconds]).toEqual([86_400, 86_400])
  expect([ana.me.contacts, second.me.contacts]).toEqual([[], []])

  await close(world, second)
  await comeBack(world, second)
  expect(conversationsOf(second)).toEqual(conversations[1])
  expect(await isSame(ana, second)).toBe(true)
})

/** Names of the message tables that have entries. */
function conversationsOf({ device }: Person): string[] {
  const tables = [...device.disk.vaults.values()].flatMap((vault) => [...vault])
  return tables.flatMap(([table, { size }]) => (size > 0 && table.startsWith('message/') ? [table] : []))
}

test('[V16] a device that joins gets the notes; before its person decides there are none, and none can be written', async () => {
  const world = createWorld()
  const ana = await join(world, 'ana')
  await ana.me.notes.send('before you came')
  const device = world.device('ana 2')
  const login = createSolo2(device.platform()).login({ server: world.server, username: 'ana', password: PASSWORD })
  const undecided = await passing(world, login)
  expect(undecided.undecided).toBe(true)
  const refused = { code: 'wrong_state' }
  await expect(undecided.notes.send('whose')).rejects.toMatchObject(refused)
  await expect(undecided.notes.changeSettings({ draft: 'whose' })).rejects.toMatchObject(refused)
  const invitation = await passing(world, ana.me.devices.invite())
  const joined = undecided.devices.join(invitation.words.join(' '), 'telephone')
  await passing(world, invitation.asked)
  await invitation.approve()
  const me = await passing(world, joined)
  await until(world, async () => (await texts(me)).length === 1)
  expect(await texts(me)).toEqual(['before you came'])
  await me.notes.send('and after')
  await until(world, async () => (await texts(ana.me)).includes('and after'))
})

test('[V10] a backup brings notes to an empty device and doubles nothing here; nobody counts them as a contact', async () => {
  const world = createWorld()
  const ana = await join(world, 'ana')
  const kept = await ana.me.notes.send('kept')
  await ana.me.notes.react(kept.id, '👍')
  const gone = await ana.me.notes.send('deleted')
  await ana.me.notes.delete(gone.id)
  const sink = memoryBackup()
  const facts = await passing(world, ana.me.exportBackup({ password: BACKUP_PASSWORD, sink }))
  expect(facts).toMatchObject({ contacts: 0, messages: 1 })
  const backup = () => memorySource('backup', sink.bytes())
  await ana.me.notes.edit(kept.id, 'edited since')
  expect(await passing(world, ana.me.importBackup({ backup: backup(), password: BACKUP_PASSWORD }))).toEqual({
    contacts: 0,
    messages: 0,
    files: 0,
  })
  expect(await texts(ana.me)).toEqual(['edited since'])
  await ana.me.notes.send('after the import')
  const credentials = { server: world.server, username: 'ana', password: PASSWORD }
  const call = { ...credentials, backup: backup(), backupPassword: BACKUP_PASSWORD }
  const { me, added } = await passing(world, createSolo2(world.device('empty').platform()).importBackup(call))
  expect(added).toEqual({ contacts: 0, messages: 1, files: 0 })
  expect(me.notes.id).toBe(ana.me.notes.id)
  expect((await all(me)).map((note) => [textOf(note), note.state, note.reactions.own])).toEqual([
    ['kept', 'kept', '👍'],
  ])
  await me.notes.send('goes on')
  expect(await texts(me)).toEqual(['kept', 'goes on'])
})
