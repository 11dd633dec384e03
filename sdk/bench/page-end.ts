/** The far end of the tunnel bench as a script in a page. */
import { browserHost } from '../src/adapters/browser/host.js'
import { browserTransport } from '../src/adapters/browser/transport.js'
import { noblePrimitives } from '../src/crypto/primitives-noble.js'
import { farEnd } from './far-end.js'

Object.assign(globalThis, {
  end: farEnd({ host: browserHost(noblePrimitives), transport: browserTransport() }, RTCPeerConnection),
})
