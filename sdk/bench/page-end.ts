/** An end of the tunnel bench as a script in a page. */
import { browserPlatform } from '../src/adapters/browser/platform.js'
import { bareEnd } from './ends.js'
import { farEnd, openTunnelEnd } from './far-end.js'
import { peerJsEnd } from './peerjs-end.js'
import { simplePeerEnd } from './simple-peer-end.js'

const platform = browserPlatform()

Object.assign(globalThis, {
  end: farEnd({
    bare: () => bareEnd(RTCPeerConnection),
    tunnel: (role) => openTunnelEnd(platform, role),
    'simple-peer': simplePeerEnd,
    PeerJS: peerJsEnd,
  }),
})
