/** Why something waits, and trying at once: spec/10 section 4. */
import { expect, test } from 'vitest'
import { createWorld } from '../../src/testing.js'
import { contactOf, join, pair, passing, until } from '../fixtures/people.js'

test('[C4] waiting says why: blocked, not here, no server, a request without an answer; and never fails by itself', async () => {
  const { world, ana, ben } = await pair()
  const contact = contactOf(ana)
  expect(contact.waitsFor).toBeUndefined()
  await contact.block()
  expect(contact.waitsFor).toBe('blocked')
  await expect(contact.tryNow()).rejects.toMatchObject({ code: 'wrong_state' })
  await passing(world, ben.me.lock())
  await contact.unblock()
  await until(world, () => contact.waitsFor === 'contact')
  world.stopServer()
  await until(world, () => contact.waitsFor === 'server')
  const waiting = await contact.send('for as long as it takes')
  await world.clock.advance(6 * 3_600_000)
  expect((await contact.message(waiting.id)).state).toBe('waiting')

  const other = createWorld()
  const [cleo, dana] = [await join(other, 'cleo'), await join(other, 'dana')]
  const asked = cleo.me.pair(dana.me.pairingCode)
  asked.catch(() => undefined)
  await until(other, () => cleo.me.contacts.length === 1)
  await until(other, () => contactOf(cleo).waitsFor === 'asked')
})

test('[C4] trying now looks for the contact at once, where the pause between two tries had grown', async () => {
  const { world, ana, ben } = await pair()
  world.stopServer()
  world.network.fail()
  await until(world, () => contactOf(ana).state === 'away' && contactOf(ben).state === 'away')
  const message = await contactOf(ana).send('when you are back')
  await world.clock.advance(3_600_000)
  world.startServer()
  await Promise.all([contactOf(ana).tryNow(), contactOf(ben).tryNow()])
  await world.clock.advance(2_000)
  expect((await contactOf(ana).message(message.id)).state).toBe('delivered')
})

test('[C4] what cannot be sent is refused before there is a line: too long, an answer to nothing, a locked vault', async () => {
  const { world, ana } = await pair()
  const contact = contactOf(ana)
  await expect(contact.send('x'.repeat(65_537))).rejects.toMatchObject({ culprit: 'caller' })
  await expect(contact.send('')).rejects.toMatchObject({ culprit: 'caller' })
  await expect(contact.send('x', { replyTo: '0'.repeat(32) })).rejects.toMatchObject({ code: 'not_found' })
  expect(await contact.messages()).toEqual([])
  await passing(world, ana.me.lock())
  await expect(contact.send('late')).rejects.toMatchObject({ code: 'closed' })
})
