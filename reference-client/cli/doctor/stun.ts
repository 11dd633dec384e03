/** As much of STUN and TURN (RFC 8489, RFC 8656) as shows that a server answers and takes a credential. Answers are not authenticated: nothing is decided by them. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { type Ask, HEADER_SIZE } from './exchange.js'

const COOKIE = 0x2112_a442
const BINDING = 0x0001
const ALLOCATE = 0x0003
const REFRESH = 0x0004
/** Added to a request's type. */
const SUCCESS = 0x0100

const USERNAME = 0x0006
const MESSAGE_INTEGRITY = 0x0008
const ERROR_CODE = 0x0009
const LIFETIME = 0x000d
const REALM = 0x0014
const NONCE = 0x0015
const REQUESTED_TRANSPORT = 0x0019
const XOR_MAPPED_ADDRESS = 0x0020

/** A relayed UDP address, whatever leads to the relay. */
const UDP = Buffer.of(17, 0, 0, 0)
const AT_ONCE = Buffer.alloc(4)
const INTEGRITY_SIZE = 24
const IPV4 = 1

type Attribute = readonly [type: number, value: Buffer]

interface Answer {
  readonly type: number
  readonly attributes: ReadonlyMap<number, Buffer>
  readonly bytes: Buffer
}

export interface Credential {
  readonly username: string
  readonly credential: string
}

/** Where somebody is seen. */
export interface Mapped {
  readonly address: string
  readonly port: number
}

function attribute([type, value]: Attribute): Buffer {
  const part = Buffer.alloc(4 + value.length + (-value.length & 3))
  part.writeUInt16BE(type, 0)
  part.writeUInt16BE(value.length, 2)
  part.set(value, 4)
  return part
}

export function encodeRequest(type: number, attributes: readonly Attribute[], key?: Buffer): Buffer {
  const body = Buffer.concat(attributes.map(attribute))
  const head = Buffer.alloc(HEADER_SIZE)
  head.writeUInt16BE(type, 0)
  // The length counts what is signed and the signature (RFC 8489 section 14.5).
  head.writeUInt16BE(body.length + (key === undefined ? 0 : INTEGRITY_SIZE), 2)
  head.writeUInt32BE(COOKIE, 4)
  head.set(randomBytes(12), 8)
  const message = Buffer.concat([head, body])
  if (key === undefined) return message
  return Buffer.concat([message, attribute([MESSAGE_INTEGRITY, createHmac('sha1', key).update(message).digest()])])
}

/** An attribute that is cut short ends the list. */
export function decodeAnswer(bytes: Buffer): Answer {
  const attributes = new Map<number, Buffer>()
  for (let at = HEADER_SIZE; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2)
    if (at + 4 + length > bytes.length) break
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length + (-length & 3)
  }
  return { type: bytes.readUInt16BE(0), attributes, bytes }
}

async function answerTo(ask: Ask, type: number, attributes: readonly Attribute[], key?: Buffer) {
  const bytes = await ask(encodeRequest(type, attributes, key))
  return bytes && decodeAnswer(bytes)
}

/** RFC 8489 section 14.2: port and address are added to the cookie and the transaction, bit by bit. */
function mappedAddress({ attributes, bytes }: Answer): Mapped | undefined {
  const value = attributes.get(XOR_MAPPED_ADDRESS)
  if (value === undefined || (value.length !== 8 && value.length !== 20)) return undefined
  const port = value.readUInt16BE(2) ^ (COOKIE >>> 16)
  const plain = value.subarray(4).map((byte, n) => byte ^ (bytes[4 + n] as number))
  if (value[1] === IPV4) return { address: plain.join('.'), port }
  const groups = Array.from({ length: 8 }, (_, n) =>
    Buffer.from(plain)
      .readUInt16BE(2 * n)
      .toString(16),
  )
  return { address: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1), port }
}

/** As what that server sees this side. `undefined`: nobody answered, or without an address. */
export async function bindTo(ask: Ask): Promise<Mapped | undefined> {
  const answer = await answerTo(ask, BINDING, [])
  return answer?.type === BINDING + SUCCESS ? mappedAddress(answer) : undefined
}

function codeOf({ attributes }: Answer): number {
  const value = attributes.get(ERROR_CODE)
  return value === undefined || value.length < 4 ? 0 : (value[2] as number) * 100 + (value[3] as number)
}

/** Asks for an allocation and gives it back. A number is the code of the refusal. */
export async function allocateAt(ask: Ask, who: Credential): Promise<'allocated' | 'silent' | number> {
  const transport: Attribute = [REQUESTED_TRANSPORT, UDP]
  const challenge = await answerTo(ask, ALLOCATE, [transport])
  if (challenge === undefined) return 'silent'
  const [realm, nonce] = [challenge.attributes.get(REALM), challenge.attributes.get(NONCE)]
  if (realm === undefined || nonce === undefined) return codeOf(challenge)
  const key = createHash('md5').update(`${who.username}:${realm.toString()}:${who.credential}`).digest()
  const signed: Attribute[] = [
    [USERNAME, Buffer.from(who.username)],
    [REALM, realm],
    [NONCE, nonce],
  ]
  const answer = await answerTo(ask, ALLOCATE, [transport, ...signed], key)
  if (answer === undefined) return 'silent'
  if (answer.type !== ALLOCATE + SUCCESS) return codeOf(answer)
  await answerTo(ask, REFRESH, [[LIFETIME, AT_ONCE], ...signed], key)
  return 'allocated'
}
