/** A person's process: answers the calls that come over the parent's channel. */
import type { PeerCalls } from './peer.js'

export interface CallMessage {
  readonly id: number
  readonly call: keyof PeerCalls
  readonly args: readonly unknown[]
}

export interface AnswerMessage {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

export function serveCalls(perform: (call: keyof PeerCalls, args: readonly unknown[]) => Promise<unknown>): void {
  process.on('message', ({ id, call, args }: CallMessage) => {
    perform(call, args).then(
      (value) => process.send?.({ id, value } satisfies AnswerMessage),
      (error: unknown) => process.send?.({ id, error: String(error) } satisfies AnswerMessage),
    )
  })
  process.send?.({ id: 0 } satisfies AnswerMessage)
}
