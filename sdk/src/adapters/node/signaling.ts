/** Signalling in Node on `ws`: Node 20 has no WebSocket of its own, and later ones cannot bound a frame's length. */
import { WebSocket } from 'ws'
import { CHOSEN } from '../../limits.js'
import type { Signaling } from '../../ports/signaling.js'
import { type WebSocketLike, webSocketSignaling } from '../websocket-signaling.js'

export const nodeSignaling: Signaling = webSocketSignaling(
  (url) =>
    new WebSocket(url, {
      // Sealed signals do not shrink.
      perMessageDeflate: false,
      maxPayload: CHOSEN.SERVER_FRAME_BYTES,
      handshakeTimeout: CHOSEN.SERVER_ANSWER_MS,
      followRedirects: false,
    }) as unknown as WebSocketLike,
)
