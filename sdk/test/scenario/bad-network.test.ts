/** Whole clients on a network that breaks at the worst moments, over the in-memory twins. */
import { expect, test } from 'vitest'
import { manualClock, memorySource, type StillWorld } from '../../src/testing.js'
import { comeBack, contactOf, delivered, hasFile, type Person, pair, passing, until } from '../fixtures/people.js'
import { slowDisks } from '../fixtures/slow-disk.js'
import { stillWorld } from '../fixtures/still-world.js'

/** Both lose the path, meet beside it, and the new path stands when packets pass again. What was sent meanwhile is lost. */
async function repair(world: Awaited<ReturnType<typeof pair>>['world'], job?: () => Promise<unknown>): Promise<void> {
  const old = new Set<unknown>()
  let isCut = true
  world.network.tap = (message, from) => {
    if (isCut) old.add(from)
    return isCut || old.has(from) ? undefined : message
  }
  world.network.cut()
  await job?.()
  await world.clock.advance(5_000)
  isCut = false
  world.network.heal()
  await world.clock.advance(5_000)
  world.network.tap = undefined
}

test('[T4] what was sent on a path that went dead goes again on the one that replaces it', async () => {
  const { world, ana, ben } = await pair()
  const first = await passing(world, contactOf(ana).connect())
  const ends: string[] = []
  first.on('close', () => ends.push('closed'))
  await repair(world, () => Promise.all([contactOf(ana).send('into the dead path'), contactOf(ben).send('me too')]))
  expect(ends, 'the old path was replaced').toEqual(['closed'])
  await world.clock.advance(1_000)
  expect([contactOf(ana).state, contactOf(ben).state]).toEqual(['connected', 'connected'])
  expect(ben.received).toEqual(['into the dead path'])
  expect(ana.received).toEqual(['me too'])
})

test('the tunnel that replaces another is given to who asks for one', async () => {
  const { world, ana, ben } = await pair()
  const before = await passing(world, contactOf(ana).connect())
  await repair(world)
  for (const person of [ana, ben]) {
    let tunnel: unknown
    void contactOf(person)
      .connect()
      .then((stands) => {
        tunnel = stands
      })
    await world.clock.advance(1_000)
    expect(tunnel).toBeDefined()
    expect(tunnel).not.toBe(before)
  }
  const tunnel = await passing(world, contactOf(ana).connect())
  const shown: unknown[] = []
  tunnel.on('message', ({ body }) => shown.push(body))
  await passing(world, contactOf(ben).send('on the new one'))
  await until(world, () => shown.length === 1)
})

test('[T5] a file goes on over the path that replaces a dead one', async () => {
  const { world, ana, ben } = await pair()
  const content = new Uint8Array(9_000_000).map((_, i) => (i * 13) & 255)
  let repaired: Promise<void> | undefined
  let cutAt = content.length
  const moved = new Promise<void>((resolve) => {
    ben.me.on('file', (file) => {
      if (file.stage === 'offered') void contactOf(ben).acceptFile(file.id)
      if (file.bytes === 0 || repaired !== undefined) return
      cutAt = file.bytes
      repaired = repair(world)
      resolve()
    })
  })
  await passing(world, contactOf(ana).offerFile(memorySource('long.bin', content)))
  await moved
  await repaired
  expect(cutAt, 'it was cut in the middle').toBeLessThan(content.length)
  await until(world, () => contactOf(ana).transfers[0]?.stage === 'complete')
  expect(await hasFile(ben, 'long.bin', content)).toBe(true)
})

test('a dead path under a full buffer costs no time: nothing spins until it comes back', async () => {
  const { world, ana, ben } = await pair()
  ben.me.on('file', (file) => {
    if (file.stage === 'offered') void contactOf(ben).acceptFile(file.id)
  })
  let sent = 0
  world.network.tap = (message) => {
    if (++sent === 200) {
      world.stopServer()
      world.network.cut()
    }
    return message
  }
  await passing(world, contactOf(ana).offerFile(memorySource('long.bin', new Uint8Array(4_000_000))))
  let timers = 0
  const after = world.clock.after
  Object.assign(world.clock, {
    after(ms: number, callback: () => void) {
      return ++timers > 2_000 ? () => undefined : after(ms, callback)
    },
  })
  await world.clock.advance(50_000)
  Object.assign(world.clock, { after })
  expect(timers).toBeLessThan(500)
  world.startServer()
  world.network.heal()
  await until(world, () => contactOf(ana).transfers[0]?.stage === 'complete')
})

test('a path that breaks while its confirmation is being stored leaves nobody connected to nothing', async () => {
  const { world, hold, release, waiting } = slowDisks()
  const { ana, ben } = await pair(world)
  for (const person of [ana, ben]) {
    // Each commit of the next handshakes is held in turn, and the path breaks under it.
    for (let round = 0; round < 4; round++) {
      hold(person.name)
      world.network.fail()
      await until(world, () => waiting(person.name) > 0)
      for (let nth = 0; nth < round && waiting(person.name) > 0; nth++) {
        release(person.name)
        hold(person.name)
        await world.clock.settle()
      }
      world.network.fail()
      await world.clock.settle()
      release(person.name)
      await world.clock.settle()
      world.network.fail()
      await world.clock.settle()
    }
    await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
    const text = `after ${person.name}`
    await passing(world, contactOf(ana).send(text))
    await until(world, () => ben.received.includes(text))
  }
})

test('[T1] both come at once, twenty times: one tunnel each time, no message lost or doubled', async () => {
  const { world, ana, ben } = await pair()
  const texts: string[] = []
  for (let round = 0; round < 20; round++) {
    await Promise.all([passing(world, ana.me.lock()), passing(world, ben.me.lock())])
    await Promise.all([comeBack(world, ana), comeBack(world, ben)])
    texts.push(`m${round}`)
    await passing(world, Promise.all([contactOf(ana).send(`m${round}`), contactOf(ben).send(`m${round}`)]))
    await until(world, () => ana.received.length === round + 1 && ben.received.length === round + 1)
    await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
    expect(world.network.open).toBe(2)
  }
  expect(ana.received).toEqual(texts)
  expect(ben.received).toEqual(texts)
})

test('[T1] a program that ends in mid-handshake comes back to one tunnel', async () => {
  const { world, ana, ben } = await pair()
  for (let after = 0; after < 8; after++) {
    await passing(world, ben.me.lock())
    let passed = 0
    let reload: (() => void) | undefined
    const stopped = new Promise<void>((resolve) => {
      reload = resolve
    })
    world.network.tap = (message) => {
      if (passed++ === after) reload?.()
      return passed > after ? undefined : message
    }
    await comeBack(world, ben)
    await passing(world, stopped)
    await passing(world, ben.me.lock())
    world.network.tap = undefined
    await comeBack(world, ben)
    await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
    await passing(world, contactOf(ana).send(`after ${after}`))
    await until(world, () => ben.received.includes(`after ${after}`))
    await world.clock.advance(20_000)
    expect(world.network.open).toBe(2)
    expect(contactOf(ben).notice || contactOf(ana).notice).toBe(false)
  }
})

test('a side that vanishes without a word is missed after a while, and met again when it comes back', async () => {
  const { world, ana, ben } = await pair()
  // Nothing closes, no path event: only silence.
  world.network.tap = () => undefined
  await passing(world, contactOf(ana).send('into nothing'))
  await world.clock.advance(70_000)
  world.network.tap = undefined
  await until(world, () => ben.received.length === 1)
  await until(world, async () => (await delivered(ana)).length === 1)
  expect(ben.received).toEqual(['into nothing'])
})

test('the server goes and comes, tickets are refused, the path breaks meanwhile: they meet again', async () => {
  const { world, ana, ben } = await pair()
  world.stopServer()
  world.network.fail()
  await passing(world, contactOf(ana).send('while nobody introduces'))
  await world.clock.advance(120_000)
  expect(contactOf(ana).state).not.toBe('connected')
  world.startServer()
  await until(world, () => ben.received.length === 1)
  const issue = world.accounts.api.drawTickets
  let refused = 0
  Object.assign(world.accounts.api, {
    drawTickets: async (...call: Parameters<typeof issue>) => {
      const answer = await issue(...call)
      return refused++ < 5 ? { ...answer, tickets: [new Uint8Array(32)] } : answer
    },
  })
  world.network.fail()
  await passing(world, contactOf(ana).send('with wrong tickets'))
  await until(world, () => ben.received.length === 2)
  expect(refused).toBeGreaterThan(5)
})

test('[T2] they talk over midnight, and wait over midnight', async () => {
  const day = 86_400_000
  const clock = manualClock(20_000 * day - 600_000)
  const { world, ana, ben } = await pair(stillWorld({ clock }) as StillWorld)
  await clock.advance(1_200_000)
  await passing(world, contactOf(ana).send('the next day'))
  await until(world, () => ben.received.length === 1)
  await passing(world, ben.me.lock())
  // Nobody moves on an hour at a time: timers come in their order all the same.
  await clock.advance(day + 7_200_000 - 600_000)
  await passing(world, contactOf(ana).send('two days later'))
  await comeBack(world, ben)
  await until(world, () => ben.received.includes('two days later'))
})

test('three hundred messages each way at once: all, in order, once', async () => {
  const { world, ana, ben } = await pair()
  const texts = Array.from({ length: 300 }, (_, i) => `m${i}`)
  const send = (person: Person) => Promise.all(texts.map((text) => contactOf(person).send(text)))
  await passing(world, Promise.all([send(ana), send(ben)]))
  await until(world, () => ana.received.length >= 300 && ben.received.length >= 300)
  expect(ana.received).toEqual(texts)
  expect(ben.received).toEqual(texts)
  await until(world, async () => (await delivered(ana)).length === 300)
})
