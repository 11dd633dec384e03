/** The port `Transport` over a plain WebSocket to a relay, in place of WebRTC. Both ends need it, and know the relay. */
import { randomBytes } from 'node:crypto'
import { CHOSEN } from '@solo2/sdk/core'
import {
  type Connection,
  type ConnectionEvents,
  type ConnectionOptions,
  Solo2Error,
  type Transport,
} from '@solo2/sdk/node'
import { WebSocket } from 'ws'

type State = 'new' | 'offering' | 'joining' | 'open' | 'closed'

export function relayTransport(relay: string): Transport {
  return { connect: (options, events) => connect(relay, options, events) }
}

function connect(relay: string, { role }: ConnectionOptions, events: ConnectionEvents): Connection {
  const id = randomBytes(16).toString('hex')
  let state: State = 'new'
  let socket: WebSocket | undefined
  let isHigh = false

  function ensure(holds: boolean, code: 'closed' | 'wrong_state', message: string): void {
    if (!holds) throw new Solo2Error(code, message)
  }

  function begin(as: ConnectionOptions['role'], from: State, to: State): void {
    ensure(role === as, 'wrong_state', `only the ${as} may do this`)
    ensure(state !== 'closed', 'closed', 'the connection has ended')
    ensure(state === from, 'wrong_state', 'this is not due now')
    state = to
  }

  /** Both come to the address that the offer names. */
  function join(channel: string): void {
    state = 'joining'
    socket = new WebSocket(`${relay}/${channel}`)
    socket.binaryType = 'nodebuffer'
    socket.on('message', (data: Buffer, isBinary) => {
      if (state === 'open' && isBinary) events.onMessage(Uint8Array.from(data))
      else if (state === 'joining' && !isBinary) opened()
      else close()
    })
    socket.on('error', close)
    socket.on('close', close)
  }

  function opened(): void {
    state = 'open'
    events.onPath('connected')
    events.onOpen()
  }

  function close(): void {
    if (state === 'closed') return
    state = 'closed'
    // What was sent before is delivered first, as with WebRTC.
    socket?.close()
    queueMicrotask(() => events.onClose())
  }

  function drained(): void {
    if (!isHigh || state !== 'open' || (socket?.bufferedAmount ?? 0) > CHOSEN.LOW_WATER_BYTES) return
    isHigh = false
    events.onDrain()
  }

  /** The channel that a description names. Ends the connection if it is none of ours. */
  function named(sdp: string, setup: string): string {
    const [, channel] = /^a=ice-ufrag:([0-9a-f]{32})\r$/m.exec(sdp) ?? []
    if (channel !== undefined && sdp.includes(`a=setup:${setup}\r\n`)) return channel
    close()
    throw new Solo2Error('bad_sdp', 'no description of this transport')
  }

  return {
    async createOffer() {
      begin('offerer', 'new', 'offering')
      await Promise.resolve()
      ensure(state === 'offering', 'closed', 'the connection has ended')
      return describe(id, 'actpass')
    },
    async acceptOffer(sdp) {
      begin('answerer', 'new', 'offering')
      const channel = named(sdp, 'actpass')
      join(channel)
      return describe(channel, 'active')
    },
    async acceptAnswer(sdp) {
      begin('offerer', 'offering', 'offering')
      const channel = named(sdp, 'active')
      join(channel === id ? id : named('', ''))
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0
    },
    send(message) {
      ensure(state === 'open', 'closed', 'the channel is not open')
      // The socket may send it later, when its memory holds another one.
      socket?.send(message.slice(), drained)
      isHigh ||= (socket?.bufferedAmount ?? 0) > CHOSEN.LOW_WATER_BYTES
    },
    async path() {
      // Everything goes through the relay, so that is what the app shows.
      return state === 'open'
        ? { kind: 'mirror', local: 'relay', remote: 'relay' }
        : { kind: 'unknown', local: '', remote: '' }
    },
    close,
  }
}

/** What spec/06 section 10 lets pass: signals carry nothing else. The channel's name stands where ICE has one. */
function describe(channel: string, setup: 'actpass' | 'active'): string {
  const fingerprint = randomBytes(32)
    .toString('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:')
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    `a=ice-ufrag:${channel}`,
    `a=ice-pwd:${randomBytes(16).toString('hex')}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    'a=sctp-port:5000',
  ]
  return `${lines.join('\r\n')}\r\n`
}
