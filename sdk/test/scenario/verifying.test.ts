/** Who a contact is: numbers compared by people, codes read by a camera, an invitation that verifies both from the start. */
import { expect, test } from 'vitest'
import type { Verification } from '../../src/client/api.js'
import { PROTOCOL } from '../../src/limits.js'
import type { Connection } from '../../src/ports/transport.js'
import type { StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, join, type Person, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const shown = (...people: Person[]): Verification[] => people.map((person) => contactOf(person).verification)

/** `guest` uses the link; `host` accepts whoever asks. */
async function useInvitation(world: StillWorld, host: Person, guest: Person, link: string): Promise<void> {
  const stop = host.me.on('requests', ([request]) => void request?.accept())
  await passing(world, guest.me.acceptInvitation(link))
  stop()
  await until(world, () => contactOf(host).state === 'connected' && contactOf(guest).state === 'connected')
}

async function rejoin(world: StillWorld, person: Person): Promise<void> {
  await passing(world, person.me.lock())
  await comeBack(world, person)
}

test('[V19] compared numbers and read codes verify, each on its own device, and survive a restart', async () => {
  const { world, ana, ben } = await pair()
  expect(shown(ana, ben)).toEqual(['none', 'none'])
  await contactOf(ana).setVerified(true)
  await contactOf(ben).setVerified(true, contactOf(ana).safetyQr)
  expect(shown(ana, ben)).toEqual(['compared', 'compared'])
  await rejoin(world, ana)
  expect(shown(ana)).toEqual(['compared'])
  await contactOf(ana).setVerified(false)
  expect(shown(ana)).toEqual(['none'])
})

test('[V19] the code of somebody else is an alarm, and verifies nothing', async () => {
  const { ana, ben } = await pair()
  const other = await pair(stillWorld({ seed: 'others' }))
  const contact = contactOf(ana)
  const wrong = contactOf(other.ben).safetyQr
  await expect(contact.setVerified(true, wrong)).rejects.toMatchObject({ code: 'key_changed' })
  // One's own code, held before one's own camera.
  await expect(contact.setVerified(true, contact.safetyQr)).rejects.toMatchObject({ code: 'key_changed' })
  await expect(contact.setVerified(true, wrong.subarray(1))).rejects.toMatchObject({ code: 'wrong_size' })
  expect(shown(ana, ben)).toEqual(['none', 'none'])
})

test('[C5] an invitation verifies both from the first meeting, once, and after restarts', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const ben = await join(world, 'ben')
  const { link } = await ana.me.invitations.create()
  await rejoin(world, ana)
  expect(ana.me.invitations.list().map((one) => one.link)).toEqual([link])
  await useInvitation(world, ana, ben, link)
  expect(shown(ana, ben)).toEqual(['invited', 'invited'])
  expect(ana.me.invitations.list()).toEqual([])
  await passing(world, contactOf(ben).send('hello'))
  await until(world, () => ana.received.includes('hello'))
  for (const person of [ana, ben]) await rejoin(world, person)
  await until(world, () => contactOf(ana).state === 'connected')
  expect(shown(ana, ben)).toEqual(['invited', 'invited'])
  // Comparing in person says more.
  await contactOf(ana).setVerified(true)
  expect(shown(ana)).toEqual(['compared'])
})

test('[C5] a second person with the same link meets, and is not verified', async () => {
  const world = stillWorld()
  const [ana, ben, eve] = [await join(world, 'ana'), await join(world, 'ben'), await join(world, 'eve')]
  const { link } = await ana.me.invitations.create()
  await useInvitation(world, ana, ben, link)
  const stop = ana.me.on('requests', ([request]) => void request?.accept())
  const later = await passing(world, eve.me.acceptInvitation(link))
  stop()
  await until(world, () => later.state === 'connected')
  expect(later.verification).toBe('none')
  expect(ana.me.contacts.find(({ displayName }) => displayName === 'eve')?.verification).toBe('none')
  expect(shown(ben)).toEqual(['invited'])
})

test('[C5] an invitation ends after 7 days and when it is cancelled: who comes then is asked for, and not verified', async () => {
  const world = stillWorld()
  const [ana, ben] = [await join(world, 'ana'), await join(world, 'ben')]
  const first = await ana.me.invitations.create()
  expect(first.expiresAt).toBe(world.clock.now() + PROTOCOL.INVITATION_SECONDS * 1_000)
  const second = await ana.me.invitations.create()
  await ana.me.invitations.cancel(second.id)
  await ana.me.invitations.cancel('nothing')
  expect(ana.me.invitations.list().map(({ id }) => id)).toEqual([first.id])
  for (const person of [ana, ben]) await passing(world, person.me.lock())
  await world.clock.advance(PROTOCOL.INVITATION_SECONDS * 1_000)
  for (const person of [ana, ben]) await comeBack(world, person)
  expect(ana.me.invitations.list()).toEqual([])
  await useInvitation(world, ana, ben, first.link)
  expect(shown(ana, ben)).toEqual(['none', 'none'])
})

test('[C5] a server that gives other keys for the code raises the alarm, and nobody is asked', async () => {
  const world = stillWorld()
  const [ana, ben, eve] = [await join(world, 'ana'), await join(world, 'ben'), await join(world, 'eve')]
  const { link } = await ana.me.invitations.create()
  const forged = link.replace(/v1\.[^.]+/, `v1.${eve.me.pairingCode}`)
  await expect(passing(world, ben.me.acceptInvitation(forged))).rejects.toMatchObject({ code: 'key_changed' })
  expect(world.accounts.pendingPairings).toBe(0)
  expect(ben.me.contacts).toEqual([])
})

test('[C5] what is no invitation, the own one, and one of another server are told apart', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const { link } = await ana.me.invitations.create()
  const tries = [
    ['hello', { code: 'wrong_code', field: 'invitation' }],
    [link, { code: 'own_code' }],
    [link.replace('solo2.test', 'other.test'), { code: 'invalid_argument', field: 'server' }],
  ] as const
  for (const [text, refusal] of tries) {
    await expect(passing(world, ana.me.acceptInvitation(text))).rejects.toMatchObject(refusal)
  }
})

test('an invitation is not spent by a meeting that never came to its confirmation', async () => {
  const world = stillWorld()
  const [ana, ben] = [await join(world, 'ana'), await join(world, 'ben')]
  const { link } = await ana.me.invitations.create()
  let passed = 0
  // The handshake's messages pass in one direction only: nobody's first frame arrives.
  world.network.tap = (message) => (++passed > 1 && passed < 6 ? undefined : message)
  await useInvitation(world, ana, ben, link)
  expect(shown(ana, ben)).toEqual(['invited', 'invited'])
  expect(passed).toBeGreaterThan(6)
})

test.each([
  ['the first frame of the initiator', [0]],
  ['the first frame of the responder', [1]],
  ['that of the responder, twice', [1, 3]],
  ['that of the responder, then that of the initiator', [1, 2]],
] as const)('[C5] an invitation verifies both, and is spent, when a meeting lost %s', async (_, lost) => {
  for (const host of ['ana', 'ben'] as const) {
    const world = stillWorld()
    const people = { ana: await join(world, 'ana'), ben: await join(world, 'ben') }
    const { [host]: inviting, [host === 'ana' ? 'ben' : 'ana']: guest } = people
    const { link } = await inviting.me.invitations.create()
    // Of each meeting the initiator's end, which speaks first, then the responder's; how many messages each sent.
    const ends = new Map<Connection, number>()
    let lostFrames = 0
    world.network.tap = (message, from) => {
      const sent = (ends.get(from) ?? 0) + 1
      ends.set(from, sent)
      const isLost = sent === 2 && lost.some((index) => [...ends.keys()][index] === from)
      if (isLost) lostFrames++
      return isLost ? undefined : message
    }
    await useInvitation(world, inviting, guest, link)
    expect(shown(inviting, guest)).toEqual(['invited', 'invited'])
    expect(lostFrames).toBe(lost.length)
    expect(inviting.me.invitations.list()).toEqual([])
    // Nothing is left that would show a notice, or verify anew.
    for (const person of [inviting, guest]) await rejoin(world, person)
    await until(world, () => contactOf(inviting).state === 'connected')
    expect(shown(inviting, guest)).toEqual(['invited', 'invited'])
    expect(contactOf(guest).notice).toBe(false)
  }
})
