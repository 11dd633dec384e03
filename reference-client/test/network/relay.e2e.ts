/**
 * What a mirror sees and writes of two people who go through nothing else (spec/02 section 6): every packet at its interface,
 * recorded whole, and all that coturn wrote with the configuration that is shipped.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createScanner, type Pattern } from '../../../sdk/test/support/scan.js'
import { formsOf } from '../../../sdk/test/support/search.js'
import { makeAuthority } from '../../../tools/lab/certificates.js'
import { inside, run } from '../../../tools/lab/namespaces.js'
import { type Datagram, record, WHOLE } from '../../../tools/lab/recording.js'
import { ORIGIN, type Services, startServices } from '../../../tools/lab/services.js'
import { credentialNames } from '../../../tools/lab/turn.js'
import { MIRROR_ADDRESS, makeWorld, NAMES, ROUTER_OF_ANA, type World } from '../../../tools/lab/world.js'
import type { Facts, MirroredCalls } from './mirrored.js'
import { startCalls } from './person.js'
import { describeRenewal } from './renewal.js'

const SCRIPT = fileURLToPath(new URL('mirrored.ts', import.meta.url))
const TEXT = 'the otter sleeps under the third bridge'
const FILE = 'only two people know where the river ends'
const FILE_NAME = 'otter-map.txt'
const FILE_BYTES = 300_000
/** UDP payloads below this are ICE's, TURN's and acknowledgements of SCTP; a frame's last packet is larger. */
const LEAST_DATA = 300
/** Longer than SCTP waits with an acknowledgement. */
const QUIET_MS = 500
/** Of ICE's checks and TURN's refreshes, which never end. */
const QUIET_BYTES = 600

let folder: string
let world: World
let services: Services
let stop: () => Promise<Datagram[]>
let ana: MirroredCalls
let ben: MirroredCalls
const cleanUp: (() => unknown)[] = []
let facts: Facts[]
let identities: string[]
/** Unix seconds from which to which each doing lasted. */
const doings = new Map<string, readonly [from: number, to: number]>()
let packets: Datagram[] = []

const seconds = () => Date.now() / 1_000

/** Until next to nothing comes to the mirror: only then is a frame alone. */
async function quiet(): Promise<void> {
  for (let before = -QUIET_BYTES, now = 0; now - before >= QUIET_BYTES; ) {
    before = world.mirrored()
    await wait(QUIET_MS)
    now = world.mirrored()
  }
}

async function during(name: string, doing: () => Promise<unknown>): Promise<void> {
  const from = seconds()
  await doing()
  await quiet()
  doings.set(name, [from, seconds()])
}

/** Lengths of the packets with data of one doing, in order, for each way in and out of the mirror. */
function lengthsOf(name: string): Record<string, number[]> {
  const [from = 0, to = 0] = doings.get(name) ?? []
  const ways: Record<string, number[]> = {}
  for (const { at, length, from: sender, to: receiver } of packets) {
    if (at < from || at > to || length < LEAST_DATA) continue
    const way = `${sender} ${receiver}`
    ways[way] = [...(ways[way] ?? []), length]
  }
  return ways
}

/** Lengths that are more than one in a hundred, for each way. */
function usualLengths(name: string): Record<string, number[]> {
  const usual = ([way, lengths]: [string, number[]]) => {
    const isUsual = (length: number) => lengths.filter((one) => one === length).length > lengths.length / 100
    return [way, [...new Set(lengths)].filter(isUsual).sort((a, b) => a - b)]
  }
  return Object.fromEntries(Object.entries(lengthsOf(name)).map(usual))
}

const of = (kind: string, secret: Uint8Array) => formsOf(secret).map((bytes): Pattern => ({ kind, bytes }))

function names(): Pattern[] {
  const all = facts.flatMap((person) => Object.entries(person).flatMap(([kind, text]) => of(kind, Buffer.from(text))))
  return [...all, ...identities.flatMap((id) => of('identity', Buffer.from(id, 'hex')))]
}

function canaries(): Pattern[] {
  const contents = { text: TEXT, file: FILE, 'file name': FILE_NAME }
  return [...names(), ...Object.entries(contents).flatMap(([kind, text]) => of(kind, Buffer.from(text)))]
}

/** Kinds of what is found. */
function foundIn(records: Iterable<Uint8Array>, patterns: readonly Pattern[]): string[] {
  const scanner = createScanner(patterns)
  for (const bytes of records) if (bytes.length > 4) scanner.bytes(bytes)
  return [...scanner.found.counts.keys()]
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'solo2-relay-'))
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }))
  world = makeWorld('behind-routers')
  cleanUp.push(() => world[Symbol.dispose]())
  const authority = makeAuthority(join(folder, 'authority'), Object.values(NAMES))
  services = await startServices(world, { folder, authority })
  cleanUp.push(() => services[Symbol.asyncDispose]())
  const file = join(folder, 'packets.pcap')
  const recording = await record(world.mirror, 'wan', file, WHOLE)
  stop = recording.stop
  const person = async (who: 'ana' | 'ben') => {
    const args = [SCRIPT, join(folder, who)]
    const started = await startCalls<MirroredCalls>(world.people[who], args, { NODE_EXTRA_CA_CERTS: authority.root })
    cleanUp.push(() => started[Symbol.asyncDispose]())
    return started
  }
  const people = await Promise.all([person('ana'), person('ben')])
  ana = people[0].calls
  ben = people[1].calls
  facts = await Promise.all([ana.register(ORIGIN, 'ana-otter'), ben.register(ORIGIN, 'ben-otter')])
  identities = await Promise.all([ana.pair(facts[1]?.pairingCode ?? ''), ben.accept()])
  expect(await ana.path()).toBe('mirror')

  await quiet()
  const texts = { one: 'a', many: TEXT, most: TEXT.repeat(30) }
  for (const [name, text] of Object.entries(texts)) await during(name, () => ana.say(text))
  await during('file', () => ana.sendFile(FILE_NAME, FILE, FILE_BYTES))
  await during('zeros', () => ana.sendFile('zeros.bin', '\0', FILE_BYTES))
  expect(await ben.heard()).toEqual(Object.values(texts))
  await ana.cutNext(TEXT.length)
  const from = seconds()
  await expect(ana.say(TEXT)).rejects.toThrow('the tunnel ended')
  doings.set('cut', [from, seconds()])
  const planted = inside(world.people.ana, 'bash', '-c', `echo '${TEXT}' > /dev/udp/${MIRROR_ADDRESS}/9`)
  run(planted[0] ?? '', planted.slice(1))
  // The recorder is behind: what came before this is in the file when this is.
  await vi.waitUntil(() => readFileSync(file).includes(TEXT), { timeout: 30_000, interval: 200 })
  packets = await stop()
})

afterAll(async () => {
  for (let last = cleanUp.pop(); last !== undefined; last = cleanUp.pop()) await last()
})

describe('[T8] at the mirror', () => {
  test('no packet holds a text, a file, its name or anything of the two, in whatever encoding', () => {
    const sent = packets.filter(({ toPort }) => toPort !== 9).map(({ payload }) => payload)
    expect(sent.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(4 * FILE_BYTES)
    expect(foundIn(sent, canaries())).toEqual([])
  })

  test('control: a text that leaves in clear is found', () => {
    const all = packets.map(({ payload }) => payload)
    expect(foundIn(all, canaries())).toEqual(['text'])
  })

  test('[T9] a text is one sequence of packet lengths, whatever it says, and so is its receipt', () => {
    const one = lengthsOf('one')
    // In from each of the two, and out to each.
    expect(Object.keys(one)).toHaveLength(4)
    for (const lengths of Object.values(one)) expect(lengths.length).toBeGreaterThan(1)
    expect(lengthsOf('many')).toEqual(one)
    expect(lengthsOf('most')).toEqual(one)
  })

  test('[T9] two files of one size, of text and of zeros, are packets of the same lengths', () => {
    expect(Object.values(usualLengths('file')).flat().length).toBeGreaterThan(3)
    expect(usualLengths('file')).toEqual(usualLengths('zeros'))
  })

  test('control: a frame that is cut by what it says is another sequence', () => {
    const way = ([from]: readonly [string, number[]]) => from.startsWith(`${ROUTER_OF_ANA} `)
    const [, whole = []] = Object.entries(lengthsOf('one')).find(way) ?? []
    const [, cut = []] = Object.entries(lengthsOf('cut')).find(way) ?? []
    expect(cut.length).toBeGreaterThanOrEqual(whole.length)
    expect(cut.slice(0, whole.length)).not.toEqual(whole)
  })

  test('user names are an end and a random fingerprint; what coturn wrote names nobody, and none of them', () => {
    const users = credentialNames(packets)
    expect(users.size, 'each of the two has one').toBeGreaterThanOrEqual(2)
    for (const user of users) expect(user).toMatch(/^\d{10}:[A-Za-z0-9_-]{22}$/)
    const written = services.mirrorWrote()
    expect(written).toContain('Relay ports initialization done')
    const unnamed = [...users].flatMap((user) => of('credential', Buffer.from(user.slice(user.indexOf(':') + 1))))
    expect(foundIn([Buffer.from(written, 'latin1')], [...names(), ...unnamed])).toEqual([])
    const planted = Buffer.from(`${written}\nsession of ${facts[0]?.username}`)
    expect(foundIn([planted], names())).toContain('username')
  })
})

// The server takes no life below half a minute.
if (process.env['TEST_LONG'] === '1') {
  describeRenewal(['node', 'node'])
  describeRenewal(['chromium', 'node'])
  describeRenewal(['chromium', 'chromium'])
}
