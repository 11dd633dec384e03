/** Lies on the introduction socket, each with the case that must see it. */
import { DrawTicketsResponse } from '@solo2/proto/account'
import { ClientFrame, RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import type { ServerLie } from './account-lies.js'
import type { Lie } from './lying-proxy.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Each frame of the server through a function, which gives those that the client gets. */
const frames = (change: (frame: ServerFrame) => readonly ServerFrame[]): Lie => ({
  fromServer(data, line) {
    for (const frame of change(ServerFrame.decode(data))) line.toClient(ServerFrame.encode(frame).finish())
  },
})

export const SOCKET_LIES: readonly ServerLie[] = [
  {
    what: 'takes a ticket twice',
    caughtBy: 'server/introduction/ticket-once',
    lie: () => {
      const shown = new Set<string>()
      return {
        fromClient(data, line) {
          const { frame } = typeof data === 'string' ? { frame: undefined } : ClientFrame.decode(data)
          const ticket = frame?.$case === 'open' ? hex(frame.value.admission?.value ?? new Uint8Array(0)) : undefined
          if (ticket === undefined || !shown.has(ticket)) line.toServer(data)
          else line.toClient(ServerFrame.encode({ frame: { $case: 'opened', value: { version: 1 } } }).finish())
          if (ticket !== undefined) shown.add(ticket)
        },
      }
    },
  },
  {
    what: 'marks the tickets of one account',
    caughtBy: 'server/introduction/ticket-unlinked',
    lie: () => ({
      answer(asked, told) {
        if (asked.name !== 'DrawTickets' || told.status !== 200) return told
        const { tickets, lifetime } = DrawTicketsResponse.decode(told.body)
        const marked = tickets.map((ticket) => Uint8Array.of(...new Uint8Array(20).fill(7), ...ticket.subarray(20)))
        return { ...told, body: DrawTicketsResponse.encode({ tickets: marked, lifetime }).finish() }
      },
    }),
  },
  {
    what: 'delivers a signal twice',
    caughtBy: 'server/introduction/relay',
    lie: () => frames((frame) => (frame.frame?.$case === 'delivery' ? [frame, frame] : [frame])),
  },
  {
    what: 'changes a bit of a signal',
    caughtBy: 'server/introduction/relay',
    lie: () =>
      frames((frame) => {
        if (frame.frame?.$case === 'delivery')
          frame.frame.value.signal[4_000] = (frame.frame.value.signal[4_000] ?? 0) ^ 1
        return [frame]
      }),
  },
  {
    what: 'gives a held signal to a second one too',
    caughtBy: 'server/introduction/held',
    lie: () => {
      const kept: ServerFrame[] = []
      let joined = 0
      return frames((frame) => {
        if (frame.frame?.$case === 'delivery') kept.push(frame)
        joined += frame.frame?.$case === 'joined' ? 1 : 0
        return frame.frame?.$case === 'joined' && joined > 4 ? [frame, ...kept.slice(0, 1)] : [frame]
      })
    },
  },
  {
    what: 'tells which account opened a socket',
    caughtBy: 'server/introduction/nameless',
    lie: () => {
      let version = 1
      return frames((frame) => {
        if (frame.frame?.$case === 'opened') frame.frame.value.version = version++
        return [frame]
      })
    },
  },
  {
    what: 'ends a socket by another code than that of the reason',
    caughtBy: 'server/introduction/malformed',
    lie: () => ({ close: (code) => (code === 4_000 + RefusalReason.MALFORMED ? 1_000 : code) }),
  },
  {
    what: 'lets a socket be on more topics',
    caughtBy: 'server/introduction/too-many-topics',
    lie: () =>
      frames((frame) =>
        frame.frame?.$case === 'refusal' ? [{ frame: { $case: 'joined', value: { topics: 257 } } }] : [frame],
      ),
  },
  {
    what: 'says that nobody has a wake token',
    caughtBy: 'server/introduction/wake',
    lie: () => ({ close: (code) => (code === 1_000 ? 4_000 : code) }),
  },
]

/** Each needs the minute that it lies about. */
export const MINUTE_LIES: readonly ServerLie[] = [
  {
    what: 'lets a ticket in that is older than a minute',
    caughtBy: 'server/retention/minute',
    lie: () =>
      frames((frame) =>
        frame.frame?.$case === 'refusal' && frame.frame.value.reason === RefusalReason.TICKET
          ? [{ frame: { $case: 'opened', value: { version: 1 } } }]
          : [frame],
      ),
  },
  {
    what: 'keeps a place for a signal that is older than a minute',
    caughtBy: 'server/retention/minute',
    lie: () => {
      const sent = new Map<string, number>()
      return {
        fromClient(data, line) {
          const { frame } = typeof data === 'string' ? { frame: undefined } : ClientFrame.decode(data)
          const about = frame?.$case === 'send' ? frame.value.topic : undefined
          if (about === undefined) return line.toServer(data)
          const count = (sent.get(hex(about)) ?? 0) + 1
          sent.set(hex(about), count)
          if (count <= 4) return line.toServer(data)
          const refusal = { reason: RefusalReason.HELD_FULL, topic: about, retryAfterMs: 1 }
          line.toClient(ServerFrame.encode({ frame: { $case: 'refusal', value: refusal } }).finish())
        },
      }
    },
  },
]
