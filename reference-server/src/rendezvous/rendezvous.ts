/**
 * Who is on which topic, and the signals that wait there (spec/06 section 4). RAM only; what is delivered, expired or
 * left is overwritten. Knows sockets only as something that takes bytes: no account, no address.
 */
import { PROTOCOL } from '@solo2/sdk/shared'
import { createKeyTable, type Keyed } from './key-table.js'

/** Bytes held in all. */
const HELD_BYTES_MAX = 64 * 1024 * 1024
const HELD_MS = PROTOCOL.SIGNAL_HELD_SECONDS * 1000

interface Held {
  /** A whole Delivery frame; overwritten and dropped when it is done. */
  frame: Uint8Array | undefined
  readonly expiresAt: number
  readonly topic: Topic
  readonly sender: Member
}

interface Topic extends Keyed {
  readonly members: Member[]
  readonly held: Held[]
}

/** One open socket on the introduction plane. */
export interface Member {
  readonly topics: Set<unknown>
  /** Signals of this socket that are held. */
  held: number
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

export function createRendezvous(random: (length: number) => Uint8Array, now: () => number): Rendezvous {
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
    held.topic.held.splice(held.topic.held.indexOf(held), 1)
  }
  const dropIfEmpty = (topic: Topic) => {
    if (topic.members.length === 0 && topic.held.length === 0) table.remove(topic)
  }
  const leaveTopic = (member: Member, topic: Topic) => {
    if (!member.topics.delete(topic)) return
    topic.members.splice(topic.members.indexOf(member), 1)
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
    if (topic.held.length >= PROTOCOL.TOPIC_HELD) return full(topic.held[0])
    if (member.held >= PROTOCOL.SOCKET_HELD) return full(queue.find((held) => held.sender === member && held.frame))
    if (heldBytes + frame.length > HELD_BYTES_MAX) return full(live)
    const held: Held = { frame: frame.slice(), expiresAt: now() + HELD_MS, topic, sender: member }
    topic.held.push(held)
    queue.push(held)
    member.held += 1
    heldCount += 1
    heldBytes += frame.length
    return { outcome: 'held' }
  }

  return {
    join(member, key) {
      let topic = table.find(key)
      if (topic !== undefined && member.topics.has(topic)) return true
      if (topic !== undefined && topic.members.length >= PROTOCOL.TOPIC_MEMBERS) return false
      topic ??= table.add(key, (own) => ({ key: own, members: [], held: [] }))
      topic.members.push(member)
      member.topics.add(topic)
      return true
    },
    isOn(member, key) {
      const topic = table.find(key)
      return topic !== undefined && member.topics.has(topic)
    },
    collect(member, key) {
      const topic = table.find(key)
      if (topic === undefined || !member.topics.has(topic)) return
      for (const held of [...topic.held]) {
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
      for (const topic of member.topics) leaveTopic(member, topic as Topic)
    },
    send(member, key, frame) {
      const topic = table.find(key)
      if (topic === undefined || !member.topics.has(topic)) return { outcome: 'not_joined' }
      if (topic.members.length === 1) return hold(member, topic, frame)
      let slow = false
      for (const other of topic.members) if (other !== member && !other.deliver(frame, false)) slow = true
      return { outcome: slow ? 'slow' : 'delivered' }
    },
    sweep,
    get counts() {
      return { topics: table.size, held: heldCount, heldBytes }
    },
  }
}
