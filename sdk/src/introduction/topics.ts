/**
 * Rendezvous topics: the random-looking numbers on which two contacts, or one's own devices, meet (spec/06 section 6).
 * Labels do not depend on the tunnel's version, or versions would never meet.
 */
import { compare, concat, toHex, u32be, wipe } from '../bytes/bytes.js'
import { hkdf } from '../crypto/hkdf.js'
import type { Env, Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'
import { type RendezvousRoot, rootAt, signalPsk } from './rendezvous.js'

/** A topic that a meeting joins. 16 bytes; `psk` (32 bytes) on contact and own topics only. */
export type MeetingTopic = { readonly topic: Uint8Array; readonly epoch: number } & (
  | { readonly kind: 'pairing' | 'contact'; readonly psk?: Uint8Array }
  | { readonly kind: 'own'; readonly psk: Uint8Array }
)

const DAY_MS = PROTOCOL.EPOCH_SECONDS * 1_000

/** The epoch at a Unix time in milliseconds. */
export function epochAt(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS)
}

/** The epochs whose topics are joined at a Unix time in milliseconds: its own first, then the neighbour near an edge. */
export function epochsAt(nowMs: number): number[] {
  const epoch = epochAt(nowMs)
  const second = Math.floor(nowMs / 1_000) - epoch * PROTOCOL.EPOCH_SECONDS
  if (second < PROTOCOL.EPOCH_EDGE_SECONDS && epoch > 0) return [epoch, epoch - 1]
  if (second >= PROTOCOL.EPOCH_SECONDS - PROTOCOL.EPOCH_EDGE_SECONDS) return [epoch, epoch + 1]
  return [epoch]
}

/** The Unix time in milliseconds at which `epochsAt` gives another answer next. */
export function nextEpochChange(nowMs: number): number {
  const start = epochAt(nowMs) * DAY_MS
  const edge = PROTOCOL.EPOCH_EDGE_SECONDS * 1_000
  for (const change of [start + edge, start + DAY_MS - edge]) if (nowMs < change) return change
  return start + DAY_MS
}

/**
 * P of spec/06: what two identities can compute of each other, 32 bytes. X25519 keys and ids are 32 bytes each.
 * Throws `invalid_key`.
 */
export function pairingSecret(
  primitives: Primitives,
  own: { readonly x25519Secret: Uint8Array; readonly id: Uint8Array },
  peer: { readonly x25519: Uint8Array; readonly id: Uint8Array },
): Uint8Array {
  const [first, second] = compare(own.id, peer.id) < 0 ? [own.id, peer.id] : [peer.id, own.id]
  const shared = primitives.x25519(own.x25519Secret, peer.x25519)
  const secret = hkdf(primitives, shared, concat(LABELS.pair, first, second), 32)
  shared.fill(0)
  return secret
}

/** The pairing topic of an epoch, 16 bytes. */
export function pairingTopic(primitives: Primitives, secret: Uint8Array, epoch: number): Uint8Array {
  return primitives.hmac(secret, concat(LABELS.pairTopic, u32be(epoch))).slice(0, PROTOCOL.ID_SIZE)
}

/** The contact topic that belongs to R_e, 16 bytes. */
export function contactTopic(primitives: Primitives, root: Uint8Array): Uint8Array {
  return primitives.hmac(root, LABELS.topic).slice(0, PROTOCOL.ID_SIZE)
}

/** The topic of one's own devices, 16 bytes. `key` is `ownTopicKey` of the master key. */
export function ownTopic(primitives: Primitives, key: Uint8Array, epoch: number): Uint8Array {
  return primitives.hmac(key, u32be(epoch)).slice(0, PROTOCOL.ID_SIZE)
}

/** The topics of one's own devices at a Unix time in milliseconds. `psk`: of their signals, copied for each topic. */
export function ownTopics(primitives: Primitives, key: Uint8Array, psk: Uint8Array, nowMs: number): MeetingTopic[] {
  return epochsAt(nowMs).map((epoch) => ({
    topic: ownTopic(primitives, key, epoch),
    kind: 'own',
    epoch,
    psk: psk.slice(),
  }))
}

/** From which the topics of a contact derive (spec/06 section 6). */
export interface TopicSource {
  /** P, 32 bytes. */
  readonly pairingSecret: Uint8Array
  /** Absent before the first tunnel. */
  readonly root?: RendezvousRoot | undefined
  /** Unix time in milliseconds at which a root was first agreed. */
  readonly agreedAt?: number | undefined
}

/**
 * All topics to join for one contact at a Unix time in milliseconds, contact topics first: those of the root, and the
 * pairing topics while there is no root and for 7 days after.
 */
export function meetingTopics(primitives: Primitives, source: TopicSource, nowMs: number): MeetingTopic[] {
  const topics: MeetingTopic[] = []
  const epochs = epochsAt(nowMs)
  for (const epoch of epochs) {
    const root = source.root === undefined ? undefined : rootAt(primitives, source.root, epoch)
    if (root === undefined) continue
    const psk = signalPsk(primitives, root)
    topics.push({ topic: contactTopic(primitives, root), kind: 'contact', epoch, psk })
    wipe(root)
  }
  const pairingEnds = (source.agreedAt ?? nowMs) + PROTOCOL.PAIRING_TOPIC_DAYS * DAY_MS
  if (source.root === undefined || nowMs < pairingEnds) {
    for (const epoch of epochs) {
      topics.push({ topic: pairingTopic(primitives, source.pairingSecret, epoch), kind: 'pairing', epoch })
    }
  }
  return topics
}

/** The topics of one socket. */
export interface SocketTopics {
  /** What the socket joins, in random order: the wanted topics and the padding. */
  readonly topics: readonly Uint8Array[]
  /** To be given to the next call for the same socket: its padding stays as far as it is needed. */
  readonly padding: readonly Uint8Array[]
}

/**
 * Fills the wanted topics with random ones up to a multiple of 16, and shuffles them (spec/06 section 6).
 * Throws `invalid_argument` for more than 256 wanted topics: they need a second socket.
 */
export function socketTopics(
  wanted: readonly Uint8Array[],
  previousPadding: readonly Uint8Array[],
  env: Pick<Env, 'random'>,
): SocketTopics {
  const distinct = [...new Map(wanted.map((topic) => [toHex(topic), topic])).values()]
  ensure(distinct.length <= PROTOCOL.SOCKET_TOPICS, 'invalid_argument', 'more topics than one socket may join')
  const size = Math.max(1, Math.ceil(distinct.length / PROTOCOL.TOPIC_PADDING)) * PROTOCOL.TOPIC_PADDING
  const padding = previousPadding.slice(0, size - distinct.length)
  while (distinct.length + padding.length < size) padding.push(env.random(PROTOCOL.ID_SIZE))
  return { topics: shuffle([...distinct, ...padding], env), padding }
}

/** Fisher and Yates, in place. */
function shuffle(items: Uint8Array[], env: Pick<Env, 'random'>): Uint8Array[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = uniform(i + 1, env)
    const item = items[i] as Uint8Array
    items[i] = items[j] as Uint8Array
    items[j] = item
  }
  return items
}

/** A uniform number below `bound` (at most 256), by rejection. */
function uniform(bound: number, env: Pick<Env, 'random'>): number {
  const limit = 256 - (256 % bound)
  for (;;) {
    const value = env.random(1)[0] as number
    if (value < limit) return value % bound
  }
}
