/** Two people who part: blocking, removing, crashes in between, and meeting anew. */
import { ClientFrame } from '@solo2/proto/introduction'
import { expect, test } from 'vitest'
import { memorySource, type StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, type Person, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const DAY = 86_400_000

async function talk(world: StillWorld, from: Person, to: Person, text: string): Promise<void> {
  await passing(world, contactOf(from).send(text))
  await until(world, () => to.received.includes(text))
}

/** Asks by code, and the other one accepts. */
async function askAnew(world: StillWorld, from: Person, to: Person): Promise<void> {
  const stop = to.me.on('requests', ([request]) => void request?.accept())
  await passing(world, from.me.pair(to.me.pairingCode))
  stop()
  await until(world, () => contactOf(from).state === 'connected' && contactOf(to).state === 'connected')
}

/** Longer than the pairing topic is joined after a root was agreed. */
async function daysLater(world: StillWorld, ...people: Person[]): Promise<void> {
  for (const person of people) await person.me.lock()
  await world.clock.advance(9 * DAY)
  for (const person of people) await comeBack(world, person)
}

/** The tables of a person's vault that hold something of a contact. */
function tables(person: Person): string[] {
  const [vault] = [...person.device.disk.vaults.values()]
  const filled = [...(vault ?? [])].filter(([, entries]) => entries.size > 0).map(([table]) => table)
  return filled.filter((table) => table === 'contact' || table.includes('/'))
}

const endpoint = 'https://fcm.googleapis.com/fcm/send/ana'
const push = { endpoint, p256dh: new Uint8Array(65), auth: new Uint8Array(16) }

test('[V14 R2] one removes the other, who keeps the contact, and asks anew: one contact each, not verified, no alarm', async () => {
  const { world, ana, ben } = await pair()
  await talk(world, ana, ben, 'before')
  await passing(world, contactOf(ben).setTimer(3_600))
  await until(world, () => contactOf(ana).timerSeconds === 3_600)
  const old = { id: contactOf(ana).id, number: contactOf(ana).safetyNumber }
  const removed: string[] = []
  ana.me.on('removed', (id) => removed.push(id))
  await passing(world, contactOf(ana).remove())
  expect([removed, ana.me.contacts]).toEqual([[old.id], []])
  await until(world, () => contactOf(ben).state !== 'connected')
  await passing(world, contactOf(ben).setTimer(0))
  await passing(world, contactOf(ben).send('where are you?'))
  await daysLater(world, ana, ben)
  expect(contactOf(ben).state).not.toBe('connected')

  await askAnew(world, ana, ben)
  for (const person of [ana, ben]) {
    expect(person.me.contacts).toHaveLength(1)
    expect(contactOf(person)).toMatchObject({ verified: false, notice: false })
  }
  expect([contactOf(ana).id, contactOf(ana).safetyNumber]).toEqual([old.id, old.number])
  await until(world, () => ana.received.includes('where are you?'))
  await talk(world, ana, ben, 'here again')
  await talk(world, ben, ana, 'so am I')
  await passing(world, contactOf(ana).setTimer(60))
  await until(world, () => contactOf(ben).timerSeconds === 60)

  for (const person of [ana, ben]) {
    await person.me.lock()
    await comeBack(world, person)
  }
  await until(world, () => contactOf(ana).state === 'connected')
  for (const person of [ana, ben]) expect(contactOf(person).notice).toBe(false)
})

test('[V14 R2] who was removed asks anew: the same', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, contactOf(ana).remove())
  await until(world, () => contactOf(ben).state !== 'connected')
  await daysLater(world, ana, ben)
  await askAnew(world, ben, ana)
  for (const person of [ana, ben]) {
    expect(person.me.contacts).toHaveLength(1)
    expect(contactOf(person)).toMatchObject({ verified: false, notice: false })
  }
  await talk(world, ana, ben, 'one way')
  await talk(world, ben, ana, 'and the other')
})

test('[V14 R2] both remove each other and pair again', async () => {
  const { world, ana, ben } = await pair()
  await talk(world, ana, ben, 'before')
  for (const person of [ana, ben]) await passing(world, contactOf(person).remove())
  await askAnew(world, ben, ana)
  await talk(world, ana, ben, 'after')
  for (const person of [ana, ben]) {
    expect(person.me.contacts).toHaveLength(1)
    expect(await contactOf(person).messages()).toHaveLength(1)
  }
})

test('[V14 R2] blocked: no tunnel, no topic, no waking, no request; unblocked: what waited arrives', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, ana.me.notifications.enable(push))
  await until(world, () => contactOf(ben).canWake)
  await passing(world, contactOf(ana).block())
  await until(world, () => contactOf(ben).state !== 'connected')
  await ana.me.lock()
  await ben.me.lock()
  world.rendezvous.recorded = []
  await comeBack(world, ana)
  await world.clock.advance(120_000)
  expect(contactOf(ana).blocked).toBe(true)
  const frames = world.rendezvous.recorded.map((bytes) => ClientFrame.decode(bytes).frame?.$case)
  expect(frames).not.toContain('join')
  await expect(passing(world, ana.me.pair(ben.me.pairingCode))).rejects.toMatchObject({ code: 'wrong_state' })

  await comeBack(world, ben)
  await passing(world, contactOf(ben).send('let me in'))
  await world.clock.advance(60_000)
  await passing(
    world,
    contactOf(ben)
      .wake()
      .catch(() => undefined),
  )
  const asked = ben.me.pair(ana.me.pairingCode)
  await world.clock.advance(120_000)
  expect([ana.me.requests, world.accounts.push.notified, ana.received]).toEqual([[], [], []])
  expect(contactOf(ben).state).not.toBe('connected')

  await passing(world, contactOf(ana).unblock())
  await until(world, () => ana.received.includes('let me in'))
  await passing(world, asked)
  expect(contactOf(ana)).toMatchObject({ blocked: false, notice: false })
  await talk(world, ana, ben, 'welcome')
})

test('blocked and unblocked again: what is written then leaves on the tunnel that follows', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, contactOf(ana).block())
  await until(world, () => contactOf(ben).state !== 'connected')
  await passing(world, contactOf(ana).unblock())
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
  await talk(world, ana, ben, 'here again')
  await talk(world, ben, ana, 'good')
})

test('[R2] a removed contact leaves nothing on the device: no record, no message, no bytes of a file; its token wakes nobody', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, ana.me.notifications.enable(push))
  await until(world, () => contactOf(ben).canWake)
  await talk(world, ben, ana, 'pelican42')
  ana.me.on('file', (file) => {
    if (file.stage === 'offered') void contactOf(ana).acceptFile(file.id)
    if (file.bytes > 0) world.network.cut()
  })
  await passing(world, contactOf(ben).offerFile(memorySource('a.bin', new Uint8Array(30_000_000))))
  await until(world, () => contactOf(ana).transfers.some(({ bytes }) => bytes > 0))
  expect(ana.device.folder.sealed.size).toBe(1)
  await passing(world, contactOf(ana).remove())
  expect([tables(ana), ana.device.folder.sealed.size]).toEqual([[], 0])
  world.network.heal()
  await world.clock.advance(180_000)
  const woken = contactOf(ben).wake()
  await passing(
    world,
    woken.catch(() => undefined),
  )
  expect(world.accounts.push.notified).toEqual([])
})

test('a removal that was interrupted after any of its commits is gone on with when the vault is opened', async () => {
  const snapshots: (() => Person['device']['disk']['vaults'])[] = []
  let isRemoving = false
  const still = stillWorld()
  const watched: StillWorld = {
    ...still,
    device(name) {
      const device = still.device(name)
      const keep = () => {
        const copy = structuredClone(device.disk.vaults)
        snapshots.push(() => structuredClone(copy))
      }
      return {
        ...device,
        platform() {
          const platform = device.platform()
          const open: typeof platform.stores.open = async (vault) => {
            const store = await platform.stores.open(vault)
            return {
              ...store,
              async commit(writes) {
                if (isRemoving && name === 'ana' && snapshots.length === 0) keep()
                await store.commit(writes)
                if (isRemoving && name === 'ana') keep()
              },
            }
          }
          return { ...platform, stores: { ...platform.stores, open } }
        },
      }
    },
  }
  const { world, ana, ben } = await pair(watched)
  await talk(world, ben, ana, 'pelican42')
  await talk(world, ana, ben, 'heron42')
  isRemoving = true
  await passing(world, contactOf(ana).remove())
  isRemoving = false
  await ana.me.lock()
  expect(snapshots.length).toBeGreaterThan(5)
  const found: (number | undefined)[] = []
  for (const snapshot of snapshots) {
    ana.device.disk.vaults.clear()
    for (const [name, vault] of snapshot()) ana.device.disk.vaults.set(name, vault)
    await comeBack(world, ana)
    const [contact] = ana.me.contacts
    found.push(contact && (await contact.messages()).length)
    if (contact === undefined) expect(tables(ana)).toEqual([])
    await ana.me.lock()
  }
  // Before its first commit all was there; after it, nothing. Another one may have come between.
  const first = found.indexOf(undefined)
  expect(first).toBeGreaterThan(0)
  expect(found).toEqual(found.map((_, n) => (n < first ? 2 : undefined)))
})
