/** Which addresses are on the public internet (spec/05 section 16), to which alone a push goes, and which are this machine. Pure. */
import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose registries: this network, private, shared, loopback, link-local, tests, multicast, reserved. */
const SPECIAL_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Global unicast; mapped, translated, unique local, link-local and multicast addresses are all outside it. */
const UNICAST_V6 = ['2000::', 3] as const
/** In it: protocol assignments (Teredo among them), documentation, 6to4, which leads to an IPv4 address. */
const SPECIAL_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

function listOf(networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family)
  return list
}

const specialV4 = listOf(SPECIAL_V4, 'ipv4')
const unicastV6 = listOf([UNICAST_V6], 'ipv6')
const specialV6 = listOf(SPECIAL_V6, 'ipv6')

/** False for what is no address, and for one with a zone. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false
  switch (isIP(address)) {
    case 4:
      return !specialV4.check(address, 'ipv4')
    case 6:
      return unicastV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
    default:
      return false
  }
}

/** An address, never a name: what a name leads to is not known here. */
export function isLoopbackAddress(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
