/** Waking somebody: a ticket and a socket of its own, after a random time, so that it belongs to nobody (spec/06 section 13). */
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { Solo2Error } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { Signaling, SignalingSocket } from '../ports/signaling.js'
import { refusalError } from './introducer.js'
import { INTRODUCTION_VERSIONS } from './versions.js'

export interface WakeSocketOptions {
  readonly host: Host
  readonly signaling: Signaling
  readonly url: string
  drawTicket(): Promise<Uint8Array>
}

export interface WakeSocket {
  /**
   * Resolves with true when the server has the token, which tells nothing of who has it. `still` is asked after the random time:
   * if it does not hold any more, nobody is woken (false). Rejects with `server_away`, what the server refused, or `closed`.
   */
  wake(token: Uint8Array, still: () => boolean): Promise<boolean>
  close(): void
}

export function createWakeSocket(options: WakeSocketOptions): WakeSocket {
  const { host } = options
  /** Ends each wake that is under way. */
  const running = new Set<() => void>()
  let closed = false

  function randomDelay(): Promise<void> {
    const [a, b] = host.random(2) as unknown as [number, number]
    return new Promise((resolve) => {
      const cancel = host.after((((a << 8) | b) / 0xffff) * CHOSEN.WAKE_DELAY_MS, end)
      function end() {
        running.delete(end)
        cancel()
        resolve()
      }
      running.add(end)
    })
  }

  function say(ticket: Uint8Array, token: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      let failure = new Solo2Error('server_away', 'the server does not answer')
      const write = (frame: NonNullable<Parameters<typeof ClientFrame.encode>[0]['frame']>) => {
        socket.send(encode(ClientFrame, { frame }))
      }
      const socket: SignalingSocket = options.signaling.open(options.url, {
        onOpen: () =>
          write({
            $case: 'open',
            value: { versions: [...INTRODUCTION_VERSIONS], admission: { $case: 'ticket', value: ticket } },
          }),
        onFrame(bytes) {
          try {
            const { frame } = decodeCanonical(ServerFrame, bytes)
            if (frame?.$case === 'opened') write({ $case: 'wake', value: { token } })
            if (frame?.$case === 'refusal') failure = refusalError(frame.value.reason, frame.value.retryAfterMs)
            if (frame?.$case === 'woken') {
              resolve()
              socket.close()
            }
          } catch (error) {
            failure = Solo2Error.from(error, 'malformed', 'the server sent no ServerFrame')
            socket.close()
          }
        },
        onClose() {
          running.delete(end)
          cancelLimit()
          reject(closed ? new Solo2Error('closed', 'the account is locked') : failure)
        },
      })
      const end = () => socket.close()
      // Who does not answer is away, or keeps the socket to itself.
      const cancelLimit = host.after(CHOSEN.SERVER_ANSWER_MS, end)
      running.add(end)
    })
  }

  return {
    async wake(token, still) {
      const ticket = await options.drawTicket()
      // Between the ticket, which an account drew, and the socket, which nobody opened.
      await randomDelay()
      if (closed || !still()) return false
      await say(ticket, token)
      return true
    },
    close() {
      closed = true
      for (const end of [...running]) end()
    },
  }
}
