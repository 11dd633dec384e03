/** simple-peer as its readme uses it: a stream, with messages of FRAME_SIZE bytes and its own back pressure. */
import SimplePeer from 'simple-peer/simplepeer.min.js'
import { PROTOCOL } from '../src/limits.js'
import { counter, type End } from './ends.js'

/** The stream's side, which the transport leaves alone. */
interface Stream {
  on(event: 'connect' | 'drain', listener: () => void): void
  on(event: 'data', listener: (data: Uint8Array) => void): void
  on(event: 'signal', listener: (signal: object) => void): void
  signal(signal: object): void
  write(message: Uint8Array): boolean
  destroy(): void
}

export function simplePeerEnd(role: 'offerer' | 'answerer'): End {
  const options = { initiator: role === 'offerer', trickle: false, config: { iceServers: [] }, channelConfig: {} }
  const peer = new SimplePeer(options) as unknown as Stream
  const { add, next } = counter()
  const described = new Promise<string>((resolve) => {
    peer.on('signal', (signal) => resolve(JSON.stringify(signal)))
  })
  const connected = new Promise<void>((resolve) => {
    peer.on('connect', resolve)
  })
  let left = 0
  function fill(): void {
    while (left > 0) {
      left -= PROTOCOL.FRAME_SIZE
      if (!peer.write(new Uint8Array(PROTOCOL.FRAME_SIZE))) return
    }
  }
  peer.on('drain', fill)
  peer.on('data', ({ length }) => add(length))
  return {
    createOffer: () => described,
    acceptOffer(description) {
      peer.signal(JSON.parse(description))
      return described
    },
    async acceptAnswer(description) {
      peer.signal(JSON.parse(description))
      await connected
    },
    send(bytes) {
      left = bytes
      fill()
    },
    arrival: next,
    close: () => peer.destroy(),
  }
}
