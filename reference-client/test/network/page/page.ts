/** A person on the SDK's browser entry, in a page that the server serves. */
import { Solo2 } from '@solo2/sdk'
import { createPeer, type PeerCalls } from '../peer.js'

declare global {
  var peer: PeerCalls | undefined
}

globalThis.peer = createPeer((options) => Solo2.register(options))
