/** What every signalling socket must do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Signaling, SignalingSocket } from '../../src/ports/signaling.js'

/** The server's end of one socket. */
export interface ServerEnd {
  /** Frames that arrived. */
  readonly frames: Uint8Array[]
  send(frame: Uint8Array): void
  sendText(text: string): void
  close(): void
}

export interface SignalingSubject {
  readonly signaling: Signaling
  readonly url: string
  /** A URL at which nobody answers. */
  readonly deadUrl: string
  /** Resolves with the next socket that arrives. */
  accepted(): Promise<ServerEnd>
  dispose(): Promise<void>
}

export function signalingSuite(name: string, make: () => Promise<SignalingSubject>): void {
  describe(`signalling: ${name}`, () => {
    let subject: SignalingSubject
    const sockets: SignalingSocket[] = []
    beforeEach(async () => {
      subject = await make()
    })
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.close()
      await subject.dispose()
    })

    function open(url = subject.url) {
      const happened: string[] = []
      const frames: Uint8Array[] = []
      const waiting: (() => void)[] = []
      const note = (event: string) => {
        happened.push(event)
        for (const look of waiting) look()
      }
      const socket = subject.signaling.open(url, {
        onOpen: () => note('open'),
        onFrame(frame) {
          frames.push(frame)
          note('frame')
        },
        onClose: () => note('close'),
      })
      sockets.push(socket)
      const seen = (event: string, times = 1) =>
        new Promise<void>((resolve) => {
          const look = () => {
            if (happened.filter((each) => each === event).length >= times) resolve()
          }
          waiting.push(look)
          look()
        })
      return { socket, happened, frames, seen }
    }

    it('opens, carries whole frames both ways, in order', async () => {
      const accepted = subject.accepted()
      const client = open()
      const server = await accepted
      await client.seen('open')
      for (let n = 0; n < 20; n++) client.socket.send(new Uint8Array(n * 200).fill(n))
      for (let n = 0; n < 20; n++) server.send(new Uint8Array(n * 200).fill(n))
      await client.seen('frame', 20)
      await expect.poll(() => server.frames.length).toBe(20)
      for (const frames of [client.frames, server.frames]) {
        expect(frames.map((frame) => [frame.length, frame[0]])).toEqual(
          Array.from({ length: 20 }, (_, n) => [n * 200, n === 0 ? undefined : n]),
        )
      }
      expect(client.frames.every((frame) => Object.getPrototypeOf(frame) === Uint8Array.prototype)).toBe(true)
    })

    it('refuses to send before it is open and after it is closed', async () => {
      const client = open()
      const closed = expect.objectContaining({ code: 'closed' })
      expect(() => client.socket.send(new Uint8Array(1))).toThrow(closed)
      await client.seen('open')
      client.socket.close()
      expect(() => client.socket.send(new Uint8Array(1))).toThrow(closed)
    })

    it('tells its end exactly once, whoever closes', async () => {
      const accepted = subject.accepted()
      const first = open()
      const server = await accepted
      await first.seen('open')
      server.close()
      await first.seen('close')
      first.socket.close()
      const second = open()
      await second.seen('open')
      second.socket.close()
      second.socket.close()
      await second.seen('close')
      const third = open()
      third.socket.close()
      await third.seen('close')
      await Promise.resolve()
      expect(
        [first, second, third].map(({ happened }) => happened.filter((event) => event === 'close').length),
      ).toEqual([1, 1, 1])
      expect(third.happened).not.toContain('open')
    })

    it('tells the end where nobody answers', async () => {
      const client = open(subject.deadUrl)
      await client.seen('close')
      expect(client.happened).toEqual(['close'])
    })

    it('ends at text and at frames longer than any of ours', async () => {
      for (const offend of [
        (end: ServerEnd) => end.sendText('hi'),
        (end: ServerEnd) => end.send(new Uint8Array(16_385)),
      ]) {
        const accepted = subject.accepted()
        const client = open()
        const server = await accepted
        await client.seen('open')
        offend(server)
        await client.seen('close')
        expect(client.frames).toEqual([])
      }
    })

    it('refuses URLs with credentials, and what is no WebSocket URL', () => {
      for (const bad of ['', 'http://a.test/', 'ws://amy@a.test/', 'ws://a.test/?ticket=1', 'ws://a.test/#ticket']) {
        expect(() => open(bad), bad).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
      }
    })
  })
}
