/**
 * The transport on simple-peer, the same in browsers and in Node (spec/decisions/0004). simple-peer brings the connection
 * up and notices its end. Messages do not pass through its stream: that would buffer without a limit while nobody reads
 * and copy each message once more, and its end may join buffered messages, where the tunnel needs each one whole.
 */
/// <reference path="./simple-peer.d.ts" />
import type SimplePeer from 'simple-peer'
import type { PeerOptions } from 'simple-peer'
import { ensure, Solo2Error } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { Connection, ConnectionEvents, ConnectionOptions, PathInfo, Transport } from '../ports/transport.js'
import { readPath } from './ice-path.js'

export interface SimplePeerPlatform {
  readonly SimplePeer: typeof SimplePeer
  /** The WebRTC implementation where the platform has none of its own. */
  readonly wrtc?: object
  /** How the platform wants its ICE servers spelt. */
  readonly iceServer?: (server: RTCIceServer) => RTCIceServer
}

/** What a channel tells its connection. */
interface ChannelEvents {
  open(): void
  message(data: unknown): void
  low(): void
}

export function simplePeerTransport(platform: SimplePeerPlatform): Transport {
  const Peer = channelPeer(platform.SimplePeer)
  return { connect: (options, events) => connect(new Peer(peerOptions(platform, options)), options, events) }
}

function peerOptions(platform: SimplePeerPlatform, options: ConnectionOptions): PeerOptions {
  const iceServers = options.iceServers.map(({ urls, username, credential }): RTCIceServer => {
    const plain = { urls: [...urls], ...(username && credential && { username, credential }) }
    return platform.iceServer ? platform.iceServer(plain) : plain
  })
  return {
    initiator: options.role === 'offerer',
    trickle: false,
    // Both members always: simple-peer would merge in a third party's STUN servers (T11).
    config: { iceServers, iceTransportPolicy: options.relayOnly ? 'relay' : 'all' },
    channelConfig: { ordered: true },
    // simple-peer draws a random label otherwise; a fixed one tells nothing and costs no bytes of the offer.
    channelName: 'solo2',
    ...(platform.wrtc && { wrtc: platform.wrtc }),
  }
}

/** simple-peer with the data channel's events handed out as they come. */
function channelPeer(Base: typeof SimplePeer) {
  return class ChannelPeer extends Base {
    declare channelEvents: ChannelEvents | undefined

    get channel(): RTCDataChannel | null {
      return this._channel
    }

    get connection(): RTCPeerConnection | null {
      return this._pc
    }

    /**
     * Limits gathering from now on. simple-peer itself counts from the first candidate, and a host with loopback only
     * never has one.
     */
    limitGathering(ms: number): void {
      this.iceCompleteTimeout = ms
      this._startIceCompleteTimeout()
    }

    protected override _setupData(event: { channel: RTCDataChannel }): void {
      super._setupData(event)
      event.channel.bufferedAmountLowThreshold = CHOSEN.LOW_WATER_BYTES
      // node-datachannel may hand over a channel that is open already.
      if (event.channel.readyState === 'open') this._onChannelOpen()
    }

    protected override _onChannelOpen(): void {
      super._onChannelOpen()
      this.channelEvents?.open()
    }

    protected override _onChannelMessage(event: MessageEvent): void {
      this.channelEvents?.message(event.data)
    }

    protected override _onChannelBufferedAmountLow(): void {
      this.channelEvents?.low()
    }
  }
}

type ChannelPeer = InstanceType<ReturnType<typeof channelPeer>>

function connect(peer: ChannelPeer, { role }: ConnectionOptions, events: ConnectionEvents): Connection {
  let state: 'new' | 'negotiating' | 'open' | 'closed' = 'new'
  let icePath: 'connected' | 'disconnected' | undefined
  const description = deferred()
  const applied = deferred()

  function end(error: unknown): void {
    if (state === 'closed') return
    const refused = (error as { code?: string } | undefined)?.code === 'ERR_SET_REMOTE_DESCRIPTION'
    const reason = refused
      ? new Solo2Error('bad_sdp', 'WebRTC refuses this description', { cause: error })
      : new Solo2Error('closed', 'the connection has ended', { cause: error })
    state = 'closed'
    description.reject(reason)
    applied.reject(reason)
    peer.channelEvents = undefined
    events.onClose()
  }

  function open(): void {
    if (state === 'open' || state === 'closed') return
    state = 'open'
    applied.resolve('')
    events.onOpen()
  }

  peer.channelEvents = {
    open,
    message(data) {
      // A message can overtake the event that says the channel is open.
      open()
      // A text message is none of ours: as zero bytes it breaks the tunnel's rule on sizes and ends it there.
      if (state === 'open') events.onMessage(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(0))
    },
    low() {
      // The event comes a turn late: what was sent meanwhile may have filled the buffer again, and another one follows.
      if (state === 'open' && connection.bufferedAmount <= CHOSEN.LOW_WATER_BYTES) events.onDrain()
    },
  }
  peer.on('signal', (signal) => {
    if (signal.sdp) description.resolve(signal.sdp)
  })
  peer.on('iceStateChange', (ice) => {
    if (ice === 'completed') ice = 'connected'
    if ((ice !== 'connected' && ice !== 'disconnected') || ice === icePath || state === 'closed') return
    icePath = ice
    events.onPath(ice)
  })
  peer.on('error', end)
  peer.on('close', () => end(undefined))

  function begin(expected: ConnectionOptions['role']): void {
    ensure(role === expected, 'wrong_state', `only the ${expected} may do this`)
    ensure(state !== 'closed', 'closed', 'the connection has ended')
    ensure(state === 'new', 'wrong_state', 'this connection negotiates already')
    state = 'negotiating'
  }

  function signal(type: 'offer' | 'answer', sdp: string): void {
    try {
      peer.signal({ type, sdp })
    } catch (error) {
      throw new Solo2Error('bad_sdp', 'WebRTC refuses this description', { cause: error })
    }
  }

  const connection: Connection = {
    async createOffer() {
      begin('offerer')
      peer.limitGathering(CHOSEN.GATHERING_MS)
      return await description.promise
    },
    async acceptOffer(sdp) {
      begin('answerer')
      signal('offer', sdp)
      peer.limitGathering(CHOSEN.GATHERING_MS)
      return await description.promise
    },
    async acceptAnswer(sdp) {
      ensure(role === 'offerer', 'wrong_state', 'only the offerer may do this')
      ensure(state !== 'closed', 'closed', 'the connection has ended')
      ensure(state === 'negotiating', 'wrong_state', 'no answer is due')
      const native = peer.connection
      native?.addEventListener('signalingstatechange', () => {
        if (native.signalingState === 'stable') applied.resolve('')
      })
      signal('answer', sdp)
      await applied.promise
    },
    get bufferedAmount() {
      return peer.channel?.bufferedAmount ?? 0
    },
    send(message) {
      ensure(state === 'open' && peer.channel?.readyState === 'open', 'closed', 'the channel is not open')
      try {
        peer.send(message)
      } catch (error) {
        throw new Solo2Error('closed', 'the channel takes no more', { cause: error })
      }
    },
    async path(): Promise<PathInfo> {
      return await readPath(peer.connection)
    },
    close() {
      peer.destroy()
    },
  }
  return connection
}

interface Deferred {
  readonly promise: Promise<string>
  resolve(value: string): void
  reject(error: Solo2Error): void
}

function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => {}
  let reject: Deferred['reject'] = () => {}
  const promise = new Promise<string>((yes, no) => {
    resolve = yes
    reject = no
  })
  // Nobody may be waiting when the connection ends.
  promise.catch(() => {})
  return { promise, resolve, reject }
}
