/** A tunnel that stands moves to another path, with or without a server: spec/09 section 8. */
import { expect, test } from 'vitest'
import type { IceServer } from '../../src/ports/transport.js'
import { memorySource } from '../../src/testing.js'
import { contactOf, delivered, hasFile, type Person, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const MIRROR: IceServer = { urls: ['turn:solo2.test'], username: 'a', credential: 'b' }

/** Two people who found each other through the mirror only; states are all that a person was shown since. */
async function throughMirror() {
  const before = stillWorld()
  before.accounts.iceServers = [MIRROR]
  before.network.path = 'mirror'
  const { world, ana, ben } = await pair(before)
  await until(world, () => [ana, ben].every((person) => contactOf(person).path === 'mirror'))
  const states = new Set<string>()
  for (const { me } of [ana, ben]) me.on('presence', ({ state }) => states.add(state))
  return { world, ana, ben, states }
}

const paths = (...people: Person[]) => people.map((person) => contactOf(person).path)

test('[T4 T10] from the mirror to a direct path with the server dead: nothing is lost, doubled or out of order', async () => {
  const { world, ana, ben, states } = await throughMirror()
  const tunnel = await passing(world, contactOf(ana).connect())
  const shown: string[] = []
  tunnel.on('path', ({ kind }) => shown.push(kind))
  tunnel.on('close', () => shown.push('closed'))
  world.stopServer()
  world.network.path = 'direct'
  world.network.delayMs = 40
  const texts: string[] = []
  for (let n = 0; paths(ana, ben).includes('mirror'); n++) {
    texts.push(`text ${n}`)
    await Promise.all([contactOf(ana).send(`text ${n}`), contactOf(ben).send(`text ${n}`)])
    await world.clock.advance(100)
    if (n > 1_000) throw new Error('it did not move')
  }
  await world.clock.advance(15_000)
  expect(paths(ana, ben)).toEqual(['direct', 'direct'])
  expect(ben.received).toEqual(texts)
  expect(ana.received).toEqual(texts)
  expect([...states], 'nobody was away meanwhile').toEqual(['connected'])
  expect(shown, 'the tunnel is the same to who holds it').toEqual(['direct'])
  expect(world.network.open, 'the old connection is closed').toBe(2)
  expect(await delivered(ana)).toHaveLength(texts.length)
})

test('[T10] a path that ICE changes by itself is shown within seconds, to both and to who holds the tunnel', async () => {
  const { world, ana, ben } = await pair()
  const tunnel = await passing(world, contactOf(ana).connect())
  const told: string[] = []
  const shown: string[] = []
  tunnel.on('path', ({ kind }) => told.push(kind))
  ben.me.on('presence', ({ path }) => shown.push(path))
  for (const path of ['mirror', 'direct'] as const) {
    world.network.reroute(path)
    await world.clock.advance(4_000)
    expect(paths(ana, ben)).toEqual([path, path])
    expect(tunnel.path).toBe(path)
  }
  expect(told).toEqual(['mirror', 'direct'])
  expect(shown).toEqual(['mirror', 'direct'])
})

test('[T4] what the old path swallows while a tunnel moves goes again on the new one, in order', async () => {
  const { world, ana, ben, states } = await throughMirror()
  world.stopServer()
  world.network.path = 'direct'
  world.network.delayMs = 40
  const old = new Set<unknown>()
  let isMoving = false
  let swallowed = 0
  world.network.tap = (message, from) => {
    if (old.size < 2) old.add(from)
    // From the first bytes of the second connection on, the first one takes all and gives nothing.
    if (!old.has(from)) isMoving = true
    else if (isMoving) swallowed++
    return isMoving && old.has(from) ? undefined : message
  }
  const texts: string[] = []
  for (let n = 0; paths(ana, ben).includes('mirror') && n < 1_000; n++) {
    texts.push(`text ${n}`)
    await Promise.all([contactOf(ana).send(`text ${n}`), contactOf(ben).send(`text ${n}`)])
    await world.clock.advance(20)
  }
  await world.clock.advance(15_000)
  expect(swallowed).toBeGreaterThan(2)
  expect(ben.received).toEqual(texts)
  expect(ana.received).toEqual(texts)
  expect([...states]).toEqual(['connected'])
  expect(world.network.open, 'the silent one is closed after its time').toBe(2)
})

test('[T5] a file goes on over a tunnel that moves, from where it was', async () => {
  const { world, ana, ben } = await throughMirror()
  world.stopServer()
  const content = new Uint8Array(9_000_000).map((_, i) => (i * 7) & 255)
  let from = content.length
  ben.me.on('file', (file) => {
    if (file.stage === 'offered') void contactOf(ben).acceptFile(file.id)
    if (file.bytes > 0) world.network.path = 'direct'
  })
  ben.me.on('presence', ({ path }) => {
    if (path === 'direct') from = Math.min(from, contactOf(ben).transfers[0]?.bytes ?? 0)
  })
  // Some seconds of it, so that the move is in its middle.
  world.network.delayMs = 30
  await passing(world, contactOf(ana).offerFile(memorySource('long.bin', content)))
  await until(world, () => contactOf(ana).transfers[0]?.stage === 'complete', 100)
  expect(from, 'it moved in the middle').toBeLessThan(content.length)
  expect(from).toBeGreaterThan(0)
  expect(await hasFile(ben, 'long.bin', content)).toBe(true)
})

test('a move that comes to nothing leaves the tunnel as it was, and the next ones wait longer', async () => {
  const { world, ana, ben, states } = await throughMirror()
  world.stopServer()
  // Only the mirror is there still: a try opens nothing.
  await world.clock.advance(120_000)
  await contactOf(ana).send('still here')
  await world.clock.advance(1_000)
  expect(ben.received).toEqual(['still here'])
  expect([...states]).toEqual([])
  expect(paths(ana, ben)).toEqual(['mirror', 'mirror'])
  expect(world.network.open).toBe(2)
})

test('the two meet again after a move: continuity and rendezvous root are those of the introduction (09-23)', async () => {
  const { world, ana, ben, states } = await throughMirror()
  world.network.path = 'direct'
  await until(world, () => paths(ana, ben).every((path) => path === 'direct'))
  await world.clock.advance(15_000)
  world.network.fail()
  await until(world, () => states.has('away'))
  await until(world, () => [ana, ben].every((person) => contactOf(person).state === 'connected'))
  expect([contactOf(ana).notice, contactOf(ben).notice]).toEqual([false, false])
  await contactOf(ben).send('met again')
  await until(world, () => ana.received.length === 1)
})

test('who may go through the mirror only does not move out of it', async () => {
  const { world, ana, ben } = await throughMirror()
  await ana.me.chooseNetwork({ paths: 'mirror' })
  await until(world, () => [ana, ben].every((person) => contactOf(person).state === 'connected'))
  world.network.path = 'direct'
  await world.clock.advance(120_000)
  expect(paths(ana, ben)).toEqual(['mirror', 'mirror'])
})
