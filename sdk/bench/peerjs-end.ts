/**
 * PeerJS with its usual settings, messages of FRAME_SIZE bytes up to the high-water mark. Its signalling server is a socket that only collects what it is
 * given: offer and answer pass with their candidates in one piece, as for the other ends.
 */
import { CHOSEN, PROTOCOL } from '../src/limits.js'
import { counter, type End } from './ends.js'

interface DataConnection {
  readonly dataChannel: RTCDataChannel
  readonly peerConnection: RTCPeerConnection
  on(event: 'open', listener: () => void): void
  on(event: 'data', listener: (data: ArrayBuffer | Uint8Array) => void): void
  send(data: Uint8Array): void
}

interface Peer {
  on(event: 'open', listener: () => void): void
  on(event: 'connection', listener: (connection: DataConnection) => void): void
  connect(id: string, options: object): DataConnection
  destroy(): void
}

/** In the page by a script of its own. */
const page = globalThis as unknown as { Peer?: new (id: string, options: object) => Peer; WebSocket: unknown }

/** What stands for the server. */
class Mailbox {
  readonly readyState = 1
  readonly sent: object[] = []
  onopen?: () => void
  onmessage?: (event: { readonly data: string }) => void

  constructor() {
    setTimeout(() => {
      this.onopen?.()
      this.deliver([{ type: 'OPEN' }])
    })
  }
  send(message: string): void {
    this.sent.push(JSON.parse(message))
  }
  deliver(messages: readonly object[]): void {
    for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) })
  }
  close(): void {}
}

async function gathered({ peerConnection }: DataConnection): Promise<void> {
  while (peerConnection.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 10))
}

export function peerJsEnd(role: 'offerer' | 'answerer'): End {
  const { Peer } = page
  if (Peer === undefined) throw new Error('PeerJS is not in this page')
  const [own, other] = role === 'offerer' ? ['a', 'b'] : ['b', 'a']
  const mailboxes: Mailbox[] = []
  const { WebSocket } = page
  page.WebSocket = class extends Mailbox {
    constructor() {
      super()
      mailboxes.push(this)
    }
  }
  const peer = new Peer(own as string, { config: { iceServers: [] }, host: 'localhost', port: 1, key: 'bench' })
  const ready = new Promise<Mailbox>((resolve) => {
    peer.on('open', () => {
      page.WebSocket = WebSocket
      resolve(mailboxes[0] as Mailbox)
    })
  })
  const { add, next } = counter()
  let connection: DataConnection | undefined
  let left = 0
  /** What this side has for the other, once no candidate follows. */
  async function letters(of: DataConnection): Promise<string> {
    await gathered(of)
    return JSON.stringify((await ready).sent.map((message) => ({ ...message, src: own })))
  }
  function fill(): void {
    if (connection === undefined) return
    for (; left > 0 && connection.dataChannel.bufferedAmount < CHOSEN.HIGH_WATER_BYTES; left -= PROTOCOL.FRAME_SIZE) {
      connection.send(new Uint8Array(PROTOCOL.FRAME_SIZE))
    }
  }
  return {
    async createOffer() {
      await ready
      connection = peer.connect(other as string, { reliable: true })
      return await letters(connection)
    },
    async acceptOffer(offer) {
      const mailbox = await ready
      const asked = new Promise<DataConnection>((resolve) => {
        peer.on('connection', resolve)
      })
      mailbox.deliver(JSON.parse(offer))
      const incoming = await asked
      incoming.on('data', (data) => add(data.byteLength))
      while (incoming.peerConnection.localDescription === null) await new Promise((resolve) => setTimeout(resolve, 10))
      return await letters(incoming)
    },
    async acceptAnswer(answer) {
      const mailbox = await ready
      const opened = new Promise<void>((resolve) => connection?.on('open', resolve))
      mailbox.deliver(JSON.parse(answer))
      await opened
      if (connection === undefined) return
      connection.dataChannel.bufferedAmountLowThreshold = CHOSEN.LOW_WATER_BYTES
      connection.dataChannel.addEventListener('bufferedamountlow', fill)
    },
    send(bytes) {
      left = bytes
      fill()
    },
    arrival: next,
    close: () => peer.destroy(),
  }
}
