/**
 * A small internet of namespaces that nothing leaves:
 *
 *   ana, guest ─ lan ─ routerA ─┐                     ┌─ server   solo2.test
 *                               ├─ wan (one bridge) ──┤
 *          ben ─ lan ─ routerB ─┘                     └─ mirror   mirror.test
 *
 * Routers, the mirror's reachability, loss and rates change while people are connected.
 */
import { addCable, addHost, firewall, inside, ip, nameTable, removeHost, run, sweepHosts } from './namespaces.js'
import type { Conditions, Place } from './situations.js'

/** Addresses that the shipped deny list of the mirror leaves to people (reference-server/deploy/turnserver.conf). */
const WAN = '20.0.0'
const WAN6 = '2001:db8::'
const AT = { routerA: 1, routerB: 2, server: 10, mirror: 20 } as const
export const NAMES = { server: 'solo2.test', mirror: 'mirror.test' } as const
/** Of the server on the open network, for a probe that resolves nothing. */
export const SERVER_ADDRESS = `${WAN}.${AT.server}`
export const MIRROR_ADDRESS = `${WAN}.${AT.mirror}`

/** Short of the longest burst of one frame, so that a slow link is slow from the first packet on. */
const BURST = '16kb'

export interface World extends Disposable {
  /** Namespaces of the two people; the same one where they share a host. */
  readonly people: { readonly ana: string; readonly ben: string }
  /** Where others may look for them: their own addresses, and those that stand for them in the world. */
  readonly addresses: { readonly ana: readonly string[]; readonly ben: readonly string[] }
  readonly server: string
  readonly mirror: string
  /** From now on, for new flows and old. */
  set(conditions: Conditions): void
  /** Whether packets reach the mirror. */
  setMirror(reachable: boolean): void
  /** Bytes that came to the mirror's interface so far. */
  mirrored(): number
}

export function makeWorld(place: Place): World {
  sweepHosts()
  const translated = place === 'behind-routers' || place === 'one-lan' || place === 'one-host'
  const hasIpv6 = place === 'one-with-ipv6'
  const all: string[] = []
  const add = (role: string): string => {
    const host = addHost(role)
    all.push(host)
    return host
  }
  const wan = add('wan')
  ip(wan, 'link add br0 type bridge')
  ip(wan, 'link set br0 up')

  function onWan(role: keyof typeof AT): string {
    const host = add(role)
    addCable(wan, role, host, 'wan')
    ip(wan, `link set ${role} master br0`)
    ip(host, `addr add ${WAN}.${AT[role]}/24 dev wan`)
    ip(host, `addr add ${WAN6}${AT[role]}/64 dev wan nodad`)
    return host
  }
  const server = onWan('server')
  const mirror = onWan('mirror')
  const routers = { a: onWan('routerA'), b: onWan('routerB') }

  /** A net behind a router: private addresses where it translates them, public ones where it only forwards. */
  function lan(side: 'a' | 'b', number: number): (role: string, last: number, ipv6?: boolean) => string {
    const router = routers[side]
    const net = translated ? `192.168.${number}` : `20.0.${number}`
    const net6 = `2001:db8:0:${number}::`
    run('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'])
    ip(router, 'link add lan type bridge')
    ip(router, 'link set lan up')
    ip(router, `addr add ${net}.1/24 dev lan`)
    ip(router, `addr add ${net6}1/64 dev lan nodad`)
    const gateway = side === 'a' ? AT.routerA : AT.routerB
    for (const other of [server, mirror, routers[side === 'a' ? 'b' : 'a']]) {
      ip(other, `route add ${net}.0/24 via ${WAN}.${gateway}`)
      ip(other, `-6 route add ${net6}/64 via ${WAN6}${gateway}`)
    }
    return (role, last, ipv6 = false) => {
      const host = add(role)
      addCable(router, role, host, 'eth')
      ip(router, `link set ${role} master lan`)
      setIpv4(host, net, last, true)
      if (ipv6) {
        ip(host, `addr add ${net6}${last}/64 dev eth nodad`)
        ip(host, `-6 route add default via ${net6}1`)
      }
      // Who has both asks the server by IPv6, so that losing the other family cuts no more than the way to the other person.
      nameTable(host, [
        [`${ipv6 ? WAN6 : `${WAN}.`}${AT.server}`, NAMES.server],
        ...(ipv6 ? [[`${WAN6}${AT.mirror}`, NAMES.mirror] as const] : []),
        [`${WAN}.${AT.mirror}`, NAMES.mirror],
      ])
      return host
    }
  }
  const onLanA = lan('a', 1)
  const onLanB = lan('b', 2)
  const ana = onLanA('ana', 2, hasIpv6)
  const ben = place === 'one-host' ? ana : place === 'one-lan' ? onLanA('guest', 3) : onLanB('ben', 2)

  const world: World = {
    people: { ana, ben },
    addresses: {
      ana: [...addressesOf(ana), `${WAN}.${AT.routerA}`],
      ben: [...addressesOf(ben), `${WAN}.${AT.routerB}`],
    },
    server,
    mirror,
    set(conditions) {
      for (const router of Object.values(routers)) firewall(router, routerRules(translated, conditions))
      for (const host of new Set([ana, ben])) {
        firewall(host, lossRules(conditions.lossPercent ?? 0))
        limitRate(host, conditions.mbit)
      }
      if (hasIpv6) setIpv4(ana, '20.0.1', 2, conditions.onlyIpv6 !== true)
    },
    setMirror(reachable) {
      const chain = (hook: string) => `chain ${hook} {\ntype filter hook ${hook} priority filter; policy drop;\n}`
      firewall(mirror, reachable ? '' : `${chain('input')}\n${chain('output')}`)
    },
    mirrored() {
      const [link] = JSON.parse(ip(mirror, '-j -s link show wan')) as [{ stats64: { rx: { bytes: number } } }]
      return link.stats64.rx.bytes
    },
    [Symbol.dispose]() {
      for (const host of all) removeHost(host)
    },
  }
  world.set({})
  return world
}

function addressesOf(host: string): string[] {
  const [link] = JSON.parse(ip(host, '-j addr show dev eth')) as [{ addr_info: { local: string }[] }]
  return link.addr_info.map(({ local }) => local)
}

function setIpv4(host: string, net: string, last: number, present: boolean): void {
  if (!present) return void ip(host, '-4 addr flush dev eth')
  ip(host, `addr replace ${net}.${last}/24 dev eth`)
  ip(host, `route replace default via ${net}.1`)
}

/**
 * What comes uninvited is dropped at the router itself too: accepted there, it would leave a flow in its table that takes
 * the port which the host's own flow wants, and no hole could be punched.
 */
function routerRules(translated: boolean, { ports = 'kept', out = 'all' }: Conditions): string {
  const masquerade = ports === 'drawn' ? 'masquerade random,fully-random' : 'masquerade'
  const blocked = {
    all: [],
    tcp: ['meta l4proto udp drop'],
    'tcp-443': ['meta l4proto udp drop', 'iifname "lan" tcp dport != 443 drop'],
  }[out]
  const uninvited = translated ? 'iifname "wan" ct state new drop' : 'accept'
  return [
    ...(translated
      ? [
          'chain post {',
          'type nat hook postrouting priority srcnat;',
          `oifname "wan" meta nfproto ipv4 ${masquerade}`,
          '}',
        ]
      : []),
    'chain input {',
    'type filter hook input priority filter;',
    'iifname "wan" meta l4proto { tcp, udp } drop',
    '}',
    'chain forward {',
    'type filter hook forward priority filter;',
    ...blocked,
    uninvited,
    '}',
  ].join('\n')
}

function lossRules(percent: number): string {
  if (percent === 0) return ''
  return [
    'chain input {',
    'type filter hook input priority filter;',
    `iifname "eth" numgen random mod 100 < ${percent} drop`,
    '}',
  ].join('\n')
}

function limitRate(host: string, mbit: number | undefined): void {
  const [program = '', ...args] = inside(host, 'tc', 'qdisc')
  if (mbit === undefined) {
    if (run(program, [...args, 'show', 'dev', 'eth']).includes('tbf'))
      run(program, [...args, 'del', 'dev', 'eth', 'root'])
    return
  }
  const shape = `root tbf rate ${mbit}mbit burst ${BURST} latency 50ms`
  run(program, [...args, 'replace', 'dev', 'eth', ...shape.split(' ')])
}
