/** A client of the introduction socket that sends whatever a case wants and keeps what comes back. */
import { ClientFrame, type RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import WebSocket from 'ws'
import { same } from '../../literal/bytes.js'
import { Broken, ensureKept, Untestable } from '../../src/case.js'
import { attempt } from './calls.js'
import { person } from './people.js'
import { random, type ServerSubject } from './subject.js'

type Sent = NonNullable<ClientFrame['frame']>
type Received = NonNullable<ServerFrame['frame']>

/** Nothing for so long is nothing, in milliseconds. */
const PATIENCE_MS = 10_000
const SIGNAL_BYTES = 4_096
const CLOSE_BASE = 4_000

export interface Visit {
  readonly socket: WebSocket
  /** Headers of the answer to the upgrade. */
  readonly upgrade: Readonly<Record<string, string>>
  frame(frame: Sent): void
  bytes(data: Uint8Array | string): void
  /** The next frame; `Broken` if the socket ends or nothing comes. */
  next(): Promise<Received>
  /** The next frame, which must be of this kind. */
  expect<Kind extends Received['$case']>(kind: Kind): Promise<Extract<Received, { $case: Kind }>['value']>
  /** Everything that comes before the answer to a Join of a topic that is joined already: what was sent before it was handled. */
  settled(topic: Uint8Array): Promise<Received[]>
  /** Resolves with the close code. */
  ended(): Promise<number>
  end(): Promise<void>
}

function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Broken(`${what} did not come within ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

function decoded(data: Uint8Array): Received {
  let frame: Received | undefined
  try {
    const message = ServerFrame.decode(data)
    frame = message.frame
    ensureKept(same(ServerFrame.encode(message).finish(), data), 'a frame of the server that is not canonical')
  } catch (error) {
    if (error instanceof Broken) throw error
    throw new Broken('a frame of the server that is no ServerFrame')
  }
  ensureKept(frame !== undefined, 'an empty frame of the server')
  return frame
}

/** A socket that has shown nothing yet. */
export async function connect(subject: ServerSubject): Promise<Visit> {
  const url = `${subject.origin.replace(/^http/, 'ws')}/v1/introduction`
  const socket = new WebSocket(url, { maxPayload: 1 << 20, perMessageDeflate: false })
  const frames: Uint8Array[] = []
  let wake = () => {}
  let over = false
  let upgrade: Record<string, string> = {}
  socket.on('upgrade', ({ headers }) => {
    upgrade = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  })
  socket.on('message', (data: Buffer) => {
    frames.push(new Uint8Array(data))
    wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      over = true
      wake()
      resolve(code)
    })
  })
  await within(
    PATIENCE_MS,
    'the introduction socket',
    new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.on('error', (error) => reject(new Broken(`the introduction socket: ${error.message}`)))
    }),
  )
  subject.endings.push(async () => socket.terminate())
  const take = async (): Promise<Received> => {
    for (;;) {
      const data = frames.shift()
      if (data !== undefined) return decoded(data)
      if (over) throw new Broken(`the introduction socket was closed with ${await closed}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const visit: Visit = {
    socket,
    upgrade,
    frame: (frame) => visit.bytes(ClientFrame.encode({ frame }).finish()),
    bytes: (data) => socket.send(data),
    next: () => within(PATIENCE_MS, 'a frame of the server', take()),
    async expect(kind) {
      const frame = await visit.next()
      const told = frame.$case === 'refusal' ? `a refusal, reason ${frame.value.reason}` : frame.$case
      ensureKept(frame.$case === kind, `${told} came, and ${kind} was due`)
      return frame.value as never
    },
    async settled(topic) {
      visit.frame({ $case: 'join', value: { topics: [topic] } })
      const seen: Received[] = []
      for (let frame = await visit.next(); frame.$case !== 'joined'; frame = await visit.next()) seen.push(frame)
      return seen
    },
    ended: () => within(PATIENCE_MS, 'the end of the socket', closed),
    async end() {
      socket.close()
      await visit.ended()
    },
  }
  return visit
}

/** Who draws tickets; each may draw some an hour only. */
const DRAWERS = ['ann', 'bob', 'cat'] as const
const turns = new WeakMap<ServerSubject, number>()

/** Fresh admission tickets, of one of the run's people. */
export async function tickets(subject: ServerSubject, count: number): Promise<Uint8Array[]> {
  const first = turns.get(subject) ?? 0
  turns.set(subject, first + 1)
  for (const [at] of DRAWERS.entries()) {
    const { token } = await person(subject, DRAWERS[(first + at) % DRAWERS.length] ?? 'ann')
    const { response, refusal } = await attempt(subject, 'drawTickets', { count }, token)
    if (response !== undefined) {
      ensureKept(response.tickets.length === count, `${response.tickets.length} tickets came, and ${count} were due`)
      return response.tickets
    }
    ensureKept(refusal.code === 'rate_limited', `DrawTickets was refused: ${refusal.code}`)
  }
  throw new Untestable('nobody of this run may draw another ticket in this hour')
}

export async function ticket(subject: ServerSubject): Promise<Uint8Array> {
  return (await tickets(subject, 1))[0] as Uint8Array
}

export function openFrame(shown: Uint8Array, versions: readonly number[] = [1]): Sent {
  return { $case: 'open', value: { versions: [...versions], admission: { $case: 'ticket', value: shown } } }
}

/** A socket that was admitted. */
export async function admitted(subject: ServerSubject): Promise<Visit> {
  const visit = await connect(subject)
  visit.frame(openFrame(await ticket(subject)))
  await visit.expect('opened')
  return visit
}

/** One that is on these topics, each of them joined by it now. */
export async function on(subject: ServerSubject, ...topics: readonly Uint8Array[]): Promise<Visit> {
  const visit = await admitted(subject)
  visit.frame({ $case: 'join', value: { topics: [...topics] } })
  const joined = await visit.expect('joined')
  ensureKept(joined.topics === topics.length, `Joined tells ${joined.topics} topics, not ${topics.length}`)
  return visit
}

export function sendFrame(topic: Uint8Array, signal: Uint8Array): Sent {
  return { $case: 'send', value: { topic, signal } }
}

/** A signal by its looks: what it holds is for its recipient only, so that any bytes will do. */
export function signal(): Uint8Array {
  return random(SIGNAL_BYTES)
}

export function topic(): Uint8Array {
  return random(16)
}

/** The next frame is this refusal; it leaves the socket open. */
export async function expectRefusal(visit: Visit, reason: RefusalReason, about?: Uint8Array): Promise<number> {
  const refusal = await visit.expect('refusal')
  ensureKept(refusal.reason === reason, `refused for reason ${refusal.reason}, and ${reason} was due`)
  if (about !== undefined) ensureKept(same(refusal.topic, about), 'the refusal is about another topic')
  return refusal.retryAfterMs
}

/** The next frame is this refusal, and the socket ends with the code that belongs to it (06-17). */
export async function expectEnd(
  visit: Visit,
  reason: RefusalReason,
  code: number = CLOSE_BASE + reason,
): Promise<void> {
  await expectRefusal(visit, reason)
  const seen = await visit.ended()
  ensureKept(seen === code, `closed with ${seen}, and ${code} was due`)
}

/** The delivery of just this comes next. */
export async function expectDelivery(visit: Visit, about: Uint8Array, sent: Uint8Array): Promise<void> {
  const delivery = await visit.expect('delivery')
  ensureKept(same(delivery.topic, about), 'a delivery on another topic')
  ensureKept(same(delivery.signal, sent), 'the signal that came is not byte for byte the one that was sent')
}
