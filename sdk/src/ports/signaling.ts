/** Signalling: the introduction socket, as whole binary frames. Knows nothing of their content. */

export interface SignalingEvents {
  onOpen(): void
  onFrame(frame: Uint8Array): void
  /** Exactly once, after which nothing follows; also when opening failed. */
  onClose(): void
}

export interface SignalingSocket {
  /** Throws `closed` before open and after close. */
  send(frame: Uint8Array): void
  close(): void
}

export interface Signaling {
  /** `url`: ws: or wss:, without credentials; the ticket travels in the first frame. */
  open(url: string, events: SignalingEvents): SignalingSocket
}
