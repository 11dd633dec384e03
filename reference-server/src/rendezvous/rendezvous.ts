/**
 * Who is on which topic, and the signals that wait there (spec/06 section 4). RAM only; what is delivered, expired or
 * left is overwritten. Knows sockets only as something that takes bytes: no account, no address. With a bus it knows how
 * many members a topic has on other servers too, and passes signals on to them (spec/decisions/0013).
 */
import { PROTOCOL } from '@solo2/sdk/shared'
import {
  afterTopic,
  answer,
  held as heldMessage,
  KIND,
  numberAt,
  presence,
  signal,
  slow,
  topicOf,
} from './bus/message.js'
import type { Bus, Ear, Heard, Neighbour } from './bus/port.js'
import { countOf, type Few, has, listOf, more, without } from './few.js'
import { createKeyTable, type Keyed, UNPLACED } from './key-table.js'

/** Bytes held in all. */
const HELD_BYTES_MAX = 64 * 1024 * 1024
const HELD_MS = PROTOCOL.SIGNAL_HELD_SECONDS * 1000
/** Topics told anew before others get their turn: after NATS was lost there may be very many. */
const TOLD_AT_ONCE = 256
/** Where the fields of a signal between servers begin, behind its kind. */
const REFERENCE_AT = 1
const SIGNAL_AT = 5

interface Held {
  /** A whole Delivery frame; overwritten and dropped when it is done. */
  frame: Uint8Array | undefined
  readonly expiresAt: number
  readonly topic: Topic
  readonly sender: Member
}

interface Topic extends Keyed {
  members: Few<Member>
  held: Few<Held>
  /** Members on other servers; undefined: none was ever heard of. */
  elsewhere: Map<Neighbour, number> | undefined
  ear: Ear | undefined
}

/** One open socket on the introduction plane. */
export interface Member {
  /** Changed by the rendezvous only. */
  topics: Few<object>
  /** Signals of this socket that are held. */
  held: number
  /** Stands for this socket at other servers; 0 until it has sent to one. */
  reference: number
  /** A recipient on another server does not read. */
  slow(topic: Uint8Array): void
  /** False if the socket takes no more bytes now. `burst` allows for the held signals of all its topics at once. */
  deliver(frame: Uint8Array, burst: boolean): boolean
}

export type SendVerdict =
  | { readonly outcome: 'delivered' | 'held' | 'slow' | 'not_joined' }
  /** `retryAfterMs`: when the oldest signal that is in the way ends. */
  | { readonly outcome: 'held_full'; readonly retryAfterMs: number }

export interface Rendezvous {
  /** True if `member` is on that topic now, false if the topic has as many members as it may. Idempotent. */
  join(member: Member, topic: Uint8Array): boolean
  /** Whether `member` is on the topic. */
  isOn(member: Member, topic: Uint8Array): boolean
  /** Gives `member` what is held on a topic that it has just joined. */
  collect(member: Member, topic: Uint8Array): void
  leave(member: Member, topic: Uint8Array): void
  /** Leaves all topics: the socket is gone. */
  leaveAll(member: Member): void
  /** `frame` is a whole Delivery frame; it is copied if it must be held, and may be overwritten afterwards. */
  send(member: Member, topic: Uint8Array, frame: Uint8Array): SendVerdict
  /** Overwrites what has been held for its time. */
  sweep(): void
  readonly counts: { readonly topics: number; readonly held: number; readonly heldBytes: number }
}

/** `bus`: undefined for a server that is the only one. */
export function createRendezvous(random: (length: number) => Uint8Array, now: () => number, bus?: Bus): Rendezvous {
  const senders = new Map<number, Member>()
  let references = 0
  const table = createKeyTable<Topic>(PROTOCOL.ID_SIZE, random)
  /** All held signals in the order of their ends. Done ones stay until the sweep reaches them. */
  let queue: Held[] = []
  let heldCount = 0
  let heldBytes = 0

  const finish = (held: Held) => {
    if (held.frame === undefined) return
    heldCount -= 1
    heldBytes -= held.frame.length
    held.frame.fill(0)
    held.frame = undefined
    held.sender.held -= 1
    held.topic.held = without(held.topic.held, held)
  }
  const dropIfEmpty = (topic: Topic) => {
    if (countOf(topic.members) > 0 || countOf(topic.held) > 0) return
    topic.ear?.()
    topic.ear = undefined
    table.remove(topic)
  }
  const countElsewhere = ({ elsewhere }: Topic) => {
    let count = 0
    for (const [neighbour, members] of elsewhere ?? []) {
      if (neighbour.isHere) count += members
      else elsewhere?.delete(neighbour)
    }
    return count
  }
  /** Held signals go to the server where somebody joined, once: whatever comes of them there. */
  const handOver = (topic: Topic, to: Neighbour) => {
    for (const held of listOf(topic.held)) {
      if (held.frame === undefined) continue
      if (held.expiresAt > now()) bus?.send(to, heldMessage(table.keyOf(topic), held.frame))
      finish(held)
    }
    dropIfEmpty(topic)
  }
  const learn = (topic: Topic, from: Neighbour, count: number) => {
    topic.elsewhere ??= new Map()
    if (count === 0) topic.elsewhere.delete(from)
    else {
      topic.elsewhere.set(from, count)
      handOver(topic, from)
    }
  }
  const heardOn =
    (topic: Topic): Heard =>
    (from, message) => {
      if (message[0] === KIND.PRESENCE) {
        const asks = numberAt(message, 5) === 1
        if (asks && countOf(topic.members) > 0) bus?.send(from, answer(table.keyOf(topic), countOf(topic.members)))
        learn(topic, from, numberAt(message, 1))
      } else if (message[0] === KIND.SIGNAL) {
        const frame = message.subarray(SIGNAL_AT)
        let isSlow = false
        for (const member of listOf(topic.members)) if (!member.deliver(frame, false)) isSlow = true
        if (isSlow) bus?.send(from, slow(table.keyOf(topic), numberAt(message, REFERENCE_AT)))
      }
    }
  const announce = (topic: Topic, asks: boolean) =>
    bus?.tell(table.keyOf(topic), presence(countOf(topic.members), asks))
  const listen = (on: Bus) => {
    on.on(KIND.ANSWER, (from, message) => {
      const topic = table.find(topicOf(message))
      if (topic !== undefined) learn(topic, from, numberAt(afterTopic(message), 0))
    })
    on.on(KIND.HELD, (_, message) => {
      const frame = afterTopic(message)
      for (const member of listOf(table.find(topicOf(message))?.members)) if (member.deliver(frame, true)) return
    })
    on.on(KIND.SLOW, (_, message) => senders.get(numberAt(afterTopic(message), 0))?.slow(topicOf(message)))
    let round = 0
    on.onForgotten(() => {
      round += 1
      const mine = round
      const topics = table.entries()
      const some = (from: number) => {
        if (mine !== round) return
        for (const topic of topics.slice(from, from + TOLD_AT_ONCE))
          if (countOf(topic.members) > 0) announce(topic, true)
        if (from + TOLD_AT_ONCE < topics.length) setImmediate(some, from + TOLD_AT_ONCE)
      }
      some(0)
    })
  }
  if (bus !== undefined) listen(bus)

  const leaveTopic = (member: Member, topic: Topic) => {
    if (!has(topic.members, member)) return
    member.topics = without(member.topics, topic)
    topic.members = without(topic.members, member)
    announce(topic, false)
    dropIfEmpty(topic)
  }
  const sweep = () => {
    let done = 0
    for (const held of queue) {
      if (held.frame !== undefined && held.expiresAt > now()) break
      finish(held)
      dropIfEmpty(held.topic)
      done += 1
    }
    if (done > 0) queue = queue.slice(done)
  }
  const hold = (member: Member, topic: Topic, frame: Uint8Array): SendVerdict => {
    // What is over has no place any more, whenever the next sweep would come.
    sweep()
    const full = (oldest: Held | undefined): SendVerdict => ({
      outcome: 'held_full',
      retryAfterMs: Math.max(1, (oldest?.expiresAt ?? now()) - now()),
    })
    const live = queue.find((held) => held.frame !== undefined)
    if (countOf(topic.held) >= PROTOCOL.TOPIC_HELD) return full(listOf(topic.held)[0])
    if (member.held >= PROTOCOL.SOCKET_HELD) return full(queue.find((held) => held.sender === member && held.frame))
    if (heldBytes + frame.length > HELD_BYTES_MAX) return full(live)
    const held: Held = { frame: frame.slice(), expiresAt: now() + HELD_MS, topic, sender: member }
    topic.held = more(topic.held, held)
    queue.push(held)
    member.held += 1
    heldCount += 1
    heldBytes += frame.length
    return { outcome: 'held' }
  }
  const send = (member: Member, topic: Topic, frame: Uint8Array): SendVerdict => {
    const elsewhere = countElsewhere(topic)
    if (countOf(topic.members) === 1 && elsewhere === 0) return hold(member, topic, frame)
    if (elsewhere > 0) {
      if (member.reference === 0) {
        references = (references + 1) >>> 0 || 1
        member.reference = references
        senders.set(references, member)
      }
      bus?.tell(table.keyOf(topic), signal(member.reference, frame))
    }
    let isSlow = false
    for (const other of listOf(topic.members)) if (other !== member && !other.deliver(frame, false)) isSlow = true
    return { outcome: isSlow ? 'slow' : 'delivered' }
  }

  return {
    join(member, key) {
      let topic = table.find(key)
      if (topic !== undefined && has(topic.members, member)) return true
      if (topic !== undefined && countOf(topic.members) + countElsewhere(topic) >= PROTOCOL.TOPIC_MEMBERS) return false
      topic ??= table.add(key, {
        place: UNPLACED,
        next: undefined,
        members: undefined,
        held: undefined,
        elsewhere: undefined,
        ear: undefined,
      })
      if (bus !== undefined) topic.ear ??= bus.hear(table.keyOf(topic), heardOn(topic))
      topic.members = more(topic.members, member)
      member.topics = more(member.topics, topic)
      announce(topic, countOf(topic.members) === 1)
      return true
    },
    isOn(member, key) {
      return has(table.find(key)?.members, member)
    },
    collect(member, key) {
      const topic = table.find(key)
      if (topic === undefined || !has(topic.members, member)) return
      for (const held of listOf(topic.held)) {
        // Its own come back to nobody: a socket that left and joined again is not the other side.
        if (held.sender === member || held.frame === undefined) continue
        if (held.expiresAt <= now() || member.deliver(held.frame, true)) finish(held)
      }
    },
    leave(member, key) {
      const topic = table.find(key)
      if (topic !== undefined) leaveTopic(member, topic)
    },
    leaveAll(member) {
      for (const topic of listOf(member.topics)) leaveTopic(member, topic as Topic)
      senders.delete(member.reference)
      member.reference = 0
    },
    send(member, key, frame) {
      const topic = table.find(key)
      if (topic === undefined || !has(topic.members, member)) return { outcome: 'not_joined' }
      return send(member, topic, frame)
    },
    sweep,
    get counts() {
      return { topics: table.size, held: heldCount, heldBytes }
    },
  }
}
