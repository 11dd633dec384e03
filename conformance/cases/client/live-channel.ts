/** A data channel of the runner's own, on libdatachannel: one offer, one answer, both complete (spec/06 section 10), then whole messages. */
import { type DataChannel, PeerConnection } from 'node-datachannel'
import { ensureKept } from '../../src/case.js'

const GATHERING = 'complete'
/**
 * An answerer looks at the offerer's candidates so much later: libdatachannel begins ICE with an answer before it knows the
 * answer's fingerprint, and who checks at once may be found with a certificate that is unknown yet.
 */
const CANDIDATES_AFTER_MS = 500

export interface Channel {
  offer(): Promise<string>
  answer(offer: string): Promise<string>
  accept(answer: string): void
  readonly opened: Promise<void>
  send(message: Uint8Array): void
  /** The next message; undefined when the channel has ended. */
  next(): Promise<Uint8Array | undefined>
  close(): void
}

export function openChannel(): Channel {
  const connection = new PeerConnection('runner', { iceServers: [] })
  const messages: Uint8Array[] = []
  let channel: DataChannel | undefined
  let ended = false
  let wake = (): void => undefined
  let open = (): void => undefined
  let later: NodeJS.Timeout | undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const described = new Promise<string>((resolve) => {
    connection.onGatheringStateChange((state) => {
      if (state === GATHERING) resolve(connection.localDescription()?.sdp ?? '')
    })
  })

  function end(): void {
    ended = true
    wake()
  }

  function take(made: DataChannel): void {
    channel = made
    made.onOpen(open)
    made.onClosed(end)
    made.onMessage((message) => {
      // A text message is no tunnel message, and of another size than each of them has (09-1).
      messages.push(typeof message === 'string' ? new Uint8Array(0) : new Uint8Array(message))
      wake()
    })
    if (made.isOpen()) open()
  }

  connection.onStateChange((state) => {
    if (state === 'failed' || state === 'closed') end()
  })
  connection.onDataChannel(take)

  return {
    async offer() {
      take(connection.createDataChannel('solo2'))
      return await described
    },
    async answer(offer) {
      connection.setRemoteDescription(offer.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''), 'offer')
      const mid = /^a=mid:(\S+)\r$/m.exec(offer)?.[1] ?? '0'
      later = setTimeout(() => {
        for (const [, one = ''] of offer.matchAll(/^a=(candidate:.*)\r$/gm)) connection.addRemoteCandidate(one, mid)
      }, CANDIDATES_AFTER_MS)
      return await described
    },
    accept: (answer) => connection.setRemoteDescription(answer, 'answer'),
    opened,
    send(message) {
      ensureKept(channel?.isOpen() === true, 'the data channel ended')
      channel.sendMessageBinary(message)
    },
    async next() {
      while (messages.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return messages.shift()
    },
    close() {
      clearTimeout(later)
      end()
      connection.close()
    },
  }
}
