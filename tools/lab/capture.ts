/** All that leaves a host, as it leaves: what its programs say of their requests does not count. Needs tshark. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { inside, run } from './namespaces.js'

export interface Packet {
  readonly to: string
  /** UDP or TCP; 0 for others. */
  readonly port: number
  /** What it asks a name server for. */
  readonly name: string
}

export interface Capture extends Disposable {
  /** So far, in order. */
  readonly packets: readonly Packet[]
  /** Resolves with the first such packet, now or later. */
  seen(is: (packet: Packet) => boolean): Promise<Packet>
  /** Resolves when the capture has told of all that left before: it holds packets back. Sends datagrams to that address. */
  mark(to: string): Promise<void>
}

/** Neighbours and routers found on the link, and groups joined there: the kernel's, and they go no farther. */
const FILTER = 'outbound and not arp and not icmp6 and not igmp'
const FIELDS = ['ip.dst', 'ipv6.dst', 'udp.dstport', 'tcp.dstport', 'dns.qry.name']

const MARK_MS = 200

/** Once it captures. */
export async function startCapture(host: string): Promise<Capture> {
  const fields = [
    '-T',
    'fields',
    '-E',
    'separator=|',
    '-E',
    'occurrence=f',
    ...FIELDS.flatMap((field) => ['-e', field]),
  ]
  const [program = '', ...args] = inside(host, 'tshark', '-i', 'eth', '-l', '-n', '-f', FILTER, ...fields)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const packets: Packet[] = []
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [ip4 = '', ip6 = '', udp = '', tcp = '', name = ''] = line.split('|')
    packets.push({ to: ip4 || ip6, port: Number(udp || tcp), name })
    for (const look of [...waiting]) look()
  })
  await capturing(child)
  const capture: Capture = {
    packets,
    seen: (is) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = packets.find(is)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    async mark(to) {
      const port = ++marks
      const send = () => void sendFrom(host, to, port)
      const timer = setInterval(send, MARK_MS)
      send()
      await capture.seen((packet) => packet.to === to && packet.port === port)
      clearInterval(timer)
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
  return capture
}

let marks = 0

/** One datagram, from a process in that host. */
function sendFrom(host: string, to: string, port: number): void {
  const [program = '', ...args] = inside(host, 'bash', '-c', `echo mark > /dev/udp/${to}/${port}`)
  run(program, args)
}

async function capturing(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('the capture says nothing')
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('Capturing on')) continue
    child.stderr.resume()
    return
  }
  await once(child, 'exit')
  throw new Error('the capture ended before it began')
}
