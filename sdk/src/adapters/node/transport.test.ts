import { describe, expect, it, test } from 'vitest'
import { transportSuite } from '../../suites/transport.suite.js'
import { nodeTransport, withoutNames } from './transport.js'

transportSuite({ describe, it }, 'simple-peer on node-datachannel', { webrtc: true }, nodeTransport)

test('[T11] no name of a candidate is left for the machine to resolve, and all else of the description stays', () => {
  const lines = (...candidates: string[]) =>
    ['v=0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', ...candidates, 'a=mid:0', ''].join('\r\n')
  const numbers = [
    'a=candidate:1 1 UDP 2122317823 198.51.100.7 50000 typ host',
    'a=candidate:2 1 UDP 1686052863 2001:db8::7 50000 typ srflx raddr 0.0.0.0 rport 0',
  ]
  const name = 'a=candidate:3 1 udp 2113937151 be863c5b-fec3-4cb1-931f-16775699e0d7.local 54443 typ host'
  expect(withoutNames(lines(name, ...numbers, name))).toBe(lines(...numbers))
  expect(withoutNames(lines(name))).toBe(lines())
})
