/**
 * Frames of the introduction socket (spec/06 section 3): bytes to a typed frame, canonical encoding only. A Send has
 * exactly one encoding, of one size, so that its head can be compared instead of decoding 4 KB and encoding them again;
 * the property test holds both ways against each other.
 */
import { ClientFrame, type RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { decodeCanonical, PROTOCOL, Solo2Error } from '@solo2/sdk/shared'

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

export type Incoming =
  | { readonly kind: 'open'; readonly versions: readonly number[]; readonly ticket: Uint8Array }
  | { readonly kind: 'join' | 'leave'; readonly topics: readonly Uint8Array[] }
  | { readonly kind: 'wake'; readonly token: Uint8Array }
  /** `topic` is a view into the received bytes, which are turned into the Delivery frame in place. */
  | { readonly kind: 'send'; readonly topic: Uint8Array; readonly delivery: Uint8Array }

function isSend(bytes: Uint8Array): boolean {
  return (
    bytes.length === SEND_SIZE &&
    SEND_HEAD.every((byte, at) => bytes[at] === byte) &&
    SIGNAL_HEAD.every((byte, at) => bytes[TOPIC_END + at] === byte)
  )
}

const isIds = (ids: readonly Uint8Array[]) =>
  ids.length >= 1 && ids.length <= PROTOCOL.SOCKET_TOPICS && ids.every((id) => id.length === PROTOCOL.ID_SIZE)

const isAscending = (values: readonly number[]) =>
  values.every((value, at) => value > (at === 0 ? 0 : (values[at - 1] as number)))

/** Throws `malformed` or `not_canonical`. Takes the bytes over: a Send's become its Delivery. */
export function readClientFrame(bytes: Uint8Array): Incoming {
  if (isSend(bytes)) {
    bytes[0] = DELIVERY_HEAD
    return { kind: 'send', topic: bytes.subarray(TOPIC_START, TOPIC_END), delivery: bytes }
  }
  const { frame } = decodeCanonical(ClientFrame, bytes)
  const malformed = () => new Solo2Error('malformed', 'a frame that breaks a length')
  switch (frame?.$case) {
    case 'open': {
      const { versions, admission } = frame.value
      const ticket = admission?.$case === 'ticket' ? admission.value : undefined
      if (ticket?.length !== PROTOCOL.TICKET_SIZE) throw malformed()
      if (versions.length < 1 || versions.length > VERSIONS_MAX || !isAscending(versions)) throw malformed()
      return { kind: 'open', versions, ticket }
    }
    case 'join':
    case 'leave':
      if (!isIds(frame.value.topics)) throw malformed()
      return { kind: frame.$case, topics: frame.value.topics }
    case 'wake':
      if (frame.value.token.length !== PROTOCOL.WAKE_TOKEN_SIZE) throw malformed()
      return { kind: 'wake', token: frame.value.token }
    default:
      throw malformed()
  }
}

function encode(frame: NonNullable<ServerFrame['frame']>): Uint8Array {
  return ServerFrame.encode({ frame }).finish()
}

export function openedFrame(version: number): Uint8Array {
  return encode({ $case: 'opened', value: { version } })
}

export function joinedFrame(topics: number): Uint8Array {
  return encode({ $case: 'joined', value: { topics } })
}

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
