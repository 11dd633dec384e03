/** What every transport must do, whatever carries the bytes: the behaviour suite of the port, for any test runner. */
import { CHOSEN, PROTOCOL } from '../limits.js'
import type { Connection, ConnectionEvents, ConnectionOptions, PathKind, Transport } from '../ports/transport.js'
import { check, rejects, same, throws } from './check.js'

/** Vitest and node:test have these two, and so have others. */
export interface SuiteRunner {
  /** Groups the tests that `body` names. */
  describe(title: string, body: () => void): unknown
  /** One test: holds when `body` resolves. */
  it(title: string, body: () => Promise<void>): unknown
}

/** What the transport under test is, as far as the suite asks. */
export interface TransportTraits {
  /** Real WebRTC: descriptions are SDP, paths come from ICE. */
  readonly webrtc: boolean
  /** Messages of the load test; fewer where each takes a timer. */
  readonly count?: number
  /** What two ends on one machine find; `direct` if not given. */
  readonly path?: PathKind
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

/** Runs the suite over what `make` gives; both ends of a pair are of one transport. */
export function transportSuite(
  { describe, it: test }: SuiteRunner,
  name: string,
  traits: TransportTraits,
  make: () => Transport,
): void {
  describe(`transport: ${name}`, () => {
    const open: Connection[] = []

    function it(title: string, body: () => Promise<void>): void {
      test(title, async () => {
        try {
          await body()
        } finally {
          for (const connection of open.splice(0)) connection.close()
        }
      })
    }

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
        same(side.happened.filter((event) => event === 'open').length, 1)
        check(!side.happened.includes('close'), 'it is not closed')
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
      same(
        [a, b].map((side) => number(side.messages[0] as Uint8Array)),
        [2, 1],
      )
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
        const wrong = side.messages.findIndex(
          (message, n) => number(message) !== n || message.length !== PROTOCOL.FRAME_SIZE,
        )
        same(wrong, -1)
        check(
          side.messages.every((message) => message instanceof Uint8Array && message[5] === (number(message) & 255)),
          'each message is the one that was sent',
        )
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
      same(
        b.messages.map((message) => message.length),
        sizes,
      )
    })

    it('gives messages that the receiver may keep', async () => {
      const [a, b] = await pair()
      for (let n = 0; n < 64; n++) a.connection.send(frame(n))
      await b.until(() => b.messages.length === 64)
      const first = b.messages[0] as Uint8Array
      first.fill(255)
      for (let n = 64; n < 128; n++) a.connection.send(frame(n))
      await b.until(() => b.messages.length === 128)
      check(
        first.every((byte) => byte === 255),
        'the receiver may change it',
      )
      same(
        b.messages.slice(1).map(number),
        Array.from({ length: 127 }, (_, n) => n + 1),
      )
    })

    it('copies a message before it returns', async () => {
      const [a, b] = await pair()
      const memory = new Uint8Array(PROTOCOL.FRAME_SIZE)
      for (let n = 0; n < 3; n++) {
        memory.set(frame(n))
        a.connection.send(memory)
      }
      memory.fill(0)
      await b.until(() => b.messages.length === 3)
      for (const [n, message] of b.messages.entries()) same(number(message), n)
    })

    it('tells what is buffered and drains below the low-water mark', async () => {
      const [a, b] = await pair()
      let n = 0
      while (a.connection.bufferedAmount <= CHOSEN.HIGH_WATER_BYTES && n < 1_000) a.connection.send(frame(n++, 16_384))
      check(a.connection.bufferedAmount > CHOSEN.HIGH_WATER_BYTES, 'it tells what is buffered')
      await a.until(() => a.happened.includes('drain'))
      check(a.connection.bufferedAmount <= CHOSEN.LOW_WATER_BYTES, 'it drained below the mark')
      await b.until(() => b.messages.length === n)
    })

    it('refuses to send before it is open and after it is closed', async () => {
      const transport = make()
      const early = end(transport, 'offerer')
      throws(() => early.connection.send(frame(0)), 'closed')
      const [a] = await pair()
      a.connection.close()
      await closed(a)
      throws(() => a.connection.send(frame(0)), 'closed')
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
        same(side.happened.filter((event) => event === 'close').length, 1)
        same(side.happened.at(-1), 'close')
      }
    })

    it('closing in the middle of the negotiation rejects what waits', async () => {
      const transport = make()
      const a = end(transport, 'offerer')
      await a.connection.createOffer()
      a.connection.close()
      await closed(a)
      await rejects(a.connection.acceptAnswer('v=0\r\n'), 'closed')
      const b = end(transport, 'offerer')
      const offer = b.connection.createOffer()
      b.connection.close()
      await rejects(offer, 'closed')
    })

    it('refuses calls of the other role and out of order', async () => {
      const transport = make()
      const offerer = end(transport, 'offerer')
      const answerer = end(transport, 'answerer')
      await rejects(answerer.connection.createOffer(), 'wrong_state')
      await rejects(offerer.connection.acceptOffer('v=0'), 'wrong_state')
      await rejects(offerer.connection.acceptAnswer('v=0'), 'wrong_state')
      await rejects(answerer.connection.acceptAnswer('v=0'), 'wrong_state')
    })

    it('refuses a bad offer and a bad answer with bad_sdp and ends', async () => {
      const transport = make()
      const answerer = end(transport, 'answerer')
      await rejects(answerer.connection.acceptOffer('no description'), 'bad_sdp')
      await closed(answerer)
      const offerer = end(transport, 'offerer')
      await offerer.connection.createOffer()
      await rejects(offerer.connection.acceptAnswer('no description'), 'bad_sdp')
      await closed(offerer)
    })

    it('[T10] knows its path: unknown before, then the one it has', async () => {
      const transport = make()
      const early = end(transport, 'offerer')
      same((await early.connection.path()).kind, 'unknown')
      const [a, b] = await pair()
      for (const side of [a, b]) {
        check(side.happened.includes('connected'), 'it told that it has a path')
        same((await side.connection.path()).kind, traits.path ?? 'direct')
      }
      a.connection.close()
      await closed(a)
      same((await a.connection.path()).kind, 'unknown')
    })

    it('several pairs at once do not mix', async () => {
      const pairs = await Promise.all([pair(), pair(), pair()])
      pairs.forEach(([a], n) => {
        a.connection.send(frame(n))
      })
      await Promise.all(pairs.map(([, b]) => b.until(() => b.messages.length === 1)))
      same(
        pairs.map(([, b]) => number(b.messages[0] as Uint8Array)),
        [0, 1, 2],
      )
    })

    if (!traits.webrtc) return

    it('[T11] a description names no foreign host and is complete', async () => {
      const a = end(make(), 'offerer')
      const offer = await a.connection.createOffer()
      check(/^a=candidate:.* typ host/m.test(offer), 'it has a host candidate')
      check(!/typ (srflx|relay)/.test(offer), 'it has no other')
      same(offer.match(/^m=application /gm)?.length, 1)
      same(offer.match(/^a=fingerprint:sha-256 /gm)?.length, 1)
      check(offer.length <= PROTOCOL.SDP_BYTES, 'it is not too long')
    })

    it('[T8] relay only gathers no host candidate', async () => {
      const a = end(make(), 'offerer', { relayOnly: true })
      check(!/typ host/.test(await a.connection.createOffer()), 'it has no host candidate')
    })
  })
}
