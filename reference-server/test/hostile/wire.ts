/** HTTP as bytes on a socket: what no HTTP library would send, and every answer as it came. */
import { connect, type Socket } from 'node:net'

export interface WireAnswer {
  readonly status: number
  readonly head: string
  readonly body: Buffer
}

export interface Wire {
  /** One request and its answer; undefined if the server closed instead. For HEAD the answer has no body. */
  ask(request: Uint8Array, isHead?: boolean): Promise<WireAnswer | undefined>
  readonly isOpen: boolean
  /** Sends and half-closes; resolves with all that came until the server closed. */
  finish(request: Uint8Array): Promise<Buffer>
  close(): void
}

/** The first whole answer in these bytes and what follows it. `100 Continue` is no answer. */
function take(bytes: Buffer, isHead: boolean): { answer: WireAnswer; rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.subarray(0, end).toString('latin1')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
  if (status === 100) return take(bytes.subarray(end + 4), isHead)
  const announced = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
  // uWebSockets.js answers what is no HTTP without a length and closes.
  const length = isHead ? 0 : Number.isNaN(announced) ? bytes.length - end - 4 : announced
  if (bytes.length < end + 4 + length) return undefined
  return {
    answer: { status, head, body: bytes.subarray(end + 4, end + 4 + length) },
    rest: bytes.subarray(end + 4 + length),
  }
}

export async function openWire(port: number): Promise<Wire> {
  const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let pending: Buffer = Buffer.alloc(0)
  let isOpen = true
  let wake = () => {}
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    wake()
  })
  const ended = () => {
    isOpen = false
    socket.destroy()
    wake()
  }
  socket.on('end', ended)
  socket.on('close', ended)
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve
      if (!isOpen) resolve()
    })
  return {
    get isOpen() {
      return isOpen
    },
    async ask(request, isHead = false) {
      socket.write(request)
      for (;;) {
        const taken = take(pending, isHead)
        if (taken !== undefined) {
          pending = taken.rest
          return taken.answer
        }
        if (!isOpen) return undefined
        await more()
      }
    },
    async finish(request) {
      socket.write(request)
      while (isOpen) await more()
      return pending
    },
    close: () => socket.destroy(),
  }
}
