/** The introduction socket of one meeting, from its ticket to its end: spec/06 sections 2, 3 and 6. */
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import { decodeCanonical, encode, Solo2Error, socketTopics } from '@solo2/sdk/core'
import type { nodePlatform } from '@solo2/sdk/node'

export type Platform = ReturnType<typeof nodePlatform>

export interface MeetingSocket {
  send(topic: Uint8Array, signal: Uint8Array): void
  close(): void
}

export interface MeetingSocketOptions {
  readonly platform: Platform
  readonly url: string
  readonly ticket: Uint8Array
  readonly topics: readonly Uint8Array[]
  onJoined(): void
  onSignal(topic: Uint8Array, signal: Uint8Array): void
  onFailed(error: unknown): void
}

export function openMeetingSocket({ platform, url, ticket, topics, ...events }: MeetingSocketOptions): MeetingSocket {
  let closed = false

  function write(frame: NonNullable<ClientFrame['frame']>): void {
    socket.send(encode(ClientFrame, { frame }))
  }

  function receive({ frame }: ServerFrame): void {
    if (frame?.$case === 'opened') {
      const { topics: padded } = socketTopics(topics, [], platform.host)
      write({ $case: 'join', value: { topics: [...padded] } })
    } else if (frame?.$case === 'joined') events.onJoined()
    else if (frame?.$case === 'delivery') events.onSignal(frame.value.topic, frame.value.signal)
    else throw new Solo2Error('failed_precondition', 'the server refuses a frame, or answers what was not asked')
  }

  const socket = platform.signaling.open(url, {
    onOpen: () => write({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: ticket } } }),
    onFrame(bytes) {
      if (closed) return
      try {
        receive(decodeCanonical(ServerFrame, bytes))
      } catch (error) {
        events.onFailed(error)
      }
    },
    onClose() {
      if (!closed) events.onFailed(new Solo2Error('server_away', 'the introduction socket ended'))
    },
  })

  return {
    send: (topic, signal) => write({ $case: 'send', value: { topic, signal } }),
    close() {
      closed = true
      socket.close()
    },
  }
}
