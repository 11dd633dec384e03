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
/** What stands for Ana in the world, behind a router that translates. */
export const ROUTER_OF_ANA = `${WAN}.${AT.routerA}`

/** What passes at once after a pause: a few frames where the queue is short, else one packet, so that each frame takes its time. */
const BURST = { shortQueue: '16kb', longQueue: '2kb' } as const

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
  /** Ana is elsewhere from now on: her interface goes and another one comes up, or her address is another one. */
  roam(how: 'interface' | 'address'): void
  /** The addresses of a person are gone, and come again. */
  cut(who: 'ana' | 'ben'): void
  mend(who: 'ana' | 'ben'): void
  /** Nothing leaves that person's host until it may again, or conditions are set; what comes to it comes. */
  setMute(who: 'ana' | 'ben', isMute: boolean): void
  /** Pulls that person's cable at the router's end, or puts it in again. */
  setPlugged(who: 'ana' | 'ben', isPlugged: boolean): void
  /** Bytes that came to the mirror's interface so far. */
  mirrored(): number
  /** Bytes that passed the server's interface so far, either way. */
  served(): number
  /** Bytes that came to Ben's interface so far. */
  arrived(): number
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

  const netOf = (number: number): string => (translated ? `192.168.${number}` : `20.0.${number}`)

  /** A net behind a router: private addresses where it translates them, public ones where it only forwards. */
  function lan(side: 'a' | 'b', number: number): (role: string, last: number, ipv6?: boolean) => string {
    const router = routers[side]
    const net = netOf(number)
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

  let moved = 0
  let interfaceOfAna = 'eth'
  let plugOfAna = 'ana'
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
        limitRate(host, host === ana ? interfaceOfAna : 'eth', conditions)
      }
      if (hasIpv6) setIpv4(ana, '20.0.1', 2, conditions.onlyIpv6 !== true)
    },
    setMirror(reachable) {
      const chain = (hook: string) => `chain ${hook} {\ntype filter hook ${hook} priority filter; policy drop;\n}`
      firewall(mirror, reachable ? '' : `${chain('input')}\n${chain('output')}`)
    },
    roam(how) {
      moved++
      const net = netOf(1)
      const last = 10 + moved
      if (how === 'address') {
        ip(ana, `-4 addr flush dev ${interfaceOfAna}`)
      } else {
        ip(ana, `link del ${interfaceOfAna}`)
        interfaceOfAna = `eth${moved}`
        plugOfAna = `ana${moved}`
        addCable(routers.a, plugOfAna, ana, interfaceOfAna)
        ip(routers.a, `link set ${plugOfAna} master lan`)
      }
      ip(ana, `addr replace ${net}.${last}/24 dev ${interfaceOfAna}`)
      ip(ana, `route replace default via ${net}.1`)
    },
    cut: (who) => void ip(world.people[who], '-4 addr flush dev eth'),
    mend: (who) => setIpv4(world.people[who], netOf(who === 'ana' ? 1 : 2), 2, true),
    mirrored: () => counted(mirror, 'wan').received,
    served() {
      const { received, sent } = counted(server, 'wan')
      return received + sent
    },
    arrived: () => counted(ben, 'eth').received,
    setMute: (who, isMute) => firewall(world.people[who], isMute ? SILENCE : ''),
    setPlugged(who, isPlugged) {
      const [router, plug] = who === 'ana' ? [routers.a, plugOfAna] : [routers.b, 'ben']
      ip(router, `link set ${plug} ${isPlugged ? 'up' : 'down'}`)
    },
    [Symbol.dispose]() {
      for (const host of all) removeHost(host)
    },
  }
  world.set({})
  return world
}

function counted(host: string, device: string): { readonly received: number; readonly sent: number } {
  type Counter = { bytes: number }
  const [link] = JSON.parse(ip(host, `-j -s link show ${device}`)) as [{ stats64: { rx: Counter; tx: Counter } }]
  return { received: link.stats64.rx.bytes, sent: link.stats64.tx.bytes }
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

const SILENCE = ['chain output {', 'type filter hook output priority filter; policy drop;', '}'].join('\n')

function lossRules(percent: number): string {
  if (percent === 0) return ''
  return [
    'chain input {',
    'type filter hook input priority filter;',
    `iifname "eth*" numgen random mod 100 < ${percent} drop`,
    '}',
  ].join('\n')
}

function limitRate(host: string, device: string, { mbit, queueMs }: Conditions): void {
  const [program = '', ...args] = inside(host, 'tc', 'qdisc')
  if (mbit === undefined) {
    if (run(program, [...args, 'show', 'dev', device]).includes('tbf'))
      run(program, [...args, 'del', 'dev', device, 'root'])
    return
  }
  const burst = queueMs === undefined ? BURST.shortQueue : BURST.longQueue
  const shape = `root tbf rate ${mbit}mbit burst ${burst} latency ${queueMs ?? 50}ms`
  run(program, [...args, 'replace', 'dev', device, ...shape.split(' ')])
}
