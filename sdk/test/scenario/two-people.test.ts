/** Two people from registration to a talk without a server, on whole clients over the in-memory twins. */
import { expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import { PROTOCOL } from '../../src/limits.js'
import { besideSource, memorySource } from '../../src/testing.js'
import { comeBack, contactOf, delivered, hasFile, join, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

test('they register, pair, see the same safety number and talk both ways', async () => {
  const { world, ana, ben } = await pair()
  expect(contactOf(ana).displayName).toBe('ben')
  expect(contactOf(ben).displayName).toBe('ana')
  expect(contactOf(ana).safetyNumber).toBe(contactOf(ben).safetyNumber)
  const tunnel = await passing(world, contactOf(ana).connect())
  await passing(world, tunnel.send('hello'))
  await passing(world, contactOf(ben).send('and you'))
  await until(world, () => ana.received.length === 1)
  expect(ben.received).toEqual(['hello'])
  expect(ana.received).toEqual(['and you'])
  expect(contactOf(ana).path).toBe('direct')
})

test('[T4] the server stops: messages and a running file go on, both ways', async () => {
  const { world, ana, ben } = await pair()
  for (const person of [ana, ben]) {
    person.me.on('file', (file) => {
      if (file.stage === 'offered' && !file.outgoing) void contactOf(person).acceptFile(file.id)
    })
  }
  // In the middle: when the first block of Ana's file is on Ben's disk.
  const stopped: number[] = []
  ana.me.on('file', ({ outgoing, bytes: moved }) => {
    if (!outgoing || moved === 0 || stopped.length > 0) return
    stopped.push(moved)
    world.stopServer()
  })
  const bytes = (seed: number) => new Uint8Array(3_000_000).map((_, i) => (i * seed) & 255)
  const tunnels = [await passing(world, contactOf(ana).connect()), await passing(world, contactOf(ben).connect())]
  const files = [
    tunnels[0]?.sendFile(memorySource('a.bin', bytes(7))),
    tunnels[1]?.sendFile(memorySource('b.bin', bytes(11))),
  ]
  await passing(world, Promise.all(files))
  expect(stopped).toEqual([PROTOCOL.FILE_BLOCK_BYTES])
  expect(await hasFile(ben, 'a.bin', bytes(7))).toBe(true)
  expect(await hasFile(ana, 'b.bin', bytes(11))).toBe(true)
  await passing(world, contactOf(ana).send('still here'))
  await until(world, () => ben.received.includes('still here'))
})

test('[C4] what is written while the other is away waits and arrives once, in order, after both restarted', async () => {
  const { world, ana, ben } = await pair()
  await ben.me.lock()
  await until(world, () => contactOf(ana).state !== 'connected')
  for (let n = 1; n <= 5; n++) {
    const message = await passing(world, contactOf(ana).send(`waiting ${n}`))
    expect(message.state).toBe('waiting')
  }
  await ana.me.lock()
  await comeBack(world, ana)
  await comeBack(world, ben)
  await until(world, () => ben.received.length >= 5)
  expect(ben.received).toEqual(['waiting 1', 'waiting 2', 'waiting 3', 'waiting 4', 'waiting 5'])
  await until(world, async () => (await delivered(ana)).length === 5)
})

test('[C4] receipts are lost and the path breaks five times: each message once, in order, all delivered', async () => {
  const { world, ana, ben } = await pair()
  const texts = Array.from({ length: 20 }, (_, i) => `m${i + 1}`)
  // From the tenth message on nothing that Ben sends passes, so his receipts never come.
  let isDeaf = false
  let fromAna: unknown
  world.network.tap = (message, from) => {
    fromAna ??= from
    return isDeaf && from !== fromAna ? undefined : message
  }
  ben.me.on('message', () => {
    isDeaf ||= ben.received.length >= 10
  })
  await passing(world, Promise.all(texts.map((text) => contactOf(ana).send(text))))
  await until(world, () => ben.received.length === 20)
  expect((await delivered(ana)).length).toBeLessThan(20)
  for (let round = 0; round < 5; round++) {
    world.network.fail()
    fromAna = undefined
    isDeaf = round < 2
    await world.clock.advance(5_000)
  }
  world.network.tap = undefined
  await until(world, () => contactOf(ana).state === 'connected')
  await until(world, async () => (await delivered(ana)).length === 20)
  expect(ben.received).toEqual(texts)
})

test('[T5] a file goes on from what is on disk after the path was lost and both programs restarted', async () => {
  const { world, ana, ben } = await pair()
  const content = new Uint8Array(4 * PROTOCOL.FILE_BLOCK_BYTES + 17).map((_, i) => (i * 31) & 255)
  ben.me.on('file', (file) => {
    if (file.stage === 'offered') void contactOf(ben).acceptFile(file.id)
  })
  const asked: (number | undefined)[] = []
  const broken = new Promise<void>((resolve) => {
    ben.me.on('file', ({ bytes }) => {
      if (bytes < PROTOCOL.FILE_BLOCK_BYTES || asked.length > 0) return
      asked.push(bytes)
      world.network.fail()
      resolve()
    })
  })
  const transfer = await passing(world, contactOf(ana).offerFile(memorySource('map.bin', content)))
  await passing(world, broken)
  await ben.me.lock()
  await comeBack(world, ben)
  await until(world, () => contactOf(ben).transfers[0]?.stage === 'complete')
  expect(asked).toEqual([PROTOCOL.FILE_BLOCK_BYTES])
  expect(await hasFile(ben, 'map.bin', content)).toBe(true)
  await until(world, () => contactOf(ana).transfers.find(({ id }) => id === transfer.id)?.stage === 'complete')
})

test('[T5] the sender starts again: its file is found, hashed and goes on; one that changed meanwhile waits for its person', async () => {
  const { world, ana, ben } = await pair()
  const content = new Uint8Array(6 * PROTOCOL.FILE_BLOCK_BYTES + 17).map((_, i) => (i * 31) & 255)
  ana.device.folder.beside.set('map.bin', content)
  ana.device.folder.beside.set('draft.bin', content)
  const offered = new Set<string>()
  ben.me.on('file', (file) => {
    if (file.stage !== 'offered' || offered.has(file.id)) return
    offered.add(file.id)
    void contactOf(ben).acceptFile(file.id)
  })
  const far = new Promise<void>((resolve) => {
    const stop = ben.me.on('file', ({ name, bytes }) => {
      if (name !== 'map.bin' || bytes < 2 * PROTOCOL.FILE_BLOCK_BYTES) return
      stop()
      world.network.fail()
      world.network.cut()
      resolve()
    })
  })
  await passing(world, contactOf(ana).offerFile(besideSource(ana.device.folder, 'map.bin')))
  await passing(world, far)
  await passing(world, contactOf(ana).offerFile(besideSource(ana.device.folder, 'draft.bin')))
  const fromBefore = contactOf(ben).transfers.find(({ name }) => name === 'map.bin')?.bytes ?? 0
  expect(fromBefore).toBeGreaterThan(0)
  await passing(world, ana.me.lock())
  ana.device.folder.beside.set(
    'draft.bin',
    content.map((byte) => byte ^ 1),
  )
  await comeBack(world, ana)
  expect(contactOf(ana).transfers.map(({ stage }) => stage)).not.toContain('failed')
  world.network.heal()
  await until(world, () => contactOf(ben).transfers.some(({ stored }) => stored))
  expect(await hasFile(ben, 'map.bin', content)).toBe(true)
  const stages = ({ me }: typeof ana) => me.contacts[0]?.transfers.map(({ name, stage }) => `${name} ${stage}`).sort()
  await until(world, () => stages(ana)?.join() === 'draft.bin accepted,map.bin complete')
  const draft = contactOf(ana).transfers.find(({ name }) => name === 'draft.bin')
  expect(draft?.held).toBe('source')
  const changed = besideSource(ana.device.folder, 'draft.bin')
  await expect(contactOf(ana).resumeFile(draft?.id ?? '', changed)).rejects.toMatchObject({ code: 'wrong_file' })
  expect(contactOf(ana).transfers.find(({ name }) => name === 'draft.bin')?.held).toBe('source')
  await passing(world, contactOf(ana).cancelFile(draft?.id ?? ''))
  await until(world, () => stages(ben)?.join() === 'draft.bin cancelled,map.bin complete')
})

test('empty files, refusals and cancels from either side come to their end, and the next file works', async () => {
  const { world, ana, ben } = await pair()
  const offers: string[] = []
  let answer: (id: string) => Promise<void> = (id) => contactOf(ben).acceptFile(id)
  ben.me.on('file', (file) => {
    if (file.stage !== 'offered' || offers.includes(file.id)) return
    offers.push(file.id)
    void answer(file.id)
  })
  const tunnel = await passing(world, contactOf(ana).connect())
  await passing(world, tunnel.sendFile(memorySource('empty', new Uint8Array(0))))
  expect(await hasFile(ben, 'empty', new Uint8Array(0))).toBe(true)

  answer = (id) => contactOf(ben).refuseFile(id)
  await expect(passing(world, tunnel.sendFile(memorySource('no', new Uint8Array(9))))).rejects.toMatchObject({
    code: 'refused_file',
  })
  answer = async (id) => {
    await contactOf(ben).acceptFile(id)
    await contactOf(ben).cancelFile(id)
  }
  const large = new Uint8Array(20 * PROTOCOL.FILE_BLOCK_BYTES)
  await expect(passing(world, tunnel.sendFile(memorySource('long', large)))).rejects.toMatchObject({
    code: 'cancelled',
  })
  answer = (id) => contactOf(ben).acceptFile(id)
  const stop = new AbortController()
  const sending = tunnel.sendFile(memorySource('stopped', large), {
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage === 'moving') stop.abort()
    },
  })
  await expect(passing(world, sending)).rejects.toMatchObject({ code: 'cancelled' })
  await until(world, () => contactOf(ben).transfers.every(({ stage }) => stage !== 'accepted'))
  await passing(world, tunnel.sendFile(memorySource('next', new Uint8Array([1, 2, 3]))))
  expect(await hasFile(ben, 'next', new Uint8Array([1, 2, 3]))).toBe(true)
})

test('[T9] every message at the transport has FRAME_SIZE bytes: handshake, idle, chat and bulk', async () => {
  const world = stillWorld()
  const sizes = new Map<number, number>()
  world.network.tap = (message) => {
    sizes.set(message.length, (sizes.get(message.length) ?? 0) + 1)
    return message
  }
  const { ana, ben } = await pair(world)
  const count = () => [...sizes.values()].reduce((sum, n) => sum + n, 0)
  const counts = [count()]
  await world.clock.advance(120_000)
  counts.push(count())
  for (const text of ['a', 'b'.repeat(3_000), 'c'.repeat(PROTOCOL.TEXT_BYTES)]) {
    await passing(world, contactOf(ana).send(text))
  }
  await until(world, () => ben.received.length === 3)
  counts.push(count())
  ben.me.on('file', (file) => {
    if (file.stage === 'offered') void contactOf(ben).acceptFile(file.id)
  })
  const tunnel = await passing(world, contactOf(ana).connect())
  await passing(world, tunnel.sendFile(memorySource('f', new Uint8Array(2_000_000))))
  counts.push(count())
  // Each phase did send something, so that the sizes below speak of all four.
  for (const [before, after] of counts.slice(1).map((n, i) => [counts[i], n]))
    expect(after).toBeGreaterThan(before ?? 0)
  expect([...sizes.keys()]).toEqual([PROTOCOL.FRAME_SIZE])
})

test('[T9] control: a message of 4,095 bytes is caught on arrival and ends the tunnel', async () => {
  const { world, ana, ben } = await pair()
  const ends: string[] = []
  const tunnel = await passing(world, contactOf(ben).connect())
  tunnel.on('close', () => ends.push('closed'))
  world.network.tap = (message) => message.subarray(1)
  await passing(world, contactOf(ana).send('cut'))
  world.network.tap = undefined
  await until(world, () => ends.length === 1)
  await until(world, () => ben.received.includes('cut'))
})

test('[T7] a changed bit ends the tunnel; the next one brings what was not acknowledged, once', async () => {
  const { world, ana, ben } = await pair()
  let flipped = 0
  world.network.tap = (message) => {
    if (flipped++ > 0) return message
    const bad = message.slice()
    bad[2_000] = (bad[2_000] ?? 0) ^ 1
    return bad
  }
  await passing(world, contactOf(ana).send('flipped'))
  await until(world, () => ben.received.length > 0)
  await world.clock.advance(60_000)
  expect(ben.received).toEqual(['flipped'])
  expect(flipped).toBeGreaterThan(1)
})

test('[T4] the path is lost for a while and comes back: the tunnel stays, both leave the topics again', async () => {
  const { world, ana, ben } = await pair()
  const tunnel = await passing(world, contactOf(ana).connect())
  const ends: string[] = []
  tunnel.on('close', () => ends.push('closed'))
  world.stopServer()
  world.network.cut()
  const sent = contactOf(ana).send('through the cut')
  await world.clock.advance(20_000)
  world.startServer()
  world.network.heal()
  await passing(world, sent)
  await until(world, () => ben.received.includes('through the cut'))
  await world.clock.advance(60_000)
  expect(world.rendezvous.sockets).toBe(0)
  expect(ends).toEqual([])
})

test('a device that came back from an older copy of its vault is noticed; what is held stays until accepted', async () => {
  const { world, ana, ben } = await pair()
  expect(contactOf(ben).notice).toBe(false)
  await ana.me.lock()
  const copy = structuredClone(ana.device.disk)
  await comeBack(world, ana)
  await until(world, () => contactOf(ana).state === 'connected')
  expect(contactOf(ben).notice).toBe(false)
  await ana.me.lock()
  Object.assign(ana.device.disk, copy)
  await comeBack(world, ana)
  await until(world, () => contactOf(ana).state === 'connected')
  expect(contactOf(ben).notice).toBe(true)
  await passing(world, contactOf(ben).acceptDevices())
  expect(contactOf(ben).notice).toBe(false)
})

test('[V2 V7] the vault opens with the password and no server; a wrong password is said so', async () => {
  const { world, ana } = await pair()
  await passing(world, contactOf(ana).send('kept'))
  await ana.me.lock()
  world.stopServer()
  const solo2 = createSolo2(ana.device.platform())
  const wrong = solo2.unlock({ server: world.server, username: 'ana', password: 'blue kettle 43' })
  await expect(passing(world, wrong)).rejects.toMatchObject({ code: 'wrong_password' })
  await comeBack(world, ana)
  const messages = await contactOf(ana).messages()
  expect(messages.map(({ body }) => body)).toContainEqual({ kind: 'text', text: 'kept' })
})

test('pairing: own code, unknown code, somebody known already', async () => {
  const { world, ana, ben } = await pair()
  await expect(passing(world, ana.me.pair(ana.me.pairingCode))).rejects.toMatchObject({ code: 'own_code' })
  await expect(passing(world, ana.me.pair('00000-00000'))).rejects.toMatchObject({ code: 'wrong_code' })
  const again = await passing(world, ana.me.pair(ben.me.pairingCode))
  expect(again.id).toBe(contactOf(ana).id)
  expect(ana.me.contacts).toHaveLength(1)
  const cleo = await join(world, 'cleo')
  await passing(world, cleo.me.lock())
})
