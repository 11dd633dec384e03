/** WebRTC in Node: simple-peer over node-datachannel's polyfill, with its gaps closed. */
import { isIP } from 'node:net'
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

/**
 * An answerer looks at the offerer's candidates so much later. libdatachannel starts ICE with an answer before it has
 * stored the answer's fingerprint. If the answerer's checks wait there already, DTLS can run through in between, on a
 * busy machine or a short link, and finds a certificate that it does not know. An answerer without candidates sends no
 * checks: the offerer's come first, and those start last. Late candidates are still in time for NATs that want packets
 * from both sides.
 */
const CANDIDATES_AFTER_MS = 500

/**
 * Without candidates that give an mDNS name in place of an address. libjuice resolves names like any other: the machine's
 * name server would be asked for the other side's (06-73). Its checks come from an address that ICE takes as it is.
 */
export function withoutNames(sdp: string): string {
  return sdp.replace(/^a=candidate:.*\r\n/gm, (line) => (isIP(line.split(' ')[4] ?? '') === 0 ? '' : line))
}

type Description = RTCSessionDescriptionInit & { readonly sdp: string }

class NodePeerConnection extends polyfill.RTCPeerConnection {
  #remote: Description | undefined
  #later: NodeJS.Timeout | undefined

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

  override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const sdp = withoutNames(description.sdp ?? '')
    if (description.type !== 'offer') return await super.setRemoteDescription({ type: description.type, sdp })
    const candidates = [...sdp.matchAll(/^a=(candidate:.*)\r$/gm)].map(([, candidate = '']) => candidate)
    const sdpMid = /^a=mid:(\S{1,3})\r$/m.exec(sdp)?.[1] ?? '0'
    const bare = sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '')
    await super.setRemoteDescription({ type: 'offer', sdp: bare })
    this.#remote = { type: 'offer', sdp }
    this.#later = setTimeout(() => {
      for (const candidate of candidates) {
        // A candidate that this library cannot use, such as a TCP one, is not the end.
        this.addIceCandidate({ candidate, sdpMid }).catch(() => {})
      }
    }, CANDIDATES_AFTER_MS)
  }

  /** With its candidates from the start: whether the other end is a mirror is read from here. */
  override get remoteDescription() {
    return (this.#remote ?? super.remoteDescription) as polyfill.RTCSessionDescription
  }

  override close(): void {
    clearTimeout(this.#later)
    super.close()
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
