/** Locks, full disks and second thoughts in the middle of everything. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import type { Primitives } from '../../src/env.js'
import { PROTOCOL } from '../../src/limits.js'
import { memorySource, type StillWorld } from '../../src/testing.js'
import {
  comeBack,
  contactOf,
  delivered,
  hasFile,
  PASSWORD,
  type Person,
  pair,
  passing,
  until,
} from '../fixtures/people.js'
import { slowDisks } from '../fixtures/slow-disk.js'
import { stillWorld } from '../fixtures/still-world.js'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => {
  process.off('unhandledRejection', note)
  expect(unhandled.splice(0)).toEqual([])
})

const large = new Uint8Array(5 * PROTOCOL.FILE_BLOCK_BYTES + 9).map((_, i) => (i * 37) & 255)

function acceptAll(person: Person): void {
  person.me.on('file', (file) => {
    if (file.stage === 'offered' && !file.outgoing) void contactOf(person).acceptFile(file.id)
  })
}

test('a file that is accepted twice is asked for once and arrives', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, contactOf(ana).offerFile(memorySource('once.bin', large)))
  await until(world, () => contactOf(ben).transfers.length === 1)
  const id = contactOf(ben).transfers[0]?.id ?? ''
  const results = await passing(
    world,
    Promise.allSettled([contactOf(ben).acceptFile(id), contactOf(ben).acceptFile(id)]),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await until(world, () => contactOf(ana).transfers[0]?.stage === 'complete')
  expect(ben.device.folder.sealed.size).toBe(1)
  expect(await hasFile(ben, 'once.bin', large)).toBe(true)
})

test('a file that is cancelled while it is being accepted stays cancelled, here and there', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, contactOf(ana).offerFile(memorySource('regret.bin', large)))
  await until(world, () => contactOf(ben).transfers.length === 1)
  const id = contactOf(ben).transfers[0]?.id ?? ''
  await passing(world, Promise.allSettled([contactOf(ben).acceptFile(id), contactOf(ben).cancelFile(id)]))
  await world.clock.advance(10_000)
  expect(contactOf(ben).transfers[0]?.stage).toBe('cancelled')
  expect(contactOf(ana).transfers[0]?.stage).toBe('cancelled')
  expect(ben.device.folder.sealed.size).toBe(0)
  await passing(world, ben.me.lock())
  await comeBack(world, ben)
  expect(contactOf(ben).transfers[0]?.stage).toBe('cancelled')
})

test('a file that its sender cancels before anybody accepted it cannot be accepted any more', async () => {
  const { world, ana, ben } = await pair()
  const offer = await passing(world, contactOf(ana).offerFile(memorySource('gone.bin', large)))
  await passing(world, contactOf(ana).cancelFile(offer.id))
  await until(world, () => contactOf(ben).transfers[0]?.stage === 'cancelled')
  await expect(passing(world, contactOf(ben).acceptFile(offer.id))).rejects.toMatchObject({ code: 'wrong_state' })
})

test('a file that was offered while the other was away arrives when both are there', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, ben.me.lock())
  const offer = await passing(world, contactOf(ana).offerFile(memorySource('later.bin', large)))
  await comeBack(world, ben)
  acceptAll(ben)
  const accepted = contactOf(ben).transfers.find(({ id }) => id === offer.id)
  if (accepted?.stage === 'offered') await passing(world, contactOf(ben).acceptFile(offer.id))
  await until(world, () => contactOf(ana).transfers[0]?.stage === 'complete')
  expect(await hasFile(ben, 'later.bin', large)).toBe(true)
})

test('a file that is on its way when the vault locks is said to be closed to who waits for it', async () => {
  const { world, ana, ben } = await pair()
  acceptAll(ben)
  const tunnel = await passing(world, contactOf(ana).connect())
  const stop = new AbortController()
  let end = ''
  let locking: Promise<void> | undefined
  const moving = new Promise<void>((resolve) => {
    void tunnel
      .sendFile(memorySource('cut.bin', large), {
        signal: stop.signal,
        onProgress: ({ bytes }) => {
          if (bytes === 0) return
          locking ??= ana.me.lock()
          resolve()
        },
      })
      .then(
        () => {
          end = 'complete'
        },
        (error: { code: string }) => {
          end = error.code
        },
      )
  })
  await passing(world, moving)
  await passing(world, locking ?? Promise.resolve())
  await world.clock.advance(1_000)
  expect(end).toBe('closed')
  stop.abort()
  await world.clock.advance(1_000)
})

test('a lock at any moment of a file that arrives leaves it whole or going on, never failed', async () => {
  const { world, ana, ben } = await pair()
  for (let moment = 0; moment < 12; moment++) {
    const name = `at-${moment}.bin`
    let seen = 0
    let reached: (() => void) | undefined
    const now = new Promise<void>((resolve) => {
      reached = resolve
    })
    acceptAll(ben)
    const content = large.map((byte) => byte ^ moment)
    let locking: Promise<void> | undefined
    world.network.tap = (message) => {
      if (++seen === 40 + moment * 97) {
        locking = ben.me.lock()
        reached?.()
      }
      return message
    }
    const offer = await passing(world, contactOf(ana).offerFile(memorySource(name, content)))
    await passing(world, now)
    world.network.tap = undefined
    await passing(world, locking ?? Promise.resolve())
    await comeBack(world, ben)
    const mine = () => contactOf(ben).transfers.find(({ id }) => id === offer.id)
    await until(world, () => mine() !== undefined)
    if (mine()?.stage === 'offered') await passing(world, contactOf(ben).acceptFile(offer.id))
    await until(world, () => mine()?.stage !== 'accepted')
    expect(mine()?.stage).toBe('complete')
    expect(await hasFile(ben, name, content)).toBe(true)
    await until(world, () => contactOf(ana).transfers.every(({ stage }) => stage === 'complete'))
  }
})

test('a lock at any moment of a talk loses and doubles nothing', async () => {
  const { world, ana, ben } = await pair()
  const texts: string[] = []
  for (let moment = 0; moment < 16; moment++) {
    let seen = 0
    let locking: Promise<void> | undefined
    world.network.tap = (message) => {
      if (++seen === moment) locking = ben.me.lock()
      return message
    }
    for (let n = 0; n < 5; n++) {
      texts.push(`${moment}-${n}`)
      void contactOf(ana).send(`${moment}-${n}`)
      void contactOf(ben)
        .send(`b${moment}-${n}`)
        .catch(() => undefined)
    }
    await world.clock.advance(1_000)
    world.network.tap = undefined
    await passing(world, locking ?? ben.me.lock())
    await comeBack(world, ben)
    await until(world, () => contactOf(ben).state === 'connected' && contactOf(ana).state === 'connected')
    await until(world, async () => (await delivered(ana)).length === texts.length)
  }
  const shown = await contactOf(ben).messages({ limit: 1_000 })
  const kept = shown.flatMap(({ outgoing, body }) => (!outgoing && body.kind === 'text' ? [body.text] : []))
  expect(kept).toEqual(texts)
})

test('a content that comes on the next path while the first is still storing it is shown once', async () => {
  const { world, hold, release, waiting } = slowDisks()
  const { ana, ben } = await pair(world)
  hold('ben')
  await passing(world, contactOf(ana).send('slowly stored'))
  await until(world, () => waiting('ben') > 0)
  world.network.cut()
  await world.clock.advance(3_000)
  world.network.heal()
  await world.clock.advance(1_000)
  for (let n = 0; n < 10; n++) {
    release('ben')
    await world.clock.advance(200)
  }
  await until(world, async () => (await delivered(ana)).length === 1)
  await world.clock.advance(10_000)
  expect(ben.received).toEqual(['slowly stored'])
  expect(await contactOf(ben).messages()).toHaveLength(1)
})

test('[V1] two programs open one vault: the second is told that it is open', async () => {
  const { world, ana } = await pair()
  const again = createSolo2(ana.device.platform())
  const call = { server: world.server, username: 'ana', password: PASSWORD }
  await expect(passing(world, again.unlock(call))).rejects.toMatchObject({ code: 'storage_locked' })
  await passing(world, ana.me.lock())
  const results = await passing(world, Promise.allSettled([again.unlock(call), again.unlock(call)]))
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'storage_locked' })
    else await passing(world, result.value.lock())
  }
})

test('a locked account is silent: no timer, no call, no socket, and every call says that it is closed', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, ben.me.lock())
  await until(world, () => contactOf(ana).state !== 'connected')
  const contact = contactOf(ana)
  const waits = contact.connect()
  const closed = expect(waits).rejects.toMatchObject({ code: 'closed' })
  let calls = 0
  let locking: Promise<void> | undefined
  const api = world.accounts.api
  for (const name of Object.keys(api) as (keyof typeof api)[]) {
    const call = api[name] as (...args: unknown[]) => Promise<unknown>
    Object.assign(api, {
      [name]: (...args: unknown[]) => {
        calls++
        const answer = call(...args)
        // At the moment when a poll is under way.
        if (name === 'listPairings') locking ??= ana.me.lock()
        return answer
      },
    })
  }
  await until(world, () => locking !== undefined)
  await passing(world, locking ?? Promise.reject(new Error('no poll')))
  await closed
  calls = 0
  await world.clock.advance(600_000)
  expect(calls).toBe(0)
  expect(world.rendezvous.sockets).toBe(0)
  await expect(contact.send('too late')).rejects.toMatchObject({ code: 'closed' })
  await expect(contact.connect()).rejects.toMatchObject({ code: 'closed' })
  await ana.me.lock()
})

test('where paths are looked for is asked anew of a server that came back', async () => {
  const { world, ana, ben } = await pair()
  await passing(world, ana.me.lock())
  let asked = 0
  const platform = ana.device.platform()
  const api = platform.accountApi(world.server)
  const counting = {
    ...api,
    getIceServers(...call: Parameters<typeof api.getIceServers>) {
      asked++
      return api.getIceServers(...call)
    },
  }
  const solo2 = createSolo2({ ...platform, accountApi: () => counting })
  const me = await passing(world, solo2.unlock({ server: world.server, username: 'ana', password: PASSWORD }))
  const stands = () => me.contacts[0]?.state === 'connected' && contactOf(ben).state === 'connected'
  await until(world, stands)
  world.network.fail()
  await world.clock.advance(5_000)
  await until(world, stands)
  expect(asked).toBe(1)
  world.stopServer()
  await until(world, () => me.serverState === 'away')
  world.startServer()
  await until(world, () => me.serverState === 'connected')
  world.network.fail()
  await world.clock.advance(5_000)
  await until(world, stands)
  expect(asked).toBe(2)
  await passing(world, me.lock())
})

test('what is written while the vault locks is kept or refused, and nothing that is held is lost with it', async () => {
  const { world, ana, ben } = await pair()
  const contact = contactOf(ana)
  const locking = ana.me.lock()
  const kept: string[] = []
  const tries: Promise<void>[] = []
  for (let n = 0; n < 40; n++) {
    tries.push(
      contact.send(`t${n}`).then(
        () => void kept.push(`t${n}`),
        (error: { code: string }) => expect(error.code).toBe('closed'),
      ),
    )
    await new Promise(setImmediate)
  }
  await passing(world, locking)
  await passing(world, Promise.all(tries))
  await comeBack(world, ana)
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
  expect(contactOf(ben).notice || contactOf(ana).notice, 'continuity was kept').toBe(false)
  await until(world, () => ben.received.length >= kept.length)
  expect(ben.received).toEqual(kept)
})

test('[V1] after a lock neither the keys of the identity nor what was agreed with a contact stay in memory', async () => {
  const held = new Map<Uint8Array, string>()
  const primitives: Primitives = {
    ...noblePrimitives,
    x25519(secret, publicKey) {
      held.set(secret, 'X25519 secret')
      return noblePrimitives.x25519(secret, publicKey)
    },
    ed25519Sign(seed, message) {
      held.set(seed, 'Ed25519 seed')
      return noblePrimitives.ed25519Sign(seed, message)
    },
    hmac(key, data) {
      // Topics, their next epoch, signal keys and tags: by the rendezvous root, the pairing secret and continuity.
      const label = /^(Solo2 v1 [a-z ]+|topic)/.exec(Buffer.from(data).toString('latin1'))?.[0]
      if (label !== undefined) held.set(key, `key of "${label}"`)
      return noblePrimitives.hmac(key, data)
    },
  }
  const { world, ana, ben } = await pair(stillWorld({ primitives }) as StillWorld)
  await passing(world, contactOf(ana).send('something'))
  world.network.fail()
  await until(world, () => contactOf(ana).state === 'connected' && contactOf(ben).state === 'connected')
  const kinds = new Set(held.values())
  for (const kind of [
    'X25519 secret',
    'Ed25519 seed',
    'key of "topic"',
    'key of "Solo2 v1 topic"',
    'key of "Solo2 v1 tag"',
  ]) {
    expect([...kinds]).toContain(kind)
  }
  await passing(world, Promise.all([ana.me.lock(), ben.me.lock()]))
  await world.clock.advance(60_000)
  // The check of the primitives computes with a constant.
  const isConstant = (key: Uint8Array) => key.every((byte) => byte === key[0])
  expect([...held].filter(([key]) => !isConstant(key)).map(([, what]) => what)).toEqual([])
})
