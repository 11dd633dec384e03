/** Two hosts with one cable between them that carries so many Mbit/s each way. Needs root, iproute2 and `tc`. */
import { addCable, addHost, inside, ip, removeHost, run, sweepHosts } from '../../tools/lab/namespaces.js'

export interface Link {
  readonly hosts: readonly [string, string]
  close(): void
}

/** As a router has it that is not bloated. */
const QUEUE_MS = 50
/** At least what one tick of the kernel's clock lets through at 100 Mbit/s. */
const BURST = '64kb'

export const canLimit = process.platform === 'linux' && process.getuid?.() === 0

export function openLink(mbit: number): Link {
  sweepHosts()
  const hosts = [addHost('a'), addHost('b')] as const
  addCable(hosts[0], 'v0', hosts[1], 'v0')
  hosts.forEach((host, i) => {
    ip(host, `addr add 198.51.100.${i + 1}/24 dev v0`)
    ip(host, `route add default via 198.51.100.${2 - i}`)
    const shape = `tc qdisc add dev v0 root tbf rate ${mbit}mbit burst ${BURST} latency ${QUEUE_MS}ms`
    const [program = '', ...args] = inside(host, ...shape.split(' '))
    run(program, args)
  })
  return { hosts, close: () => hosts.forEach(removeHost) }
}
