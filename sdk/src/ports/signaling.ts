/** Signalling: the introduction socket, as whole binary frames. Knows nothing of their content. */

export interface SignalingEvents {
  /** The socket is open: frames can be sent. */
  onOpen(): void
  /** One whole binary message of the server. */
  onFrame(frame: Uint8Array): void
  /** Exactly once, after which nothing follows; also when opening failed. */
  onClose(): void
}

/** One introduction socket. */
export interface SignalingSocket {
  /** Throws `closed` before open and after close. */
  send(frame: Uint8Array): void
  /** Idempotent; `onClose` follows unless it came already. */
  close(): void
}

/** Opens introduction sockets (spec/06 section 2). */
export interface Signaling {
  /** `url`: ws: or wss:, without credentials; the ticket travels in the first frame. */
  open(url: string, events: SignalingEvents): SignalingSocket
}
