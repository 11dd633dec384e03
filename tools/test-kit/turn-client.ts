/** As much of a TURN client (RFC 8656) over UDP as shows what a mirror lets through, written out from the RFCs. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'

const COOKIE = 0x2112a442
const HOST = '127.0.0.1'

// RFC 8656 section 17 and RFC 8489 section 18.
const ALLOCATE = 0x0003
const REFRESH = 0x0004
const CREATE_PERMISSION = 0x0008
const SEND_INDICATION = 0x0016
const DATA_INDICATION = 0x0017
const USERNAME = 0x0006
const MESSAGE_INTEGRITY = 0x0008
const ERROR_CODE = 0x0009
const LIFETIME = 0x000d
const XOR_PEER_ADDRESS = 0x0012
const DATA = 0x0013
const REALM = 0x0014
const NONCE = 0x0015
const XOR_RELAYED_ADDRESS = 0x0016
const REQUESTED_TRANSPORT = 0x0019
export const STALE_NONCE = 438
const UDP = Uint8Array.of(17, 0, 0, 0)

type Attribute = readonly [type: number, value: Uint8Array]

export interface Message {
  readonly type: number
  readonly attributes: ReadonlyMap<number, Buffer>
}

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Credential {
  readonly username: string
  readonly credential: string
}

export function bind(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.bind(0, HOST, resolve))
}

/** `key`: MESSAGE-INTEGRITY over all before it, the length counting it already (RFC 8489 section 14.5). */
function encode(type: number, transaction: Uint8Array, attributes: readonly Attribute[], key?: Uint8Array): Buffer {
  const parts = attributes.map(([kind, value]) => {
    const part = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4)
    part.writeUInt16BE(kind, 0)
    part.writeUInt16BE(value.length, 2)
    part.set(value, 4)
    return part
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(20)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(body.length + (key === undefined ? 0 : 24), 2)
  head.writeUInt32BE(COOKIE, 4)
  head.set(transaction, 8)
  const message = Buffer.concat([head, body])
  if (key === undefined) return message
  const mac = createHmac('sha1', key).update(message).digest()
  return Buffer.concat([message, Uint8Array.of(0, MESSAGE_INTEGRITY, 0, 20), mac])
}

function decode(message: Buffer): Message {
  const attributes = new Map<number, Buffer>()
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2)
    attributes.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length))
    at += 4 + Math.ceil(length / 4) * 4
  }
  return { type: message.readUInt16BE(0), attributes }
}

function xorAddress({ host, port }: Address): Buffer {
  const value = Buffer.alloc(8)
  value[1] = 1
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2)
  value.writeUInt32BE((Buffer.from(host.split('.').map(Number)).readUInt32BE(0) ^ COOKIE) >>> 0, 4)
  return value
}

function addressOf(value: Buffer): Address {
  const host = Buffer.alloc(4)
  host.writeUInt32BE((value.readUInt32BE(4) ^ COOKIE) >>> 0)
  return { host: [...host].join('.'), port: value.readUInt16BE(2) ^ (COOKIE >>> 16) }
}

/** One request and its answer, or undefined after `waitMs`. */
export function exchange(
  socket: Socket,
  port: number,
  type: number,
  attributes: readonly Attribute[],
  waitMs: number,
  key?: Uint8Array,
): Promise<Message | undefined> {
  const transaction = randomBytes(12)
  return new Promise((resolve) => {
    const end = (message?: Message) => {
      clearTimeout(timer)
      socket.off('message', take)
      resolve(message)
    }
    const take = (message: Buffer) => {
      if (message.subarray(8, 20).equals(transaction)) end(decode(message))
    }
    const timer = setTimeout(end, waitMs)
    socket.on('message', take)
    socket.send(encode(type, transaction, attributes, key), port, HOST)
  })
}

export interface Allocation {
  readonly relayed: Address
  /** The client's own port, which a log could hold. */
  readonly localPort: number
  /** Undefined, or the code of the refusal. */
  permit(peer: string): Promise<number | undefined>
  send(to: Address, data: Uint8Array): void
  /** The next datagram that comes over the relay. */
  received(): Promise<Buffer>
  /**
   * A Refresh of ten minutes; where the nonce is stale, again with the one that the refusal brings (RFC 8489 section 9.2.5).
   * The codes of the refusals; 0: no answer.
   */
  refresh(): Promise<number[]>
  /** Gives the allocation back: a Refresh of no lifetime. */
  release(): Promise<number | undefined>
  close(): void
}

function errorOf(message: Message | undefined): number | undefined {
  const value = message?.attributes.get(ERROR_CODE)
  return value === undefined ? undefined : (value[2] ?? 0) * 100 + (value[3] ?? 0)
}

const WAIT_MS = 5_000

/** Asks for an allocation with the long-term mechanism (RFC 8489 section 9.2): the allocation, or the refusal's code. */
export async function allocate(port: number, { username, credential }: Credential): Promise<Allocation | number> {
  const socket = createSocket('udp4')
  await bind(socket)
  const transport: Attribute = [REQUESTED_TRANSPORT, UDP]
  const challenge = await exchange(socket, port, ALLOCATE, [transport], WAIT_MS)
  const realm = challenge?.attributes.get(REALM)
  const nonce = challenge?.attributes.get(NONCE)
  if (realm === undefined || nonce === undefined) throw new Error('coturn asked for no credential')
  let auth: Attribute[] = [
    [USERNAME, Buffer.from(username)],
    [REALM, realm],
    [NONCE, nonce],
  ]
  const key = createHash('md5').update(`${username}:${realm.toString()}:${credential}`).digest()
  const answer = await exchange(socket, port, ALLOCATE, [transport, ...auth], WAIT_MS, key)
  const relayed = answer?.attributes.get(XOR_RELAYED_ADDRESS)
  if (relayed === undefined) {
    socket.close()
    return errorOf(answer) ?? 0
  }
  return {
    relayed: addressOf(relayed),
    localPort: socket.address().port,
    async permit(peer) {
      const address: Attribute = [XOR_PEER_ADDRESS, xorAddress({ host: peer, port: 0 })]
      return errorOf(await exchange(socket, port, CREATE_PERMISSION, [address, ...auth], WAIT_MS, key))
    },
    send(to, data) {
      const attributes: Attribute[] = [
        [XOR_PEER_ADDRESS, xorAddress(to)],
        [DATA, data],
      ]
      socket.send(encode(SEND_INDICATION, randomBytes(12), attributes), port, HOST)
    },
    received: () =>
      new Promise((resolve) =>
        socket.on('message', (message: Buffer) => {
          const { type, attributes } = decode(message)
          const data = attributes.get(DATA)
          if (type === DATA_INDICATION && data !== undefined) resolve(data)
        }),
      ),
    async refresh() {
      const lifetime: Attribute = [LIFETIME, Uint8Array.of(0, 0, 600 >> 8, 600 & 255)]
      const ask = () => exchange(socket, port, REFRESH, [lifetime, ...auth], WAIT_MS, key)
      const codes: number[] = []
      while (codes.length < 2) {
        const answer = await ask()
        const code = answer === undefined ? 0 : errorOf(answer)
        if (code === undefined) break
        codes.push(code)
        const fresh = answer?.attributes.get(NONCE)
        if (code !== STALE_NONCE || fresh === undefined) break
        auth = [...auth.slice(0, 2), [NONCE, fresh]]
      }
      return codes
    },
    release: async () =>
      errorOf(await exchange(socket, port, REFRESH, [[LIFETIME, new Uint8Array(4)], ...auth], WAIT_MS, key)),
    close: () => socket.close(),
  }
}
