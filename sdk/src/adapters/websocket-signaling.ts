/** Signalling over a WebSocket (spec/06): binary frames in and out, nothing read. */
import { ensure, Solo2Error } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { Signaling, SignalingEvents, SignalingSocket } from '../ports/signaling.js'

/** The part of the standard WebSocket that is used; `ws` has the same. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
}

const OPEN = 1

export function webSocketSignaling(create: (url: string) => WebSocketLike): Signaling {
  return { open: (url, events) => openSocket(create, checked(url), events) }
}

/** The platform's own WebSocket. */
export const globalWebSocketSignaling: Signaling = webSocketSignaling(
  (url) => new WebSocket(url) as unknown as WebSocketLike,
)

function checked(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (error) {
    throw new Solo2Error('invalid_argument', 'not a URL', { field: 'url', cause: error })
  }
  // A URL can end up in logs: the ticket travels in the first frame, and nothing else belongs here (spec/06).
  ensure(parsed.protocol === 'ws:' || parsed.protocol === 'wss:', 'invalid_argument', 'not a ws: or wss: URL')
  ensure(
    !parsed.username && !parsed.password && !parsed.search && !parsed.hash,
    'invalid_argument',
    'a signalling URL holds no credentials',
  )
  return parsed.href
}

function openSocket(create: (url: string) => WebSocketLike, url: string, events: SignalingEvents): SignalingSocket {
  let ended = false
  let socket: WebSocketLike | undefined

  function end(): void {
    if (ended) return
    ended = true
    clearTimeout(timer)
    if (socket) {
      socket.onopen = null
      socket.onmessage = null
      socket.onclose = null
      // An error after the end, such as an aborted handshake, would be thrown if nobody listened.
      socket.onerror = () => {}
      socket.close()
    }
    events.onClose()
  }

  const timer = setTimeout(end, CHOSEN.SERVER_ANSWER_MS)
  try {
    socket = create(url)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      clearTimeout(timer)
      events.onOpen()
    }
    socket.onmessage = ({ data }) => {
      // The server says nothing in text and nothing longer than a delivery: what does is none of ours.
      if (!(data instanceof ArrayBuffer) || data.byteLength > CHOSEN.SERVER_FRAME_BYTES) return end()
      events.onFrame(new Uint8Array(data))
    }
    socket.onclose = end
    socket.onerror = end
  } catch {
    // A browser throws where a page's security forbids the URL; the events are the caller's to see, not this call's.
    queueMicrotask(end)
  }

  return {
    send(frame) {
      ensure(!ended && socket?.readyState === OPEN, 'closed', 'the socket is not open')
      socket.send(frame as Uint8Array<ArrayBuffer>)
    },
    close: end,
  }
}
