/** A process of the network tests: answers the calls that come over the parent's channel. */
export interface CallMessage {
  readonly id: number
  readonly call: string
  readonly args: readonly unknown[]
}

export interface AnswerMessage {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

export function serveCalls(perform: (call: string, args: readonly unknown[]) => Promise<unknown>): void {
  process.on('message', ({ id, call, args }: CallMessage) => {
    perform(call, args).then(
      (value) => process.send?.({ id, value } satisfies AnswerMessage),
      (error: unknown) => process.send?.({ id, error: String(error) } satisfies AnswerMessage),
    )
  })
  process.send?.({ id: 0 } satisfies AnswerMessage)
}

/** Where the calls are an object's methods. */
export function answerCalls<Calls extends object>(calls: Calls): void {
  const methods = calls as Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>
  serveCalls(async (call, args) => methods[call]?.(...args))
}
