/** Requests on stdin, answers on stdout (spec/15 section 2). */
import { Answer, Declaration, Request } from '@solo2/proto/conformance'
import { Solo2Error } from '@solo2/sdk/core'
import type { Outcome } from './functions.js'

/** By the names of the oneof in testee.proto. */
type Functions = Readonly<Record<string, (value: never) => Outcome | Promise<Outcome>>>
/** By the feature that they belong to. */
export type Features = Readonly<Record<string, Functions>>

function send(message: Uint8Array): void {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(message.length)
  process.stdout.write(Buffer.concat([head, message]))
}

/** What the function of a request gives, or how it refuses. */
export async function outcomeOf(functions: Functions, { call }: Request): Promise<Outcome> {
  const run = call && functions[call.$case]
  if (run === undefined) return { $case: 'notSupported', value: {} }
  try {
    return await run(call?.value as never)
  } catch (error) {
    // Anything else is a fault of the SDK's, and ends this process with its trace.
    if (error instanceof Solo2Error) return { $case: 'refused', value: error.code }
    throw error
  }
}

/** Until stdin ends. */
export async function serve(features: Features): Promise<void> {
  const functions: Functions = Object.assign({}, ...Object.values(features))
  const declaration = { protocol: 1, name: 'Solo2 SDK', version: '0.1.0', features: Object.keys(features) }
  send(Declaration.encode(declaration).finish())

  let held = Buffer.alloc(0)
  for await (const chunk of process.stdin) {
    held = Buffer.concat([held, chunk as Buffer])
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const end = 4 + held.readUInt32BE(0)
      const request = Request.decode(new Uint8Array(held.subarray(4, end)))
      held = held.subarray(end)
      send(Answer.encode({ number: request.number, outcome: await outcomeOf(functions, request) }).finish())
    }
  }
}
