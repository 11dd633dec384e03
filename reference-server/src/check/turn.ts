/** As much of STUN and TURN (RFC 8489, RFC 8656) as shows that a server answers and a credential is good. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { turnCredential } from '../mirror/ice-servers.js'
import type { Datagrams } from './probe.js'

const COOKIE = 0x2112_a442
const HEADER_SIZE = 20
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
const UDP = Uint8Array.of(17, 0, 0, 0)
const INTEGRITY_SIZE = 24

type Attribute = readonly [type: number, value: Uint8Array]

interface Answer {
  readonly type: number
  readonly attributes: ReadonlyMap<number, Buffer>
}

function encode(type: number, transaction: Uint8Array, attributes: readonly Attribute[], key?: Uint8Array): Buffer {
  const parts = attributes.map(([kind, value]) => {
    const part = Buffer.alloc(4 + value.length + (-value.length & 3))
    part.writeUInt16BE(kind, 0)
    part.writeUInt16BE(value.length, 2)
    part.set(value, 4)
    return part
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(HEADER_SIZE)
  head.writeUInt16BE(type, 0)
  // The length counts what is signed and the signature (RFC 8489 section 14.5).
  head.writeUInt16BE(body.length + (key === undefined ? 0 : INTEGRITY_SIZE), 2)
  head.writeUInt32BE(COOKIE, 4)
  head.set(transaction, 8)
  const message = Buffer.concat([head, body])
  if (key === undefined) return message
  const mac = createHmac('sha1', key).update(message).digest()
  return Buffer.concat([message, Uint8Array.of(0, MESSAGE_INTEGRITY, 0, mac.length), mac])
}

function decode(bytes: Buffer): Answer {
  const attributes = new Map<number, Buffer>()
  for (let at = HEADER_SIZE; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2)
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length + (-length & 3)
  }
  return { type: bytes.readUInt16BE(0), attributes }
}

async function ask(
  to: Datagrams,
  type: number,
  attributes: readonly Attribute[],
  key?: Uint8Array,
): Promise<Answer | undefined> {
  const transaction = randomBytes(12)
  const answers = (bytes: Buffer) => bytes.length >= HEADER_SIZE && bytes.subarray(8, HEADER_SIZE).equals(transaction)
  const bytes = await to.ask(encode(type, transaction, attributes, key), answers)
  return bytes && decode(bytes)
}

/** Whether a STUN server answers there. */
export async function binds(to: Datagrams): Promise<boolean> {
  return (await ask(to, BINDING, []))?.type === BINDING + SUCCESS
}

function codeOf(answer: Answer): number {
  const value = answer.attributes.get(ERROR_CODE)
  return value === undefined || value.length < 4 ? 0 : (value[2] as number) * 100 + (value[3] as number)
}

/**
 * Asks for an allocation with a credential of `secret` that lives a minute, and gives it back: "allocated", the code of
 * the refusal, "silent" if nobody answers, or "open" if no credential is asked for.
 */
export async function tryMirror(
  to: Datagrams,
  secret: string,
  now: number,
): Promise<'allocated' | 'silent' | 'open' | number> {
  const transport: Attribute = [REQUESTED_TRANSPORT, UDP]
  const challenge = await ask(to, ALLOCATE, [transport])
  if (challenge === undefined) return 'silent'
  if (challenge.type === ALLOCATE + SUCCESS) return 'open'
  const [realm, nonce] = [challenge.attributes.get(REALM), challenge.attributes.get(NONCE)]
  if (realm === undefined || nonce === undefined) return codeOf(challenge)
  const username = `${Math.floor(now / 1000) + 60}:check`
  const password = turnCredential(secret, username)
  const key = createHash('md5').update(`${username}:${realm.toString()}:${password}`).digest()
  const who: Attribute[] = [
    [USERNAME, Buffer.from(username)],
    [REALM, realm],
    [NONCE, nonce],
  ]
  const answer = await ask(to, ALLOCATE, [transport, ...who], key)
  if (answer === undefined) return 'silent'
  if (answer.type !== ALLOCATE + SUCCESS) return codeOf(answer)
  await ask(to, REFRESH, [[LIFETIME, new Uint8Array(4)], ...who], key)
  return 'allocated'
}
