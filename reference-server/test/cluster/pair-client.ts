/** One socket of a pair that behaves as the SDK does: a ticket, topics, a Hello, and all of it anew when the socket ends. */
import { randomBytes } from 'node:crypto'
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import WebSocket from 'ws'

const SIGNAL_SIZE = 4_096
const PADDING_TOPICS = 15
/** As spec/06 section 12 recommends. */
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 30_000

export interface PairClient {
  /** Resolves when the other side has answered a question that was asked after this call. */
  ask(): Promise<void>
  /** How often its socket ended. */
  readonly losses: number
  readonly isJoined: boolean
  /** Close codes and refusals that were seen. */
  readonly seen: ReadonlyMap<string, number>
  end(): void
}

const topic = () => new Uint8Array(randomBytes(16))

export function createPairClient(
  port: number,
  meeting: Uint8Array,
  side: 0 | 1,
  draw: () => Promise<Uint8Array>,
): PairClient {
  const seen = new Map<string, number>()
  const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  let socket: WebSocket | undefined
  let isJoined = false
  let ended = false
  let losses = 0
  let tries = 0
  let question = 0
  const asked: { readonly number: number; readonly answered: () => void }[] = []

  const write = (frame: NonNullable<ClientFrame['frame']>) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(ClientFrame.encode({ frame }).finish())
  }
  /** A signal: which side says it, 1 if it wants an answer, the question's number. */
  const say = (wantsAnswer: boolean, number: number) => {
    const signal = Buffer.alloc(SIGNAL_SIZE)
    signal[0] = side
    signal[1] = wantsAnswer ? 1 : 0
    signal.writeUInt32BE(number, 2)
    write({ $case: 'send', value: { topic: meeting, signal } })
  }
  const hear = (signal: Uint8Array) => {
    if (signal[0] === side) return
    const number = Buffer.from(signal).readUInt32BE(2)
    if (signal[1] === 1) say(false, number)
    else
      for (const each of asked.splice(0))
        if (each.number <= number) each.answered()
        else asked.push(each)
  }
  const again = () => {
    if (ended) return
    const ceiling = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** tries)
    tries += 1
    setTimeout(() => void start(), ceiling / 2 + (Math.random() * ceiling) / 2)
  }
  async function start(): Promise<void> {
    if (ended) return
    let ticket: Uint8Array
    try {
      ticket = await draw()
    } catch {
      note('no ticket')
      return again()
    }
    const mine = new WebSocket(`ws://127.0.0.1:${port}/v1/introduction`, { perMessageDeflate: false })
    socket = mine
    mine.on('error', () => {})
    mine.on('open', () =>
      write({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: ticket } } }),
    )
    mine.on('message', (data: Buffer) => {
      const { frame } = ServerFrame.decode(data)
      if (frame?.$case === 'opened') {
        const topics = [meeting, ...Array.from({ length: PADDING_TOPICS }, topic)]
        write({ $case: 'join', value: { topics } })
      } else if (frame?.$case === 'joined') {
        isJoined = true
        tries = 0
        if (asked.length > 0) say(true, question)
      } else if (frame?.$case === 'delivery') hear(frame.value.signal)
      else if (frame?.$case === 'refusal') note(`refused ${frame.value.reason}`)
    })
    mine.on('close', (code) => {
      if (isJoined) losses += 1
      isJoined = false
      note(`closed ${code}`)
      again()
    })
  }
  void start()
  return {
    ask() {
      question += 1
      const number = question
      say(true, number)
      return new Promise((resolve) => {
        // A signal on its way when a server ends is lost: who waits asks again, as a meeting does.
        const repeat = setInterval(() => say(true, number), 5_000)
        asked.push({
          number,
          answered: () => {
            clearInterval(repeat)
            resolve()
          },
        })
      })
    },
    get losses() {
      return losses
    },
    get isJoined() {
      return isJoined
    },
    seen,
    end() {
      ended = true
      socket?.terminate()
    },
  }
}
