/** The introduction plane in memory: the server's rules for topics and held signals (spec/06), over a network for tests. */
import { ClientFrame, RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { toHex } from '../../bytes/bytes.js'
import { decodeCanonical, encode } from '../../bytes/canonical.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import type { Signaling, SignalingEvents } from '../../ports/signaling.js'
import type { Clock } from './clock.js'

const VERSION = 1

/** The introduction plane of a server, in memory. */
export interface MemoryRendezvous {
  readonly signaling: Signaling
  /** `count` fresh tickets, each good once and for PROTOCOL.TICKET_SECONDS. */
  issueTickets(count: number): Uint8Array[]
  /** One way, in milliseconds. 0 delivers in the next microtask. */
  delayMs: number
  /** Decides on each delivery: pass it on, lose it, or put it behind the socket's next one. */
  fate: ((signal: Uint8Array, topic: Uint8Array) => 'pass' | 'lose' | 'swap') | undefined
  /** Everything that clients sent, as it was on the wire. Nothing is kept unless this is an array. */
  recorded: Uint8Array[] | undefined
  /** The server is gone: every socket closes, none opens. Topics and held signals are lost, as in its RAM. */
  stop(): void
  /** Sockets can be opened again. */
  start(): void
  readonly sockets: number
  /** Told of each Wake's token. */
  onWake: ((token: Uint8Array) => void) | undefined
}

interface Member {
  readonly events: SignalingEvents
  stage: 'connecting' | 'connected' | 'open' | 'closed'
  readonly topics: Set<string>
  joined: boolean
  readonly outgoing: Uint8Array[]
  swapped: Uint8Array | undefined
}

interface Held {
  readonly signal: Uint8Array
  readonly sender: Member
  readonly expiresAt: number
}

interface Topic {
  readonly members: Set<Member>
  held: Held[]
}

type Answer = NonNullable<ServerFrame['frame']>
type Request = NonNullable<ClientFrame['frame']>

/** A server that nobody has joined. */
export function memoryRendezvous(clock: Clock, random: (length: number) => Uint8Array): MemoryRendezvous {
  const topics = new Map<string, Topic>()
  const tickets = new Map<string, number>()
  const members = new Set<Member>()
  let up = true

  const server: MemoryRendezvous = {
    signaling: { open },
    issueTickets(count) {
      return Array.from({ length: count }, () => {
        const ticket = random(PROTOCOL.TICKET_SIZE)
        tickets.set(toHex(ticket), clock.now() + PROTOCOL.TICKET_SECONDS * 1_000)
        return ticket
      })
    },
    delayMs: 0,
    fate: undefined,
    recorded: undefined,
    onWake: undefined,
    stop() {
      up = false
      for (const member of [...members]) end(member)
      topics.clear()
      tickets.clear()
    },
    start() {
      up = true
    },
    get sockets() {
      return members.size
    },
  }

  function later(action: () => void) {
    if (server.delayMs > 0) clock.after(server.delayMs, action)
    else queueMicrotask(action)
  }

  function open(_url: string, events: SignalingEvents) {
    const member: Member = {
      events,
      stage: 'connecting',
      topics: new Set(),
      joined: false,
      outgoing: [],
      swapped: undefined,
    }
    members.add(member)
    later(() => {
      if (!up) return end(member)
      if (member.stage !== 'connecting') return
      member.stage = 'connected'
      events.onOpen()
    })
    return {
      send(frame: Uint8Array) {
        ensure(member.stage === 'connected' || member.stage === 'open', 'closed', 'the socket is not open')
        const bytes = Uint8Array.from(frame)
        server.recorded?.push(bytes)
        later(() => receive(member, bytes))
      },
      close: () => end(member),
    }
  }

  function end(member: Member) {
    if (member.stage === 'closed') return
    member.stage = 'closed'
    members.delete(member)
    for (const name of member.topics) leave(member, name)
    queueMicrotask(() => member.events.onClose())
  }

  function say(member: Member, frame: Answer) {
    member.outgoing.push(encode(ServerFrame, { frame }))
    later(() => {
      const bytes = member.outgoing.shift()
      if (bytes && member.stage !== 'closed') member.events.onFrame(bytes)
    })
  }

  function refuse(member: Member, reason: RefusalReason, topic: Uint8Array = new Uint8Array(0), retryAfterMs = 0) {
    say(member, { $case: 'refusal', value: { reason, topic, retryAfterMs } })
  }

  /** Says why, then closes once that has left. */
  function expel(member: Member, reason: RefusalReason) {
    refuse(member, reason)
    later(() => end(member))
  }

  function receive(member: Member, bytes: Uint8Array) {
    if (member.stage === 'closed') return
    let frame: Request | undefined
    try {
      frame = decodeCanonical(ClientFrame, bytes).frame
    } catch {
      return expel(member, RefusalReason.MALFORMED)
    }
    if (!frame) return expel(member, RefusalReason.MALFORMED)
    if ((frame.$case === 'open') === (member.stage === 'open')) return expel(member, RefusalReason.ORDER)
    switch (frame.$case) {
      case 'open':
        return admit(member, frame.value.versions, frame.value.admission?.value)
      case 'join':
        if (!wellFormed(frame.value.topics)) return expel(member, RefusalReason.MALFORMED)
        return joinAll(member, frame.value.topics)
      case 'leave':
        if (!wellFormed(frame.value.topics)) return expel(member, RefusalReason.MALFORMED)
        for (const topic of frame.value.topics) leave(member, toHex(topic))
        return
      case 'send': {
        const { topic, signal } = frame.value
        if (!wellFormed([topic]) || signal.length !== PROTOCOL.SIGNAL_SIZE) {
          return expel(member, RefusalReason.MALFORMED)
        }
        return pass(member, topic, signal)
      }
      case 'wake': {
        const { token } = frame.value
        if (token.length !== PROTOCOL.WAKE_TOKEN_SIZE) return expel(member, RefusalReason.MALFORMED)
        if (member.joined) return expel(member, RefusalReason.ORDER)
        server.onWake?.(token)
        say(member, { $case: 'woken', value: {} })
        return later(() => end(member))
      }
    }
  }

  function wellFormed(names: readonly Uint8Array[]): boolean {
    const count = names.length >= 1 && names.length <= PROTOCOL.SOCKET_TOPICS
    return count && names.every((name) => name.length === PROTOCOL.ID_SIZE)
  }

  function admit(member: Member, versions: readonly number[], ticket: Uint8Array | undefined) {
    const name = toHex(ticket ?? new Uint8Array(0))
    const expiresAt = tickets.get(name) ?? 0
    tickets.delete(name)
    if (expiresAt <= clock.now()) return expel(member, RefusalReason.TICKET)
    if (!versions.includes(VERSION)) return expel(member, RefusalReason.VERSION)
    member.stage = 'open'
    say(member, { $case: 'opened', value: { version: VERSION } })
  }

  function joinAll(member: Member, names: readonly Uint8Array[]) {
    member.joined = true
    let joined = 0
    const refused: [RefusalReason, Uint8Array][] = []
    for (const name of names) {
      const reason = join(member, toHex(name))
      if (reason === undefined) joined++
      else refused.push([reason, name])
    }
    for (const [reason, name] of refused) refuse(member, reason, name)
    say(member, { $case: 'joined', value: { topics: joined } })
    for (const name of names) collect(member, name)
  }

  function join(member: Member, name: string): RefusalReason | undefined {
    if (member.topics.has(name)) return undefined
    if (member.topics.size >= PROTOCOL.SOCKET_TOPICS) return RefusalReason.TOO_MANY_TOPICS
    const topic = topics.get(name) ?? { members: new Set(), held: [] }
    if (topic.members.size >= PROTOCOL.TOPIC_MEMBERS) return RefusalReason.TOPIC_FULL
    topics.set(name, topic)
    topic.members.add(member)
    member.topics.add(name)
    return undefined
  }

  function leave(member: Member, name: string) {
    const topic = topics.get(name)
    if (!topic || !member.topics.delete(name)) return
    topic.members.delete(member)
    if (topic.members.size === 0 && live(topic).length === 0) topics.delete(name)
  }

  /** Signals that waited go to who joins next, once, and never back to who sent them. */
  function collect(member: Member, name: Uint8Array) {
    const topic = topics.get(toHex(name))
    if (!topic?.members.has(member)) return
    const due = live(topic).filter((held) => held.sender !== member)
    topic.held = live(topic).filter((held) => held.sender === member)
    for (const { signal } of due) deliver(member, name, signal)
  }

  function live(topic: Topic): Held[] {
    topic.held = topic.held.filter((held) => held.expiresAt > clock.now())
    return topic.held
  }

  function pass(member: Member, name: Uint8Array, signal: Uint8Array) {
    const topic = topics.get(toHex(name))
    if (!topic?.members.has(member)) return refuse(member, RefusalReason.NOT_JOINED, name)
    if (topic.members.size > 1) {
      for (const other of topic.members) if (other !== member) deliver(other, name, signal)
      return
    }
    const ofSender = [...topics.values()].flatMap((each) => live(each).filter((held) => held.sender === member))
    if (live(topic).length >= PROTOCOL.TOPIC_HELD || ofSender.length >= PROTOCOL.SOCKET_HELD) {
      return refuse(member, RefusalReason.HELD_FULL, name, PROTOCOL.SIGNAL_HELD_SECONDS * 1_000)
    }
    topic.held.push({ signal, sender: member, expiresAt: clock.now() + PROTOCOL.SIGNAL_HELD_SECONDS * 1_000 })
  }

  function deliver(member: Member, topic: Uint8Array, signal: Uint8Array) {
    const fate = server.fate?.(signal, topic) ?? 'pass'
    if (fate === 'lose') return
    const frame = encode(ServerFrame, { frame: { $case: 'delivery', value: { topic, signal } } })
    if (fate === 'swap' && !member.swapped) {
      member.swapped = frame
      return
    }
    const late = member.swapped
    member.swapped = undefined
    for (const bytes of late ? [frame, late] : [frame]) {
      later(() => {
        if (member.stage !== 'closed') member.events.onFrame(bytes)
      })
    }
  }

  return server
}
