/** Transport: one ordered, reliable channel of FRAME_SIZE messages between two devices (WebRTC, or a twin in memory). */

/** A STUN or TURN server (RFC 8489, RFC 8656), as WebRTC takes it. */
export interface IceServer {
  readonly urls: readonly string[]
  readonly username?: string
  readonly credential?: string
  /** Unix milliseconds from which on a fresh credential should take the place of this one. */
  readonly renewAt?: number
}

/** How the bytes go: directly between the devices or reflected by a mirror (TURN). `unknown` until ICE has told. */
export type PathKind = 'direct' | 'mirror' | 'unknown'

/** The path of a connection. */
export interface PathInfo {
  readonly kind: PathKind
  /** ICE candidate types of the selected pair, for the diagnosis; empty while unknown. */
  readonly local: string
  readonly remote: string
}

/** What a connection is made of. */
export interface ConnectionOptions {
  /** The offerer creates the offer, the answerer answers it. */
  readonly role: 'offerer' | 'answerer'
  /** Own servers only; an empty list means host candidates only. Never a default of the library. */
  readonly iceServers: readonly IceServer[]
  /** Mirror only: no host or reflexive candidate is gathered. */
  readonly relayOnly?: boolean
}

/** What a connection tells. Each is called by it, never inside a call to it. */
export interface ConnectionEvents {
  /** The channel carries messages now. */
  onOpen(): void
  /** One whole message, a view that the receiver may keep and change. */
  onMessage(message: Uint8Array): void
  /** The send buffer fell to or below the low-water mark. */
  onDrain(): void
  /** ICE lost or regained its path; the channel may come back by itself. */
  onPath(state: 'connected' | 'disconnected'): void
  /** The end, exactly once, from either side. No event follows. */
  onClose(): void
}

/**
 * A description is an SDP that spec/06 section 10 lets pass, whatever it describes: a transport that is not WebRTC names its
 * end of the channel in `ice-ufrag`, and both ends need the same one.
 *
 * No trickle: an SDP is complete when it is returned; gathering has a time limit (CHOSEN.GATHERING_MS).
 */
export interface Connection {
  /** Offerer only. */
  createOffer(): Promise<string>
  /** Answerer only. Rejects with `bad_sdp`. */
  acceptOffer(sdp: string): Promise<string>
  /** Offerer only. Rejects with `bad_sdp`. */
  acceptAnswer(sdp: string): Promise<void>
  /** Bytes given to `send` that have not left yet. */
  readonly bufferedAmount: number
  /** Copies `message` before it returns, whose memory is used again. Throws `closed` if the channel is not open. */
  send(message: Uint8Array): void
  /** How the bytes go now. */
  path(): Promise<PathInfo>
  /** Idempotent; `onClose` follows unless it came already. */
  close(): void
}

/** Makes connections. See {@link Connection} for what one must do. */
export interface Transport {
  /** A new connection; its events come after this call. */
  connect(options: ConnectionOptions, events: ConnectionEvents): Connection
}
