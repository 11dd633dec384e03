/** Whose request it is: the peer of the connection, or what a trusted proxy in front says (spec/05 section 7). */
import { BlockList, isIP } from 'node:net'
import { Solo2Error } from '@solo2/sdk/shared'
import { addressBytes, addressText, unmapped } from '../log/address.js'

export type ClientAddress = (peer: Uint8Array, forwardedFor: string) => Uint8Array

/**
 * `trusted`: addresses or networks ("10.0.0.0/8"). Without any, forwarding headers are never looked at. Behind trusted
 * ones, the client is the last address of X-Forwarded-For that is not a trusted proxy itself.
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return (peer) => peer
  const proxies = new BlockList()
  for (const entry of trusted) {
    const [address = '', prefix] = entry.split('/')
    const kind = isIP(address)
    const bits = prefix === undefined ? (kind === 4 ? 32 : 128) : Number(prefix)
    if (kind === 0 || !Number.isInteger(bits) || bits < 0 || bits > (kind === 4 ? 32 : 128)) {
      throw new Solo2Error('invalid_argument', 'SOLO2_TRUSTED_PROXIES holds what is no address', {
        field: 'SOLO2_TRUSTED_PROXIES',
      })
    }
    proxies.addSubnet(address, bits, kind === 4 ? 'ipv4' : 'ipv6')
  }
  const isProxy = (address: Uint8Array) => {
    const plain = unmapped(address)
    return proxies.check(addressText(plain), plain.length === 4 ? 'ipv4' : 'ipv6')
  }

  return (peer, forwardedFor) => {
    let client = peer
    const hops = forwardedFor.split(',').map((hop) => addressBytes(hop.trim()))
    for (let hop = hops.pop(); hop !== undefined && isProxy(client); hop = hops.pop()) client = hop
    return client
  }
}
