/** WebRTC in Node: simple-peer over node-datachannel's polyfill, with its three gaps closed. */
import { setSctpSettings } from 'node-datachannel'
import * as polyfill from 'node-datachannel/polyfill'
import SimplePeer from 'simple-peer'
import type { Transport } from '../../ports/transport.js'
import { simplePeerTransport } from '../simple-peer-transport.js'

/**
 * Bytes that SCTP keeps below `bufferedAmount`. Its own default of a megabyte would put chat a third of a second behind
 * file data on a 20 Mbit/s link, which no high-water mark could see (spec/decisions/0002).
 */
const SCTP_SEND_BUFFER = 262_144

export function nodeTransport(): Transport {
  // For the whole process, and for connections that are made after it.
  setSctpSettings({ sendBufferSize: SCTP_SEND_BUFFER })
  return simplePeerTransport({
    SimplePeer,
    wrtc: { ...polyfill, RTCPeerConnection: NodePeerConnection },
    iceServer: encodeCredentials,
  })
}

class NodePeerConnection extends polyfill.RTCPeerConnection {
  constructor(config?: ConstructorParameters<typeof polyfill.RTCPeerConnection>[0]) {
    super(config)
    // The standard's end of candidates (W3C WebRTC section 4.4.1.3): without it each description would wait for its limit.
    this.addEventListener('icegatheringstatechange', () => {
      if (this.iceGatheringState !== 'complete') return
      this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: null }))
    })
  }

  // simple-peer assigns to the description's `sdp`, which is read-only there.
  override async createOffer(): Promise<RTCSessionDescriptionInit & { sdp: string; type: 'offer' }> {
    const { sdp } = await super.createOffer()
    return { type: 'offer', sdp: sdp ?? '' }
  }

  override async createAnswer(): Promise<RTCSessionDescriptionInit & { sdp: string; type: 'answer' }> {
    const { sdp } = await super.createAnswer()
    return { type: 'answer', sdp: sdp ?? '' }
  }
}

/** node-datachannel glues both into a URL: the colon of a REST user name would end it and no candidate would come. */
function encodeCredentials(server: RTCIceServer): RTCIceServer {
  if (!server.username || !server.credential) return { urls: server.urls }
  return {
    urls: server.urls,
    username: encodeURIComponent(server.username),
    credential: encodeURIComponent(server.credential),
  }
}
