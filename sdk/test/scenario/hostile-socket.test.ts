/** Hostile frames on the introduction socket of the real server process (spec/06 sections 3 to 5): counted, typed, survived. */
import { readFile } from 'node:fs/promises'
import { DrawTicketsRequest, DrawTicketsResponse, RegisterRequest, RegisterResponse } from '@solo2/proto/account'
import { ClientFrame, RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { cases } from '../../../tools/cases.js'
import { concat, toBase64url } from '../../src/bytes/bytes.js'
import { PROTOCOL } from '../../src/limits.js'
import { keystream } from '../support/keystream.js'
import { type ServerProcess, startServer } from '../support/server.js'

type Frame = NonNullable<ClientFrame['frame']>
type Answer = NonNullable<ServerFrame['frame']>

const random = keystream('hostile socket')
const below = (bound: number) => ((random(2)[0] ?? 0) * 256 + (random(1)[0] ?? 0)) % bound
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T

let server: ServerProcess
let token: Uint8Array
let tickets: Uint8Array[] = []

beforeAll(async () => {
  const many = '1000000/60'
  server = await startServer({
    SOLO2_LIMIT_TICKETS: many,
    SOLO2_LIMIT_SOCKETS: many,
    SOLO2_LIMIT_CALLS: many,
    // A small heap, so that what is measured is what the server keeps and not what waits to be collected.
    NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=48',
  })
  const wrapped = concat(Uint8Array.of(1, 1, 0, 0), random(76))
  const registered = await call('Register', RegisterRequest, RegisterResponse, {
    username: 'hostile',
    displayName: 'Hostile',
    authKey: random(32),
    wrappedMasterKey: wrapped,
    recoveryFingerprint: random(32),
    versions: [1],
  })
  token = registered.session?.token ?? new Uint8Array(0)
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

async function call<Request, Response>(
  method: string,
  requests: { encode(request: Request): { finish(): Uint8Array } },
  responses: { decode(bytes: Uint8Array): Response },
  request: Request,
): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/proto' }
  if (token !== undefined) headers['authorization'] = `Bearer ${toBase64url(token)}`
  const body = Buffer.from(requests.encode(request).finish())
  const answer = await fetch(`${server.url}/solo2.account.v1.AccountService/${method}`, {
    method: 'POST',
    headers,
    body,
  })
  expect(answer.status, method).toBe(200)
  return responses.decode(new Uint8Array(await answer.arrayBuffer()))
}

async function ticket(): Promise<Uint8Array> {
  if (tickets.length === 0) {
    const drawn = await call('DrawTickets', DrawTicketsRequest, DrawTicketsResponse, { count: 8 })
    tickets = drawn.tickets
  }
  return tickets.pop() as Uint8Array
}

const encode = (frame: Frame): Uint8Array => ClientFrame.encode({ frame }).finish()
const openFrame = (value: Uint8Array, versions = [1]): Frame => ({
  $case: 'open',
  value: { versions, admission: { $case: 'ticket', value } },
})
const flipped = (bytes: Uint8Array): Uint8Array => {
  const out = bytes.slice()
  const at = below(out.length)
  out[at] = (out[at] ?? 0) ^ (1 << below(8))
  return out
}

interface Socket {
  readonly answers: Answer[]
  readonly closed: Promise<number>
  send(bytes: Uint8Array | string): void
  /** Resolves when there are so many answers, or the socket has closed. */
  answered(count: number): Promise<void>
  end(): void
}

function connect(): Promise<Socket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/introduction`, { perMessageDeflate: false })
  const answers: Answer[] = []
  let wake = () => {}
  let isClosed = false
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      isClosed = true
      resolve(code)
      wake()
    })
  })
  socket.on('message', (data: Buffer) => {
    const { frame } = ServerFrame.decode(new Uint8Array(data))
    if (frame !== undefined) answers.push(frame)
    wake()
  })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.on('error', () => {})
      resolve({
        answers,
        closed,
        send: (bytes) => socket.send(bytes),
        async answered(count) {
          while (answers.length < count && !isClosed) {
            await new Promise<void>((next) => {
              wake = next
            })
          }
        },
        end: () => socket.close(),
      })
    })
  })
}

async function admitted(): Promise<Socket> {
  const socket = await connect()
  socket.send(encode(openFrame(await ticket())))
  await socket.answered(1)
  expect(socket.answers.shift()?.$case).toBe('opened')
  return socket
}

// Frames that end a socket

type Reason = (typeof RefusalReason)[keyof typeof RefusalReason]

interface Ending {
  readonly bytes: Uint8Array | string
  readonly reasons: readonly Reason[]
}

const { MALFORMED, TOO_LONG, TICKET, VERSION, ORDER, NOT_JOINED, TOO_MANY_TOPICS, HELD_FULL } = RefusalReason
const LONGEST = 8_192

/** As a first frame, without a good ticket; each ends the socket. */
const ENDINGS: readonly (() => Ending)[] = [
  () => ({ bytes: random(below(600)), reasons: [MALFORMED] }),
  () => ({ bytes: random(LONGEST + 1 + below(4_000)), reasons: [TOO_LONG] }),
  () => {
    const whole = encode(openFrame(random(PROTOCOL.TICKET_SIZE)))
    return { bytes: whole.subarray(0, 1 + below(whole.length - 1)), reasons: [MALFORMED] }
  },
  () => ({
    bytes: flipped(encode(openFrame(random(PROTOCOL.TICKET_SIZE)))),
    reasons: [MALFORMED, TICKET, ORDER, VERSION],
  }),
  () => ({ bytes: encode(openFrame(random(PROTOCOL.TICKET_SIZE))), reasons: [TICKET] }),
  () => ({ bytes: encode(openFrame(random(1 + below(31)))), reasons: [MALFORMED] }),
  // An unknown field, a default written out, a field twice.
  () => ({ bytes: concat(encode(openFrame(random(32))), Uint8Array.of(0x7a, 1, 0)), reasons: [MALFORMED] }),
  () => ({ bytes: concat(Uint8Array.of(0x0a, 0x00), encode(openFrame(random(32)))), reasons: [MALFORMED] }),
  () => ({ bytes: encode({ $case: 'join', value: { topics: [random(16)] } }), reasons: [ORDER] }),
  () => ({ bytes: encode({ $case: 'send', value: { topic: random(16), signal: random(4_096) } }), reasons: [ORDER] }),
  () => ({ bytes: new Uint8Array(0), reasons: [MALFORMED] }),
  () => ({ bytes: 'a text message', reasons: [MALFORMED] }),
]

async function endsOnce(socket: Socket, { bytes, reasons }: Ending): Promise<void> {
  socket.send(bytes)
  const code = await socket.closed
  const [answer, ...more] = socket.answers
  expect(more).toHaveLength(0)
  const reason = answer?.$case === 'refusal' ? answer.value.reason : undefined
  if (reason === undefined || !(reasons as readonly number[]).includes(reason)) {
    expect.fail(`refused by ${reason}, not by one of ${reasons.join()}`)
  }
  expect(code).toBe(4_000 + reason)
}

// Frames that are refused and leave the socket open

const REFUSED: readonly (() => { readonly frame: Frame; readonly reasons: readonly Reason[] })[] = [
  () => ({
    frame: { $case: 'send', value: { topic: random(16), signal: new Uint8Array(4_096) } },
    reasons: [NOT_JOINED],
  }),
  () => ({
    frame: { $case: 'join', value: { topics: Array.from({ length: 256 }, () => random(16)) } },
    reasons: [TOO_MANY_TOPICS],
  }),
]

/** Below the burst that 06-15 allows, so that each refusal has its own reason; then one frame that ends the socket. */
const FRAMES_A_SOCKET = 450
/** Of each thousand; a socket of its own costs more than all that is refused on an open one. */
const SOCKETS_ENDED = 100

async function refusedEach(count: number): Promise<void> {
  const socket = await admitted()
  const own = random(16)
  socket.send(encode({ $case: 'join', value: { topics: [own] } }))
  // The topic holds four signals; the fifth and all after it are one too many.
  for (let n = 0; n < PROTOCOL.TOPIC_HELD; n++) {
    socket.send(encode({ $case: 'send', value: { topic: own, signal: new Uint8Array(4_096) } }))
  }
  const expected: (readonly Reason[])[] = []
  for (let n = 0; n < count - 1; n++) {
    const isHeld = n % 3 === 2
    const heldFull: Frame = { $case: 'send', value: { topic: own, signal: new Uint8Array(4_096) } }
    const { frame, reasons } = isHeld ? { frame: heldFull, reasons: [HELD_FULL] } : pick(REFUSED)()
    expected.push(reasons)
    socket.send(encode(frame))
  }
  await socket.answered(1 + expected.length)
  expect(socket.answers[0]?.$case).toBe('joined')
  const reasons = socket.answers
    .slice(1)
    .map((answer) => (answer.$case === 'refusal' ? answer.value.reason : undefined))
  expect(reasons).toEqual(expected.map(([reason]) => reason))
  socket.answers.length = 0
  await endsOnce(socket, { bytes: encode(openFrame(random(32))), reasons: [ORDER] })
}

// The valid clients

async function talks(): Promise<void> {
  const [ana, ben] = [await admitted(), await admitted()]
  const topic = random(16)
  for (const socket of [ana, ben]) {
    socket.send(encode({ $case: 'join', value: { topics: [topic] } }))
    await socket.answered(1)
  }
  const signal = new Uint8Array(4_096).fill(7)
  ana.send(encode({ $case: 'send', value: { topic, signal } }))
  await ben.answered(2)
  const delivery = ben.answers[1]
  expect(delivery?.$case === 'delivery' && Buffer.from(delivery.value.signal).equals(signal)).toBe(true)
  for (const socket of [ana, ben]) socket.end()
  await Promise.all([ana.closed, ben.closed])
}

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024
}

const AT_ONCE = 16

test('hostile frames on the introduction socket: one typed refusal each, valid clients go on, memory stays', async () => {
  const total = cases('hostile.socket')
  let first = 0
  for (let done = 0; done < total; done += 1_000) {
    await Promise.all([refusedEach(FRAMES_A_SOCKET), refusedEach(FRAMES_A_SOCKET)])
    for (let n = 0; n < SOCKETS_ENDED; n += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, SOCKETS_ENDED - n) }, (_, i) => {
        const make = ENDINGS[(n + i) % ENDINGS.length] as () => Ending
        return connect().then((socket) => endsOnce(socket, make()))
      })
      await Promise.all(batch)
    }
    await talks()
    if (done + 1_000 === 10_000) first = await residentMiB()
  }
  const last = await residentMiB()
  console.log(`resident after 10,000: ${first.toFixed(1)} MiB, after ${total}: ${last.toFixed(1)} MiB`)
  expect(Math.abs(last - first)).toBeLessThan(32)
}, 1_200_000)

test('control: a good first frame is no hostile one', async () => {
  const socket = await connect()
  const good = { bytes: encode(openFrame(await ticket())), reasons: [TICKET] }
  const ended = endsOnce(socket, good)
  await socket.answered(1)
  expect(socket.answers[0]?.$case).toBe('opened')
  socket.end()
  await expect(ended).rejects.toThrow()
})
