/** A WebSocket client as cheap as can be, so that on a busy machine the server under measurement gets its share. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10

export interface RawSocket {
  /** A frame made by {@link binary} or {@link text}. */
  send(frame: Uint8Array): void
  /** Resolves when the server has worked off all that was sent before. */
  settled(): Promise<void>
  /** Resolves when the server has sent so many bytes in messages since the socket opened. */
  received(bytes: number): Promise<void>
  /** The closing handshake; resolves when the server has ended the connection. */
  close(): Promise<void>
  destroy(): void
}

/** Masked by zeros: as many bytes as a browser sends, and nothing to compute. */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const short = payload.length < 126
  const head = Buffer.alloc(short ? 6 : 8)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (short ? payload.length : 126)
  if (!short) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}

export const binary = (payload: Uint8Array) => frame(BINARY, payload)
export const text = (payload: string) => frame(TEXT, Buffer.from(payload))

const PING_FRAME = frame(PING, new Uint8Array(0))
const PONG_FRAME = frame(PONG, new Uint8Array(0))
const CLOSE_FRAME = frame(CLOSE, Uint8Array.of(0x03, 0xe8))

/** `onBytes`: so many more bytes of messages have come. */
export function openRaw(port: number, path: string, onBytes: (count: number) => void): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const pongs: (() => void)[] = []
    let pending: Buffer = Buffer.alloc(0)
    let isUpgraded = false
    let body = 0
    let isMessage = false
    let total = 0
    let isEnding = false
    let waiting: { readonly bytes: number; done(): void } | undefined
    const count = (bytes: number) => {
      total += bytes
      if (waiting !== undefined && total >= waiting.bytes) {
        waiting.done()
        waiting = undefined
      }
      onBytes(bytes)
    }
    const raw: RawSocket = {
      send: (bytes) => void socket.write(bytes),
      settled: () =>
        new Promise((done) => {
          pongs.push(done)
          socket.write(PING_FRAME)
        }),
      received: (bytes) =>
        new Promise((done) => {
          if (total >= bytes) done()
          else waiting = { bytes, done }
        }),
      close: () =>
        new Promise((done) => {
          isEnding = true
          socket.once('close', () => done())
          socket.write(CLOSE_FRAME)
        }),
      destroy() {
        isEnding = true
        socket.destroy()
      },
    }
    const upgraded = (): boolean => {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return false
      const head = pending.subarray(0, end).toString('latin1')
      if (!head.startsWith('HTTP/1.1 101')) {
        reject(new Error(head))
        socket.destroy()
        return false
      }
      pending = pending.subarray(end + 4)
      isUpgraded = true
      resolve(raw)
      return true
    }
    const control = (opcode: number) => {
      if (opcode === PONG) pongs.shift()?.()
      else if (opcode === PING) socket.write(PONG_FRAME)
      else if (opcode === CLOSE && !isEnding) throw new Error('the server says that it closes')
    }
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (!isUpgraded && !upgraded()) return
      while (pending.length > 0) {
        if (body === 0) {
          const second = pending[1] ?? 0
          const head = second < 126 ? 2 : second === 126 ? 4 : 10
          if (pending.length < head) return
          const opcode = (pending[0] as number) & 0x0f
          body = second < 126 ? second : second === 126 ? pending.readUInt16BE(2) : Number(pending.readBigUInt64BE(2))
          isMessage = opcode < CLOSE
          pending = pending.subarray(head)
          if (!isMessage) control(opcode)
        }
        const taken = Math.min(body, pending.length)
        if (isMessage && taken > 0) count(taken)
        body -= taken
        pending = pending.subarray(taken)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => {
      // What is measured then is not what was meant: the run ends.
      if (!isEnding && isUpgraded) throw new Error(`the server closed a socket of ${path}`)
    })
    const head = [
      `GET ${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
  })
}
