/** A wake against servers that do not what they should. */
import { ClientFrame, RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { expect, test } from 'vitest'
import type { SignalingEvents } from '../ports/signaling.js'
import { createWorld } from '../testing.js'
import { createWakeSocket } from './wake-socket.js'

type Answer = NonNullable<ServerFrame['frame']>
const TOKEN = new Uint8Array(32).fill(7)
const TICKET = new Uint8Array(32).fill(9)
const OPENED: Answer = { $case: 'opened', value: { version: 1 } }
const WOKEN: Answer = { $case: 'woken', value: {} }

/** `answer` says what comes back for a frame: an answer, bytes, silence, or the socket's end. */
function setUp(answer: (sent: string) => Answer | Uint8Array | 'end' | undefined) {
  const world = createWorld()
  const sent: NonNullable<ClientFrame['frame']>[] = []
  let sockets = 0
  const wakeSocket = createWakeSocket({
    host: world.device('ana').platform().host,
    url: 'wss://solo2.test/v1/introduction',
    drawTicket: async () => TICKET,
    signaling: {
      open(_url, events: SignalingEvents) {
        sockets += 1
        let ended = false
        const end = () => {
          if (!ended) queueMicrotask(() => events.onClose())
          ended = true
        }
        queueMicrotask(() => events.onOpen())
        return {
          send(bytes) {
            const { frame } = ClientFrame.decode(bytes)
            if (frame === undefined) throw new Error('empty')
            sent.push(frame)
            const reply = answer(frame.$case)
            if (reply === 'end') return end()
            if (reply === undefined) return
            const frameBytes = reply instanceof Uint8Array ? reply : ServerFrame.encode({ frame: reply }).finish()
            queueMicrotask(() => events.onFrame(frameBytes))
          },
          close: end,
        }
      },
    },
  })
  const result = async (still = () => true) => {
    let settled: string | undefined
    wakeSocket.wake(TOKEN, still).then(
      () => {
        settled = 'told'
      },
      (error: { code: string }) => {
        settled = error.code
      },
    )
    for (let i = 0; i < 60 && settled === undefined; i++) await world.clock.advance(500)
    return settled
  }
  return { world, sent, wakeSocket, result, sockets: () => sockets }
}

test('shows its ticket, says the token, and is done', async () => {
  const { sent, result } = setUp((frame) => (frame === 'open' ? OPENED : WOKEN))
  expect(await result()).toBe('told')
  expect(sent).toEqual([
    { $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: TICKET } } },
    { $case: 'wake', value: { token: TOKEN } },
  ])
})

test('tells apart a refusal, rubbish, an early end and silence; each ends', async () => {
  const refusal: Answer = {
    $case: 'refusal',
    value: { reason: RefusalReason.TICKET, topic: new Uint8Array(0), retryAfterMs: 0 },
  }
  for (const [name, answer, code] of [
    ['an early end', () => 'end', 'server_away'],
    ['silence', () => undefined, 'server_away'],
    ['silence after Opened', (frame: string) => (frame === 'open' ? OPENED : undefined), 'server_away'],
    ['rubbish', () => Uint8Array.of(1, 2, 3), 'malformed'],
  ] as const) {
    expect(await setUp(answer as never).result(), name).toBe(code)
  }
  // A server that refuses closes behind it; the client waits no longer than for any answer.
  expect(await setUp(() => refusal).result()).toBe('ticket_refused')
})

test('opens no socket for who came meanwhile, nor once the account is locked', async () => {
  const late = setUp(() => OPENED)
  expect(await late.result(() => false)).toBe('told')
  expect(late.sockets()).toBe(0)

  const locked = setUp((frame) => (frame === 'open' ? OPENED : undefined))
  const waiting = locked.wakeSocket.wake(TOKEN, () => true)
  locked.wakeSocket.close()
  await locked.world.clock.advance(5_000)
  await waiting
  expect(locked.sockets()).toBe(0)

  const cut = setUp((frame) => (frame === 'open' ? OPENED : undefined))
  const under = expect(cut.wakeSocket.wake(TOKEN, () => true)).rejects.toMatchObject({ code: 'closed' })
  await cut.world.clock.advance(4_000)
  expect(cut.sent).toHaveLength(2)
  cut.wakeSocket.close()
  await under
})
