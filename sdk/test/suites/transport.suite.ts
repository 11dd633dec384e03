/** What every transport must do, whatever carries the bytes. */
import { afterEach, describe, expect, it } from 'vitest'
import { CHOSEN, PROTOCOL } from '../../src/limits.js'
import type { Connection, ConnectionEvents, ConnectionOptions, Transport } from '../../src/ports/transport.js'

export interface TransportTraits {
  /** Real WebRTC: descriptions are SDP, paths come from ICE. */
  readonly webrtc: boolean
  /** Messages of the load test; fewer where each takes a timer. */
  readonly count?: number
}

/** One end with all that happened to it, in order. */
interface End {
  readonly connection: Connection
  readonly happened: string[]
  readonly messages: Uint8Array[]
  /** Resolves as soon as `condition` holds; looked at after each event. */
  until(condition: () => boolean): Promise<void>
  onMessage?: (message: Uint8Array) => void
  onDrain?: () => void
}

export function transportSuite(name: string, traits: TransportTraits, make: () => Transport): void {
  describe(`transport: ${name}`, () => {
    const open: Connection[] = []
    afterEach(() => {
      for (const connection of open.splice(0)) connection.close()
    })

    function end(transport: Transport, role: ConnectionOptions['role'], more: Partial<ConnectionOptions> = {}): End {
      const waiting: { condition: () => boolean; resolve: () => void }[] = []
      const happened: string[] = []
      const messages: Uint8Array[] = []
      function note(event: string): void {
        happened.push(event)
        look()
      }
      function look(): void {
        for (const wait of waiting.slice()) {
          if (!wait.condition()) continue
          waiting.splice(waiting.indexOf(wait), 1)
          wait.resolve()
        }
      }
      const events: ConnectionEvents = {
        onOpen: () => note('open'),
        onMessage(message) {
          messages.push(message)
          self.onMessage?.(message)
          look()
        },
        onDrain() {
          self.onDrain?.()
          note('drain')
        },
        onPath: (state) => note(state),
        onClose: () => note('close'),
      }
      const self: End = {
        connection: transport.connect({ role, iceServers: [], ...more }, events),
        happened,
        messages,
        until: (condition) =>
          new Promise((resolve) => {
            waiting.push({ condition, resolve })
            look()
          }),
      }
      open.push(self.connection)
      return self
    }

    async function pair(): Promise<[End, End]> {
      const transport = make()
      const a = end(transport, 'offerer')
      const b = end(transport, 'answerer')
      await a.connection.acceptAnswer(await b.connection.acceptOffer(await a.connection.createOffer()))
      await Promise.all([opened(a), opened(b)])
      return [a, b]
    }

    const opened = (side: End) => side.until(() => side.happened.includes('open'))
    const closed = (side: End) => side.until(() => side.happened.includes('close'))
    const frame = (n: number, size: number = PROTOCOL.FRAME_SIZE) => {
      const out = new Uint8Array(size).fill(n & 255)
      new DataView(out.buffer).setUint32(0, n)
      return out
    }
    const number = (message: Uint8Array) => new DataView(message.buffer, message.byteOffset).getUint32(0)

    it('opens both ends once, before any message', async () => {
      const [a, b] = await pair()
      a.connection.send(frame(1))
      await b.until(() => b.messages.length === 1)
      for (const side of [a, b]) {
        expect(side.happened.filter((event) => event === 'open')).toHaveLength(1)
        expect(side.happened).not.toContain('close')
      }
    })

    it('carries messages sent inside onOpen', async () => {
      const transport = make()
      const b = end(transport, 'answerer')
      const a = end(transport, 'offerer')
      void opened(a).then(() => a.connection.send(frame(1)))
      void opened(b).then(() => b.connection.send(frame(2)))
      await a.connection.acceptAnswer(await b.connection.acceptOffer(await a.connection.createOffer()))
      await Promise.all([a.until(() => a.messages.length === 1), b.until(() => b.messages.length === 1)])
      expect([a, b].map((side) => number(side.messages[0] as Uint8Array))).toEqual([2, 1])
    })

    it('one message in is one message out, in order, under load in both directions', async () => {
      const [a, b] = await pair()
      const count = traits.count ?? 2_000
      await Promise.all([
        pump(a, count),
        pump(b, count),
        a.until(() => a.messages.length === count),
        b.until(() => b.messages.length === count),
      ])
      for (const side of [a, b]) {
        expect(
          side.messages.findIndex((message, n) => number(message) !== n || message.length !== PROTOCOL.FRAME_SIZE),
        ).toBe(-1)
        expect(
          side.messages.every((message) => message instanceof Uint8Array && message[5] === (number(message) & 255)),
        ).toBe(true)
      }
    })

    /** Sends as the tunnel does: up to the high-water mark, then on at each drain. */
    function pump(side: End, count: number): Promise<void> {
      let n = 0
      return new Promise((resolve) => {
        side.onDrain = () => {
          while (n < count && side.connection.bufferedAmount < CHOSEN.HIGH_WATER_BYTES) side.connection.send(frame(n++))
          if (n === count) resolve()
        }
        side.onDrain()
      })
    }

    it('keeps messages of other sizes apart', async () => {
      const [a, b] = await pair()
      const sizes = [1, 4_095, 4_096, 4_097, 16, 65_536]
      for (const size of sizes) a.connection.send(new Uint8Array(size).fill(size & 255))
      await b.until(() => b.messages.length === sizes.length)
      expect(b.messages.map((message) => message.length)).toEqual(sizes)
    })

    it('gives messages that the receiver may keep', async () => {
      const [a, b] = await pair()
      for (let n = 0; n < 64; n++) a.connection.send(frame(n))
      await b.until(() => b.messages.length === 64)
      const first = b.messages[0] as Uint8Array
      first.fill(255)
      for (let n = 64; n < 128; n++) a.connection.send(frame(n))
      await b.until(() => b.messages.length === 128)
      expect(first.every((byte) => byte === 255)).toBe(true)
      expect(b.messages.slice(1).map(number)).toEqual(Array.from({ length: 127 }, (_, n) => n + 1))
    })

    it('tells what is buffered and drains below the low-water mark', async () => {
      const [a, b] = await pair()
      let n = 0
      while (a.connection.bufferedAmount <= CHOSEN.HIGH_WATER_BYTES && n < 1_000) a.connection.send(frame(n++, 16_384))
      expect(a.connection.bufferedAmount).toBeGreaterThan(CHOSEN.HIGH_WATER_BYTES)
      await a.until(() => a.happened.includes('drain'))
      expect(a.connection.bufferedAmount).toBeLessThanOrEqual(CHOSEN.LOW_WATER_BYTES)
      await b.until(() => b.messages.length === n)
    })

    it('refuses to send before it is open and after it is closed', async () => {
      const transport = make()
      const early = end(transport, 'offerer')
      expect(() => early.connection.send(frame(0))).toThrow(expect.objectContaining({ code: 'closed' }))
      const [a] = await pair()
      a.connection.close()
      await closed(a)
      expect(() => a.connection.send(frame(0))).toThrow(expect.objectContaining({ code: 'closed' }))
    })

    it('closing ends both ends exactly once and is idempotent', async () => {
      const [a, b] = await pair()
      a.connection.close()
      a.connection.close()
      await Promise.all([closed(a), closed(b)])
      b.connection.close()
      a.connection.close()
      await Promise.resolve()
      for (const side of [a, b]) {
        expect(side.happened.filter((event) => event === 'close')).toHaveLength(1)
        expect(side.happened.at(-1)).toBe('close')
      }
    })

    it('closing in the middle of the negotiation rejects what waits', async () => {
      const transport = make()
      const a = end(transport, 'offerer')
      await a.connection.createOffer()
      a.connection.close()
      await closed(a)
      await expect(a.connection.acceptAnswer('v=0\r\n')).rejects.toMatchObject({ code: 'closed' })
      const b = end(transport, 'offerer')
      const offer = b.connection.createOffer()
      b.connection.close()
      await expect(offer).rejects.toMatchObject({ code: 'closed' })
    })

    it('refuses calls of the other role and out of order', async () => {
      const transport = make()
      const offerer = end(transport, 'offerer')
      const answerer = end(transport, 'answerer')
      await expect(answerer.connection.createOffer()).rejects.toMatchObject({ code: 'wrong_state' })
      await expect(offerer.connection.acceptOffer('v=0')).rejects.toMatchObject({ code: 'wrong_state' })
      await expect(offerer.connection.acceptAnswer('v=0')).rejects.toMatchObject({ code: 'wrong_state' })
      await expect(answerer.connection.acceptAnswer('v=0')).rejects.toMatchObject({ code: 'wrong_state' })
    })

    it('refuses a bad offer and a bad answer with bad_sdp and ends', async () => {
      const transport = make()
      const answerer = end(transport, 'answerer')
      await expect(answerer.connection.acceptOffer('no description')).rejects.toMatchObject({ code: 'bad_sdp' })
      await closed(answerer)
      const offerer = end(transport, 'offerer')
      await offerer.connection.createOffer()
      await expect(offerer.connection.acceptAnswer('no description')).rejects.toMatchObject({ code: 'bad_sdp' })
      await closed(offerer)
    })

    it('[T10] knows its path: unknown before, direct on one machine', async () => {
      const transport = make()
      const early = end(transport, 'offerer')
      expect((await early.connection.path()).kind).toBe('unknown')
      const [a, b] = await pair()
      for (const side of [a, b]) {
        expect(side.happened).toContain('connected')
        expect((await side.connection.path()).kind).toBe('direct')
      }
      a.connection.close()
      await closed(a)
      expect((await a.connection.path()).kind).toBe('unknown')
    })

    it('several pairs at once do not mix', async () => {
      const pairs = await Promise.all([pair(), pair(), pair()])
      pairs.forEach(([a], n) => {
        a.connection.send(frame(n))
      })
      await Promise.all(pairs.map(([, b]) => b.until(() => b.messages.length === 1)))
      expect(pairs.map(([, b]) => number(b.messages[0] as Uint8Array))).toEqual([0, 1, 2])
    })

    if (!traits.webrtc) return

    it('[T11] a description names no foreign host and is complete', async () => {
      const a = end(make(), 'offerer')
      const offer = await a.connection.createOffer()
      expect(offer).toMatch(/^a=candidate:.* typ host/m)
      expect(offer).not.toMatch(/typ (srflx|relay)/)
      expect(offer.match(/^m=application /gm)).toHaveLength(1)
      expect(offer.match(/^a=fingerprint:sha-256 /gm)).toHaveLength(1)
      expect(offer.length).toBeLessThanOrEqual(PROTOCOL.SDP_BYTES)
    })

    it('[T8] relay only gathers no host candidate', async () => {
      const a = end(make(), 'offerer', { relayOnly: true })
      expect(await a.connection.createOffer()).not.toMatch(/typ host/)
    })
  })
}
