/** What several rendezvous over one bus do together, whatever carries it. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAdmission, markTicket } from '../../src/rendezvous/bus/admission.js'
import { createBus } from '../../src/rendezvous/bus/bus.js'
import { type Bus, NAME_SIZE, type Wire } from '../../src/rendezvous/bus/port.js'
import type { Few } from '../../src/rendezvous/few.js'
import { createRendezvous, type Member, type Rendezvous } from '../../src/rendezvous/rendezvous.js'
import { createTickets } from '../../src/rendezvous/tickets.js'

/** Something that carries messages between servers. */
export interface Network {
  connect(name: Uint8Array): Promise<Wire>
  /** Resolves when all that was told, and what came of it, has arrived. */
  settle(wires: readonly Wire[]): Promise<void>
  /** Loses the connection of every server. */
  lose(): Promise<void>
  restore(): Promise<void>
}

const random = (length: number) => new Uint8Array(randomBytes(length))
const key = (n: number) => new Uint8Array(16).fill(n)
const frame = (n: number) => new Uint8Array(4_120).fill(n)
const TICKET_KEY = random(32)

type Socket = Member & { got: number[]; slowed: number; takes: boolean }

function socket(): Socket {
  const self: Socket = {
    topics: undefined as Few<object>,
    held: 0,
    reference: 0,
    slowed: 0,
    got: [],
    takes: true,
    slow() {
      self.slowed += 1
    },
    deliver(bytes) {
      if (self.takes) self.got.push(bytes[0] as number)
      return self.takes
    },
  }
  return self
}

interface Server {
  readonly bus: Bus
  readonly wire: Wire
  readonly rendezvous: Rendezvous
  readonly changes: boolean[]
}

interface Servers {
  readonly all: readonly Server[]
  readonly clock: { now: number; elapsed: number }
  at(index: number): Server
  settle(): Promise<void>
  end(): Promise<void>
}

async function start(network: Network, count: number): Promise<Servers> {
  const clock = { now: 0, elapsed: 0 }
  const all: Server[] = []
  for (let n = 0; n < count; n++) {
    const name = random(NAME_SIZE)
    const wire = await network.connect(name)
    const changes: boolean[] = []
    const changed = (isUp: boolean) => void changes.push(isUp)
    const bus = createBus({ wire, name, elapsed: () => clock.elapsed, changed })
    all.push({ bus, wire, changes, rendezvous: createRendezvous(random, () => clock.now, bus) })
  }
  const settle = () => network.settle(all.map(({ wire }) => wire))
  await settle()
  return {
    all,
    clock,
    settle,
    at: (index) => all[index] as Server,
    async end() {
      for (const { bus } of all) await bus.close()
    },
  }
}

const join = ({ rendezvous }: Server, who: Member, topic: Uint8Array) => {
  const joined = rendezvous.join(who, topic)
  rendezvous.collect(who, topic)
  return joined
}

/** `runs`: of the property test. */
export function rendezvousSuite(name: string, network: Network, runs: number): void {
  describe(`several servers over ${name}`, () => {
    it('know each other, and one that ends is gone at once', async () => {
      const servers = await start(network, 3)
      expect(servers.all.map(({ bus }) => [bus.isUp, bus.neighbours])).toEqual([
        [true, 2],
        [true, 2],
        [true, 2],
      ])
      await servers.at(2).bus.close()
      await servers.settle()
      expect(servers.at(0).bus.neighbours).toBe(1)
      await servers.end()
    })

    it('pass a signal to the members on other servers, and to no other topic', async () => {
      const servers = await start(network, 3)
      const [a, b, c, d] = [socket(), socket(), socket(), socket()]
      join(servers.at(0), a, key(1))
      join(servers.at(1), b, key(1))
      join(servers.at(2), c, key(1))
      join(servers.at(2), d, key(2))
      await servers.settle()
      expect(servers.at(0).rendezvous.send(a, key(1), frame(7))).toEqual({ outcome: 'delivered' })
      await servers.settle()
      expect([a.got, b.got, c.got, d.got]).toEqual([[], [7], [7], []])
      await servers.end()
    })

    it('hold a signal at the server that got it, and give it once to who joins at another', async () => {
      const servers = await start(network, 3)
      const [a, b, c] = [socket(), socket(), socket()]
      join(servers.at(0), a, key(1))
      for (const n of [1, 2, 3, 4]) servers.at(0).rendezvous.send(a, key(1), frame(n))
      expect(servers.at(0).rendezvous.send(a, key(1), frame(5)).outcome).toBe('held_full')
      // Who sent them may have gone: they are kept for their time.
      servers.at(0).rendezvous.leaveAll(a)
      await servers.settle()
      servers.clock.now = 59_999
      join(servers.at(1), b, key(1))
      await servers.settle()
      join(servers.at(2), c, key(1))
      await servers.settle()
      expect([b.got, c.got]).toEqual([[1, 2, 3, 4], []])
      expect(servers.at(0).rendezvous.counts).toEqual({ topics: 0, held: 0, heldBytes: 0 })
      await servers.end()
    })

    it('give no signal whose minute is over', async () => {
      const servers = await start(network, 2)
      const [a, b] = [socket(), socket()]
      join(servers.at(0), a, key(1))
      servers.at(0).rendezvous.send(a, key(1), frame(1))
      servers.clock.now = 60_000
      join(servers.at(1), b, key(1))
      await servers.settle()
      expect(b.got).toEqual([])
      await servers.end()
    })

    it('count the members of a topic together', async () => {
      const servers = await start(network, 2)
      for (let n = 0; n < 8; n++) {
        expect(join(servers.at(n % 2), socket(), key(1))).toBe(true)
        await servers.settle()
      }
      expect([join(servers.at(0), socket(), key(1)), join(servers.at(1), socket(), key(1))]).toEqual([false, false])
      await servers.end()
    })

    it('tell a sender that a recipient on another server does not read', async () => {
      const servers = await start(network, 2)
      const [a, b, c] = [socket(), socket(), socket()]
      join(servers.at(0), a, key(1))
      join(servers.at(0), c, key(1))
      join(servers.at(1), b, key(1))
      await servers.settle()
      b.takes = false
      expect(servers.at(0).rendezvous.send(a, key(1), frame(1))).toEqual({ outcome: 'delivered' })
      await servers.settle()
      expect([a.slowed, c.slowed, c.got]).toEqual([1, 0, [1]])
      await servers.end()
    })

    it('hold again when the other server was lost without a word, and count its members no more', async () => {
      const servers = await start(network, 2)
      const [a, b] = [socket(), socket()]
      join(servers.at(0), a, key(1))
      join(servers.at(1), b, key(1))
      await servers.settle()
      await servers.at(1).wire.close()
      servers.clock.elapsed = 3_501
      servers.at(0).bus.beat()
      expect(servers.at(0).bus.neighbours).toBe(0)
      expect(servers.at(0).rendezvous.send(a, key(1), frame(1))).toEqual({ outcome: 'held' })
      await servers.end()
    })

    it('tell everything anew to a server that missed them for a while', async () => {
      const servers = await start(network, 2)
      const [a, b] = [socket(), socket()]
      join(servers.at(0), a, key(1))
      join(servers.at(1), b, key(1))
      await servers.settle()
      servers.clock.elapsed = 3_501
      servers.at(0).bus.beat()
      expect(servers.at(0).rendezvous.send(a, key(1), frame(1))).toEqual({ outcome: 'held' })
      servers.at(1).bus.beat()
      await servers.settle()
      expect(b.got).toEqual([1])
      expect(servers.at(0).rendezvous.send(a, key(1), frame(2))).toEqual({ outcome: 'delivered' })
      await servers.settle()
      expect(b.got).toEqual([1, 2])
      await servers.end()
    })

    it('serve their own topics while the bus is lost, and meet again when it is back', async () => {
      const servers = await start(network, 2)
      const [a, b, c, d] = [socket(), socket(), socket(), socket()]
      join(servers.at(0), a, key(1))
      join(servers.at(0), c, key(1))
      join(servers.at(1), b, key(2))
      join(servers.at(0), d, key(2))
      await servers.settle()
      await network.lose()
      expect(servers.all.map(({ bus, changes }) => [bus.isUp, bus.neighbours, changes])).toEqual([
        [false, 0, [false]],
        [false, 0, [false]],
      ])
      expect(servers.at(0).rendezvous.send(a, key(1), frame(1))).toEqual({ outcome: 'delivered' })
      expect(c.got).toEqual([1])
      join(servers.at(1), b, key(1))
      expect(servers.at(1).rendezvous.send(b, key(1), frame(2))).toEqual({ outcome: 'held' })
      // What was left meanwhile is not counted afterwards.
      servers.at(1).rendezvous.leave(b, key(2))
      await network.restore()
      await servers.settle()
      expect(servers.all.map(({ changes }) => changes)).toEqual([
        [false, true],
        [false, true],
      ])
      expect([...a.got, ...c.got]).toEqual([2, 1])
      expect(servers.at(0).rendezvous.send(a, key(1), frame(3))).toEqual({ outcome: 'delivered' })
      expect(servers.at(0).rendezvous.send(d, key(2), frame(4))).toEqual({ outcome: 'held' })
      await servers.settle()
      expect(b.got).toEqual([3])
      await servers.end()
    })

    it('spend a ticket once, wherever it is shown and however many are shown it at once', async () => {
      const servers = await start(network, 3)
      const { now } = servers.clock
      const issuers = servers.all.map(({ bus }) => {
        const tickets = createTickets(
          random,
          () => now,
          (ticket) => markTicket(TICKET_KEY, ticket, bus.name),
        )
        return { tickets, admission: createAdmission(tickets, bus, TICKET_KEY) }
      })
      for (let round = 0; round < 30; round++) {
        const [ticket] = issuers[round % 3]?.tickets.issue(1) ?? []
        const shown = [0, 1, 2, 2, 1, 0].map((at) => issuers[at]?.admission.admit(ticket as Uint8Array))
        await servers.settle()
        expect((await Promise.all(shown)).sort()).toEqual(['good', ...Array(5).fill('refused')])
      }
      const made = issuers.map(({ admission }) => admission.admit(random(32)))
      expect(await Promise.all(made)).toEqual(['refused', 'refused', 'refused'])
      // Nobody can be asked: not the same as a ticket that is no good.
      const [ticket] = issuers[0]?.tickets.issue(1) ?? []
      await network.lose()
      expect(issuers[1]?.admission.admit(ticket as Uint8Array)).toBe('unavailable')
      expect(issuers[0]?.admission.admit(ticket as Uint8Array)).toBe('good')
      await network.restore()
      await servers.end()
    })

    it('agree with the plain model of one server over random runs', async () => {
      const step = fc.record({
        who: fc.nat({ max: 9 }),
        topic: fc.nat({ max: 2 }),
        act: fc.constantFrom('join', 'join', 'leave', 'send', 'send', 'gone', 'wait'),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
          const servers = await start(network, 3)
          const members = Array.from({ length: 10 }, socket)
          const home = (who: number) => servers.at(who % 3).rendezvous
          const model = Array.from({ length: 3 }, () => ({
            on: new Set<number>(),
            held: [] as { from: number; n: number; end: number }[],
          }))
          const expected = members.map(() => [] as number[])
          for (const [index, { who, topic, act }] of steps.entries()) {
            const n = (index % 250) + 1
            const at = model[topic] as (typeof model)[number]
            const self = members[who] as Socket
            const name = key(topic + 1)
            if (act === 'join') {
              const fresh = !at.on.has(who)
              const fits = !fresh || at.on.size < 8
              expect(home(who).join(self, name)).toBe(fits)
              if (fresh && fits) {
                at.on.add(who)
                home(who).collect(self, name)
                for (const held of at.held.filter(({ from }) => from !== who)) expected[who]?.push(held.n)
                at.held = at.held.filter(({ from }) => from === who)
              }
            } else if (act === 'leave') {
              home(who).leave(self, name)
              at.on.delete(who)
            } else if (act === 'gone') {
              home(who).leaveAll(self)
              for (const each of model) each.on.delete(who)
            } else if (act === 'wait') {
              servers.clock.now += 25_000
              for (const { rendezvous } of servers.all) rendezvous.sweep()
              for (const each of model) each.held = each.held.filter(({ end }) => end > servers.clock.now)
            } else {
              const { outcome } = home(who).send(self, name, frame(n))
              const others = [...at.on].filter((other) => other !== who)
              // Four on a topic and sixteen of a socket, counted by the server that holds them.
              const there = at.held.filter(({ from }) => from % 3 === who % 3)
              if (!at.on.has(who)) expect(outcome).toBe('not_joined')
              else if (others.length > 0) {
                expect(outcome).toBe('delivered')
                for (const other of others) expected[other]?.push(n)
              } else if (there.length >= 4) expect(outcome).toBe('held_full')
              else {
                expect(outcome).toBe('held')
                at.held.push({ from: who, n, end: servers.clock.now + 60_000 })
              }
            }
            await servers.settle()
          }
          // Held at several servers, they come in the order of the servers' answers.
          expect(members.map(({ got }) => got.sort())).toEqual(expected.map((each) => each.sort()))
          for (const [who, self] of members.entries()) home(who).leaveAll(self)
          servers.clock.now += 60_000
          await servers.settle()
          for (const { rendezvous } of servers.all) {
            rendezvous.sweep()
            expect(rendezvous.counts).toEqual({ topics: 0, held: 0, heldBytes: 0 })
          }
          await servers.end()
        }),
        { numRuns: runs },
      )
    })
  })
}
