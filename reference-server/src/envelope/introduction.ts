/**
 * Frames of the introduction socket (spec/06 section 3): bytes to a typed frame, canonical encoding only. Read by hand and
 * in place: each frame has exactly one encoding, and a decoder would make copies that nobody overwrites (06-70). The
 * property test holds this and the canonical decoder against each other.
 */
import { type RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { PROTOCOL, Solo2Error } from '@solo2/sdk/shared'

/** Field numbers of ClientFrame, each with a length. */
const OPEN_TAG = 0x0a
const JOIN_TAG = 0x12
const LEAVE_TAG = 0x1a
const WAKE_TAG = 0x2a
/** In Join and Leave: field 1, 16 bytes. */
const TOPIC_HEAD = [0x0a, 0x10] as const
const TOPIC_SIZE = TOPIC_HEAD.length + PROTOCOL.ID_SIZE
/** In Open: field 1, packed; behind it field 2, 32 bytes. */
const VERSIONS_TAG = 0x0a
const TICKET_HEAD = [0x12, 0x20] as const
/** In Wake: field 1, 32 bytes. */
const TOKEN_HEAD = [0x0a, 0x20] as const

/** Head of a Send: field 4, 4,117 bytes; in it field 1, 16 bytes. Then, behind the topic: field 2, 4,096 bytes. */
const SEND_HEAD = [0x22, 0x95, 0x20, 0x0a, 0x10] as const
const SIGNAL_HEAD = [0x12, 0x80, 0x20] as const
const TOPIC_START = SEND_HEAD.length
const TOPIC_END = TOPIC_START + PROTOCOL.ID_SIZE
const SIGNAL_START = TOPIC_END + SIGNAL_HEAD.length
const SEND_SIZE = SIGNAL_START + PROTOCOL.SIGNAL_SIZE
/** A Delivery is a Send under field 3 of ServerFrame: the same bytes but the first. */
const DELIVERY_HEAD = 0x1a

/** The longest canonical frame is a Join of 256 topics, 4,611 bytes; what is above is refused before it is decoded. */
export const CLIENT_FRAME_MAX = 8_192

const VERSIONS_MAX = 8

/** Byte fields are views into the received bytes. */
export type Incoming =
  | { readonly kind: 'open'; readonly versions: readonly number[]; readonly ticket: Uint8Array }
  | { readonly kind: 'join' | 'leave'; readonly topics: readonly Uint8Array[] }
  | { readonly kind: 'wake'; readonly token: Uint8Array }
  /** The received bytes are turned into the Delivery frame in place. */
  | { readonly kind: 'send'; readonly topic: Uint8Array; readonly delivery: Uint8Array }

function isSend(bytes: Uint8Array): boolean {
  return (
    bytes.length === SEND_SIZE &&
    SEND_HEAD.every((byte, at) => bytes[at] === byte) &&
    SIGNAL_HEAD.every((byte, at) => bytes[TOPIC_END + at] === byte)
  )
}

const malformed = () => new Solo2Error('malformed', 'a frame that breaks its encoding or a length')

/** The shortest encoding of at most 32 bits; `next` is where it ends. */
function readVarint(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let at = start, unit = 1; at < bytes.length && at < start + 5; at++, unit *= 128) {
    const byte = bytes[at] as number
    value += (byte & 0x7f) * unit
    if (byte >= 0x80) continue
    if ((byte === 0 && at > start) || value > 0xffff_ffff) break
    return { value, next: at + 1 }
  }
  throw malformed()
}

/** What a frame's one field holds: it must fill the frame. */
function bodyOf(bytes: Uint8Array): Uint8Array {
  const { value, next } = readVarint(bytes, 1)
  if (value !== bytes.length - next) throw malformed()
  return bytes.subarray(next)
}

function readTopics(body: Uint8Array): Uint8Array[] {
  const count = body.length / TOPIC_SIZE
  if (!Number.isInteger(count) || count < 1 || count > PROTOCOL.SOCKET_TOPICS) throw malformed()
  const topics: Uint8Array[] = []
  for (let at = 0; at < body.length; at += TOPIC_SIZE) {
    if (body[at] !== TOPIC_HEAD[0] || body[at + 1] !== TOPIC_HEAD[1]) throw malformed()
    topics.push(body.subarray(at + TOPIC_HEAD.length, at + TOPIC_SIZE))
  }
  return topics
}

function readOpen(body: Uint8Array): Incoming {
  if (body[0] !== VERSIONS_TAG) throw malformed()
  const packed = readVarint(body, 1)
  const end = packed.next + packed.value
  const versions: number[] = []
  for (let at = packed.next; at < end; ) {
    const { value, next } = readVarint(body.subarray(0, end), at)
    // Ascending, and 0 is none.
    if (value <= (versions.at(-1) ?? 0) || versions.length === VERSIONS_MAX) throw malformed()
    versions.push(value)
    at = next
  }
  const ticket = body.subarray(end + TICKET_HEAD.length)
  const isTicket = body[end] === TICKET_HEAD[0] && body[end + 1] === TICKET_HEAD[1]
  if (versions.length === 0 || !isTicket || ticket.length !== PROTOCOL.TICKET_SIZE) throw malformed()
  return { kind: 'open', versions, ticket }
}

function readToken(body: Uint8Array): Uint8Array {
  const token = body.subarray(TOKEN_HEAD.length)
  const isToken = body[0] === TOKEN_HEAD[0] && body[1] === TOKEN_HEAD[1]
  if (!isToken || token.length !== PROTOCOL.WAKE_TOKEN_SIZE) throw malformed()
  return token
}

/**
 * Throws `malformed` for anything but the canonical encoding. Takes the bytes over: what it gives are views of them, and
 * a Send's become its Delivery. Nothing is copied, so that overwriting the bytes overwrites all that there is.
 */
export function readClientFrame(bytes: Uint8Array): Incoming {
  if (isSend(bytes)) {
    bytes[0] = DELIVERY_HEAD
    return { kind: 'send', topic: bytes.subarray(TOPIC_START, TOPIC_END), delivery: bytes }
  }
  const body = bodyOf(bytes)
  switch (bytes[0]) {
    case OPEN_TAG:
      return readOpen(body)
    case JOIN_TAG:
      return { kind: 'join', topics: readTopics(body) }
    case LEAVE_TAG:
      return { kind: 'leave', topics: readTopics(body) }
    case WAKE_TAG:
      return { kind: 'wake', token: readToken(body) }
    default:
      throw malformed()
  }
}

function encode(frame: NonNullable<ServerFrame['frame']>): Uint8Array {
  return ServerFrame.encode({ frame }).finish()
}

/** Every socket gets one of these, which hold nothing of it. */
const frameOf = (make: (n: number) => NonNullable<ServerFrame['frame']>) => {
  const made: Uint8Array[] = []
  return (n: number): Uint8Array => {
    made[n] ??= encode(make(n))
    return made[n]
  }
}

export const openedFrame = frameOf((version) => ({ $case: 'opened', value: { version } }))
export const joinedFrame = frameOf((topics) => ({ $case: 'joined', value: { topics } }))

export function wokenFrame(): Uint8Array {
  return encode({ $case: 'woken', value: {} })
}

/** `topic`: 16 bytes or empty. `retryAfterMs` is rounded up. */
export function refusalFrame(
  reason: RefusalReason,
  topic: Uint8Array = new Uint8Array(0),
  retryAfterMs = 0,
): Uint8Array {
  const wait = Math.min(Math.ceil(retryAfterMs), 0xffff_ffff)
  return encode({ $case: 'refusal', value: { reason, topic, retryAfterMs: wait } })
}
