/**
 * What an observer of the wire sees of a tunnel (spec/09): two hosts as network namespaces, a real server, two processes on
 * the SDK, a capture on the link between them. Needs root.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PersonCalls } from '../../../tools/demo/person.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const NAMES = { ana: `s2a${process.pid}`, ben: `s2b${process.pid}` }
const ADDRESSES = { ana: '198.51.100.1', ben: '198.51.100.2' }
const LINK = { ana: 'wa', ben: 'wb' }

interface Packet {
  readonly from: 'ana' | 'ben'
  /** Bytes of UDP payload. */
  readonly length: number
}

let folder: string
let server: ChildProcess
let capture: ChildProcess
const packets: Packet[] = []
let lastPacketAt = 0
const people = {} as { ana: Person; ben: Person }

interface Person {
  readonly child: ChildProcess
  readonly calls: PersonCalls
}

const ip = (...args: string[]) => execFileSync('ip', args)
const inside = (who: 'ana' | 'ben', ...command: string[]) => ['netns', 'exec', NAMES[who], ...command]

function start(who: 'ana' | 'ben'): Person {
  const script = join(ROOT, 'tools/demo/person.ts')
  const child = spawn('ip', inside(who, process.execPath, '--import', 'tsx', '--conditions=source', script), {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let next = 1
  child.on('message', ({ id = 0, value, error }: { id?: number; value?: unknown; error?: string }) => {
    const waiting = pending.get(id)
    pending.delete(id)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(error))
  })
  const calls = new Proxy({} as PersonCalls, {
    get:
      (_, call) =>
      (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          pending.set(next, { resolve, reject })
          child.send({ id: next++, call, args })
        }),
  })
  return { child, calls }
}

/** ICE's own checks are in clear and tell themselves by the magic cookie (RFC 8489 section 5). */
const isStun = (payload: string) => payload.slice(8, 16) === '2112a442'

async function startCapture(): Promise<void> {
  const fields = ['-T', 'fields', '-e', 'ip.src', '-e', 'udp.payload']
  capture = spawn('ip', inside('ana', 'tshark', '-i', LINK.ana, '-l', '-n', '-f', 'udp', ...fields), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  capture.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      const [source, payload = ''] = line.split('\t')
      if (isStun(payload)) continue
      packets.push({ from: source === ADDRESSES.ana ? 'ana' : 'ben', length: payload.length / 2 })
      lastPacketAt = performance.now()
    }
  })
  await new Promise<void>((resolve) => {
    capture.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Capturing')) resolve()
    })
  })
}

/** Longer than the capture holds packets back. */
const QUIET_MS = 2_500

/** Until the capture has shown nothing for a while, ICE's checks left aside: only then is a frame alone. */
async function quiet(): Promise<void> {
  do {
    await new Promise((resolve) => setTimeout(resolve, 100))
  } while (performance.now() - lastPacketAt < QUIET_MS)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-wire-'))
  for (const who of ['ana', 'ben'] as const) ip('netns', 'add', NAMES[who])
  ip('link', 'add', LINK.ana, 'netns', NAMES.ana, 'type', 'veth', 'peer', 'name', LINK.ben, 'netns', NAMES.ben)
  for (const who of ['ana', 'ben'] as const) {
    const other = who === 'ana' ? 'ben' : 'ana'
    ip('-n', NAMES[who], 'link', 'set', 'lo', 'up')
    ip('-n', NAMES[who], 'addr', 'add', `${ADDRESSES[who]}/24`, 'dev', LINK[who])
    ip('-n', NAMES[who], 'link', 'set', LINK[who], 'up')
    ip('-n', NAMES[who], 'route', 'add', 'default', 'via', ADDRESSES[other])
  }
  server = spawn('ip', inside('ana', process.execPath, join(ROOT, 'reference-server/dist/main.js')), {
    env: {
      ...process.env,
      SOLO2_HOST: ADDRESSES.ana,
      SOLO2_PORT: '8470',
      SOLO2_STUN_PORT: 'off',
      SOLO2_DATA: join(folder, 'server'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    server.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve()
    })
  })
  await startCapture()
  const codes: Record<string, string> = {}
  for (const who of ['ana', 'ben'] as const) {
    people[who] = start(who)
    const { code } = await people[who].calls.register({
      server: `http://${ADDRESSES.ana}:8470`,
      username: who,
      password: 'blue kettle 42',
      displayName: who,
      folder: join(folder, who),
      downloads: join(folder, who, 'downloads'),
    })
    codes[who] = code
  }
  await Promise.all([people.ana.calls.pair(codes['ben'] ?? ''), people.ben.calls.acceptFirstRequest()])
  await Promise.all([people.ana.calls.connect(), people.ben.calls.connect()])
  const gone = once(server, 'exit')
  server.kill('SIGKILL')
  await gone
  // The packets that set the tunnel up have been told of before the first frame alone is sent.
  await shown(0)
})

afterAll(async () => {
  for (const child of [people.ana?.child, people.ben?.child, server, capture]) child?.kill('SIGKILL')
  for (const name of Object.values(NAMES)) {
    try {
      ip('netns', 'del', name)
    } catch {
      // It was not made.
    }
  }
  await rm(folder, { recursive: true, force: true })
})

/** Below this, UDP payloads are acknowledgements of SCTP alone; a frame's last packet is larger. */
const LEAST_DATA = 300

/** Until the capture has told of a packet with data after the first `before` packets. */
async function shown(before: number): Promise<void> {
  while (!packets.slice(before).some(({ length }) => length >= LEAST_DATA)) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Lengths of the packets with data that one action made, by direction. */
async function lengthsOf(action: () => Promise<unknown>): Promise<{ ana: number[]; ben: number[] }> {
  await quiet()
  const before = packets.length
  await action()
  await shown(before)
  await quiet()
  const made = packets.slice(before).filter(({ length }) => length >= LEAST_DATA)
  const by = (who: 'ana' | 'ben') => made.filter(({ from }) => from === who).map(({ length }) => length)
  return { ana: by('ana'), ben: by('ben') }
}

test('[T9] frames sent alone give one sequence of packet lengths, whatever they carry', async () => {
  const texts = ['a', 'b'.repeat(100), 'c'.repeat(1_400)]
  const seen: { ana: number[]; ben: number[] }[] = []
  for (const text of texts) seen.push(await lengthsOf(() => people.ana.calls.sendTexts(text, 1)))
  // A frame is four packets here, as its receipt is the other way.
  const [first] = seen
  expect(first?.ana.length).toBeGreaterThan(1)
  expect(first?.ben).toEqual(first?.ana)
  for (const lengths of seen) expect(lengths).toEqual(first)

  // Silence, until a heartbeat of either side comes alone: the same sequence.
  const before = packets.length
  await shown(before)
  await quiet()
  const idle = packets.slice(before).filter(({ length }) => length >= LEAST_DATA)
  const heartbeat = idle.filter(({ from }) => from === idle[0]?.from).map(({ length }) => length)
  expect(heartbeat.slice(0, first?.ana.length)).toEqual(first?.ana)
}, 240_000)

test('[T9] control: another size gives another sequence', async () => {
  const frame = await lengthsOf(() => people.ana.calls.sendTexts('d', 1))
  const longer = await lengthsOf(() => people.ana.calls.sendTexts('e'.repeat(9_000), 1))
  expect(longer.ana).not.toEqual(frame.ana)
}, 240_000)

test('[T9] two files of equal size, zeros and random, give packets of the same lengths', async () => {
  const sets: number[][] = []
  for (const [name, content] of [
    ['zeros', Buffer.alloc(1_000_000)],
    ['random', Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)).buffer)],
  ] as const) {
    const whole = Buffer.alloc(1_000_000)
    for (let at = 0; at < whole.length; at += content.length) content.copy(whole, at)
    const path = join(folder, `${name}.bin`)
    await writeFile(path, whole)
    const lengths = await lengthsOf(() => Promise.all([people.ana.calls.sendFile(path), people.ben.calls.acceptFile()]))
    sets.push([...new Set(lengths.ana)].sort((a, b) => a - b))
  }
  expect(sets[0]).toEqual(sets[1])
}, 240_000)
