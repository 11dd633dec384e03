/**
 * What a router does with UDP (RFC 4787 sections 4 and 5), seen from a host behind it. `tsx nat-probe.ts ask ADDRESS:PORT
 * ADDRESS:PORT` asks two STUN servers from one socket how it looks there, then a responder that `tsx nat-probe.ts answer
 * ADDRESS` runs on a public host: it answers from a port that nobody wrote to, and then from the one that was asked.
 */
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'

export const RESPONDER_PORT = 4_000

export interface Nat {
  /** Whether both servers saw the same port, and whether that is the host's own. */
  readonly mapping: 'endpoint-independent' | 'endpoint-dependent'
  readonly keepsPort: boolean
  /** Whether a packet comes in from a port that was not written to. */
  readonly filtering: 'address-dependent or none' | 'address and port-dependent'
}

const MAGIC = 0x2112_a442
const XOR_MAPPED_ADDRESS = 0x0020
const RETRY_MS = 500

function bindingRequest(): Buffer {
  const request = Buffer.alloc(20)
  request.writeUInt16BE(0x0001, 0)
  request.writeUInt32BE(MAGIC, 4)
  randomBytes(12).copy(request, 8)
  return request
}

/** The port of the XOR-MAPPED-ADDRESS (RFC 8489 section 14.2). */
function mappedPort(answer: Buffer): number | undefined {
  for (let at = 20; at + 8 <= answer.length; at += 4 + ((answer.readUInt16BE(at + 2) + 3) & ~3)) {
    if (answer.readUInt16BE(at) === XOR_MAPPED_ADDRESS) return answer.readUInt16BE(at + 6) ^ (MAGIC >>> 16)
  }
  return undefined
}

/** Sends until an answer comes that `read` understands. */
async function askUntil<T>(socket: Socket, request: Buffer, to: string, read: (answer: Buffer) => T | undefined) {
  const [address, port] = to.split(':')
  const send = () => socket.send(request, Number(port), address)
  const timer = setInterval(send, RETRY_MS)
  send()
  try {
    for (;;) {
      const [answer] = (await once(socket, 'message')) as [Buffer]
      const found = read(answer)
      if (found !== undefined) return found
    }
  } finally {
    clearInterval(timer)
  }
}

async function ask(first: string, second: string, responder: string): Promise<Nat> {
  const socket = createSocket('udp4')
  socket.bind(0)
  await once(socket, 'listening')
  const ports: number[] = []
  for (const server of [first, second]) {
    const request = bindingRequest()
    const read = (answer: Buffer) =>
      answer.subarray(8, 20).equals(request.subarray(8, 20)) ? mappedPort(answer) : undefined
    ports.push(await askUntil(socket, request, server, read))
  }
  // The responder's answer from its other port was sent first, and the way is the same: what is not here then never came.
  let stranger = false
  socket.on('message', (answer) => {
    if (answer.toString() === 'from another port') stranger = true
  })
  await askUntil(socket, Buffer.from('who is there'), responder, (answer) =>
    answer.toString() === 'from this port' ? true : undefined,
  )
  const own = socket.address().port
  socket.close()
  return {
    mapping: ports[0] === ports[1] ? 'endpoint-independent' : 'endpoint-dependent',
    keepsPort: ports.every((port) => port === own),
    filtering: stranger ? 'address-dependent or none' : 'address and port-dependent',
  }
}

async function answer(address: string): Promise<void> {
  const [asked, other] = [createSocket('udp4'), createSocket('udp4')]
  asked.bind(RESPONDER_PORT, address)
  other.bind(RESPONDER_PORT + 1, address)
  await Promise.all([once(asked, 'listening'), once(other, 'listening')])
  asked.on('message', (_, from) => {
    other.send('from another port', from.port, from.address, () =>
      asked.send('from this port', from.port, from.address),
    )
  })
  process.stdout.write('ready\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [role, ...addresses] = process.argv.slice(2)
  const [first = '', second = '', third = ''] = addresses
  if (role === 'answer') await answer(first)
  else process.stdout.write(`${JSON.stringify(await ask(first, second, third))}\n`)
}
