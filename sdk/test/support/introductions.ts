/** Introductions over real sockets whose every byte can be recognised: marked topics and signals, known addresses. */
import { randomBytes } from 'node:crypto'
import { AccountServiceDefinition } from '@solo2/proto/account-service'
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import { WebSocket } from 'ws'
import type { Pattern } from './scan.js'
import { formsOf } from './search.js'

/** Loopback addresses that nothing else uses. */
const ADDRESSES = ['127.77.88.99', '127.201.3.77', '127.66.5.213', '127.91.177.14'] as const
const TOPICS = 16

/** In each signal every 16 bytes, in each topic at both ends, so that no piece of one goes unseen. */
const SIGNAL_MARK = randomBytes(8)
const TOPIC_MARKS = [randomBytes(6), randomBytes(6)] as const

const topic = () => Buffer.concat([TOPIC_MARKS[0], randomBytes(4), TOPIC_MARKS[1]])
const signal = () => Buffer.concat(Array.from({ length: 256 }, () => Buffer.concat([SIGNAL_MARK, randomBytes(8)])))

type Frame = NonNullable<ServerFrame['frame']>

/** One call of the account plane in protobuf. */
export async function call<Name extends 'register' | 'drawTickets'>(
  port: number,
  name: Name,
  body: Uint8Array,
  token?: Uint8Array,
): Promise<Uint8Array> {
  const { fullName, methods } = AccountServiceDefinition
  const response = await fetch(`http://127.0.0.1:${port}/${fullName}/${methods[name].name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/proto',
      ...(token && { authorization: `Bearer ${Buffer.from(token).toString('base64url')}` }),
    },
    body: Buffer.from(body),
  })
  if (response.status !== 200) throw new Error(`${name}: ${response.status} ${await response.text()}`)
  return new Uint8Array(await response.arrayBuffer())
}

interface Member {
  next(): Promise<Frame>
  send(frame: NonNullable<ClientFrame['frame']>): void
  leave(): Promise<void>
}

async function member(port: number, address: string, ticket: Uint8Array, meeting: Uint8Array): Promise<Member> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/introduction`, { localAddress: address })
  const frames: Frame[] = []
  const takers: ((frame: Frame) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const { frame } = ServerFrame.decode(data)
    if (frame === undefined) throw new Error('an empty frame')
    const taker = takers.shift()
    if (taker === undefined) frames.push(frame)
    else taker(frame)
  })
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const next = () => {
    const frame = frames.shift()
    return frame === undefined ? new Promise<Frame>((resolve) => takers.push(resolve)) : Promise.resolve(frame)
  }
  const send: Member['send'] = (frame) => socket.send(ClientFrame.encode({ frame }).finish())
  send({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: ticket } } })
  const opened = await next()
  send({ $case: 'join', value: { topics: [meeting, ...Array.from({ length: TOPICS - 1 }, topic)] } })
  const joined = await next()
  if (opened.$case !== 'opened' || joined.$case !== 'joined') throw new Error(`${opened.$case}, ${joined.$case}`)
  return {
    next,
    send,
    leave: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve())
        socket.close()
      }),
  }
}

/** Two sockets meet: a held Hello, three signals that are passed on, and both go. `port`: of each side's server. */
export async function introduce(
  port: number | readonly [number, number],
  index: number,
  tickets: readonly Uint8Array[],
): Promise<void> {
  const meeting = topic()
  const ports = typeof port === 'number' ? ([port, port] as const) : port
  const enter = (side: 0 | 1) =>
    member(ports[side], ADDRESSES[(index + side) % 4] as string, tickets[side] as Uint8Array, meeting)
  const say = (who: Member) => who.send({ $case: 'send', value: { topic: meeting, signal: signal() } })
  const first = await enter(0)
  say(first)
  const second = await enter(1)
  await second.next()
  say(second)
  await first.next()
  say(first)
  await second.next()
  say(second)
  await first.next()
  await Promise.all([first.leave(), second.leave()])
}

/** A socket that has sent a signal, which waits for who comes second. */
export async function hold(port: number, ticket: Uint8Array): Promise<{ leave(): Promise<void> }> {
  const meeting = topic()
  const first = await member(port, ADDRESSES[0], ticket, meeting)
  first.send({ $case: 'send', value: { topic: meeting, signal: signal() } })
  // Answered when the signal before it has been dealt with.
  first.send({ $case: 'join', value: { topics: [meeting] } })
  await first.next()
  return first
}

/** What must not be found. `raw` addresses are 4 bytes, which an image may hold by chance: they are counted apart. */
export function patternsOf(tickets: readonly Uint8Array[]): Pattern[] {
  const of = (kind: string, secret: Uint8Array) => formsOf(secret).map((bytes): Pattern => ({ kind, bytes }))
  const pieces = tickets.flatMap((ticket) => [0, 8, 16, 24].map((at) => ticket.subarray(at, at + 8)))
  return [
    ...of('signal', SIGNAL_MARK),
    ...TOPIC_MARKS.flatMap((mark) => of('topic', mark)),
    ...pieces.flatMap((piece) => of('ticket', piece)),
    ...ADDRESSES.flatMap((address) => [
      ...of('address', Buffer.from(address)),
      { kind: 'address, 4 bytes', bytes: Uint8Array.from(address.split('.'), Number) },
    ]),
  ]
}

/** For the control: bytes as an introduction leaves them where nobody overwrites. */
export const leftovers = (): Buffer => Buffer.concat([topic(), signal(), Buffer.from(ADDRESSES[0])])
