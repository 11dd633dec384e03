/** A testee as the cases see it: calls go in, outcomes come out, and a process that failed is started again for the next case. */
import { Answer, Declaration, Request } from '@solo2/proto/conformance'
import { Broken, type Seen } from '../case.js'
import type { Opened, Source } from '../run.js'
import { Child, type ChildLimits } from './child.js'

export type Call = NonNullable<Request['call']>
export type Outcome = NonNullable<Answer['outcome']>

export interface Testee {
  readonly declaration: Declaration
  /** Its process failed, and that was told: it answers no more. */
  readonly isOver: boolean
  /** Throws `Broken` for everything but one well-formed answer in time. */
  call(call: Call): Promise<Outcome>
  /** Ends its stdin and sees it go. Another case gets another process. */
  end(): Promise<void>
}

export const TESTEE_LIMITS: ChildLimits = { startMs: 30_000, answerMs: 30_000, endMs: 5_000, messageBytes: 1_048_576 }

const PROTOCOL_VERSION = 1
/** A testee that does not even start so often in succession is left alone. */
const STARTS = 3

interface Running {
  readonly child: Child
  readonly declaration: Declaration
  calls: number
}

export interface TesteeOptions {
  readonly limits: ChildLimits
  /** Whether the messages are shown in the report, in hex. */
  readonly trace: boolean
}

export function testeeSource(command: readonly string[], { limits, trace }: TesteeOptions): Source<Testee> {
  let running: Running | undefined
  let child: Child | undefined
  let failedStarts = 0
  let called = command.join(' ')

  async function start(): Promise<Running> {
    if (failedStarts >= STARTS) throw new Broken(`it was not started again: it failed to start ${STARTS} times`)
    child = new Child(command, limits)
    try {
      const declaration = declared(await child.declaration())
      failedStarts = 0
      called = `${declaration.name} ${declaration.version}`
      return { child, declaration, calls: 0 }
    } catch (error) {
      failedStarts += 1
      child.abandon()
      throw error
    }
  }

  return {
    name: () => called,
    async open(seen): Promise<Opened<Testee>> {
      if (running?.child.isOver !== false) running = await start()
      const { child, declaration } = running
      // What it did since the last case ended.
      child.ensureQuiet()
      const subject = speaking(running, trace ? seen : undefined)
      return {
        subject,
        features: new Set(declaration.features),
        settle: () => {
          if (!child.isOver) child.ensureQuiet()
        },
        abandon: () => child.abandon(),
      }
    },
    async close() {
      child?.kill()
    },
  }

  function speaking(on: Running, seen: Seen | undefined): Testee {
    return {
      declaration: on.declaration,
      get isOver() {
        return on.child.isOver
      },
      async call(call) {
        on.calls += 1
        const request = Request.encode({ number: on.calls, call }).finish()
        seen?.note(`> ${call.$case} ${hex(request)}`)
        const answer = await on.child.ask(request)
        seen?.note(`< ${hex(answer)}`)
        try {
          return outcomeOf(answer, on.calls)
        } catch (error) {
          on.child.abandon()
          throw error
        }
      },
      end: () => on.child.end(),
    }
  }
}

function declared(bytes: Uint8Array): Declaration {
  let declaration: Declaration
  try {
    declaration = Declaration.decode(bytes)
  } catch {
    throw new Broken('its first message is no Declaration')
  }
  const { protocol } = declaration
  if (protocol !== PROTOCOL_VERSION) throw new Broken(`it declares version ${protocol} of the testee protocol, not 1`)
  return declaration
}

function outcomeOf(bytes: Uint8Array, number: number): Outcome {
  let answer: Answer
  try {
    answer = Answer.decode(bytes)
  } catch {
    throw new Broken(`${bytes.length} bytes came that are no Answer`)
  }
  if (answer.number !== number) throw new Broken(`it answered request ${answer.number}, asked was ${number}`)
  if (answer.outcome === undefined) throw new Broken('an answer came without an outcome')
  return answer.outcome
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
