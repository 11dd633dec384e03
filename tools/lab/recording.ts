/** Datagrams as they passed an interface, with the kernel's times: dumpcap writes, this reads. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { inside } from './namespaces.js'

export interface Datagram {
  /** Seconds. */
  readonly at: number
  readonly from: string
  readonly fromPort: number
  readonly to: string
  readonly toPort: number
  /** Bytes of payload. */
  readonly length: number
  /** As much of it as was recorded. */
  readonly payload: Buffer
  /** ICE's own checks are in clear and tell themselves (RFC 8489 section 5). */
  readonly isStun: boolean
}

/** As much of a packet as is looked at: Ethernet, IPv4 and UDP headers, and a STUN header's cookie. */
const SNAP = 64
const [ETHERNET, IPV4, UDP] = [14, 0x0800, 17]
const COOKIE = 0x2112a442

/** Whole packets. */
export const WHOLE = 65_535

/** Records IPv4 UDP on an interface of a host into a file, until `stop`; of each packet so many bytes. */
export async function record(
  host: string,
  device: string,
  file: string,
  snap = SNAP,
): Promise<{ stop(): Promise<Datagram[]> }> {
  const command = inside(host, 'dumpcap', '-q', '-P', '-i', device, '-f', 'ip and udp', '-s', `${snap}`, '-w', file)
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  await begun(child)
  return {
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      await gone
      return [...datagramsOf(readFileSync(file))]
    },
  }
}

async function begun(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('the recorder says nothing')
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('File:')) continue
    child.stderr.resume()
    return
  }
  throw new Error('the recorder ended before it began')
}

/** The classic pcap format, in the byte order of the machine that wrote it. */
export function* datagramsOf(file: Buffer): Generator<Datagram> {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const magic = view.getUint32(0, true)
  const unit = magic === 0xa1b23c4d ? 1e-9 : 1e-6
  if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) throw new Error('not a recording of this machine')
  for (let start = 24; start + 16 <= file.length; ) {
    const captured = view.getUint32(start + 8, true)
    const packet = file.subarray(start + 16, start + 16 + captured)
    const datagram = parsed(packet, view.getUint32(start, true) + view.getUint32(start + 4, true) * unit)
    if (datagram !== undefined) yield datagram
    start += 16 + captured
  }
}

function parsed(packet: Buffer, at: number): Datagram | undefined {
  if (packet.length < ETHERNET + 28 || packet.readUInt16BE(12) !== IPV4) return undefined
  const ip = packet.subarray(ETHERNET)
  const udp = ip.subarray(((ip[0] ?? 0) & 15) * 4)
  if (ip[9] !== UDP || udp.length < 8) return undefined
  return {
    at,
    from: [...ip.subarray(12, 16)].join('.'),
    to: [...ip.subarray(16, 20)].join('.'),
    fromPort: udp.readUInt16BE(0),
    toPort: udp.readUInt16BE(2),
    length: udp.readUInt16BE(4) - 8,
    payload: udp.subarray(8, udp.readUInt16BE(4)),
    isStun: udp.length >= 16 && udp.readUInt32BE(12) === COOKIE,
  }
}
