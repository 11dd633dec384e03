import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import type { Few } from './few.js'
import { createKeyTable, type Keyed, UNPLACED } from './key-table.js'
import { createRendezvous, type Member } from './rendezvous.js'
import { createTickets } from './tickets.js'

const random = (length: number) => new Uint8Array(randomBytes(length))
const key = (n: number) => new Uint8Array(16).fill(n)
const frame = (n: number) => new Uint8Array(4_120).fill(n)

function member(): Member & { slowed: number; got: number[]; frames: Uint8Array[]; takes: boolean } {
  const self = {
    topics: undefined as Few<object>,
    held: 0,
    reference: 0,
    slowed: 0,
    got: [] as number[],
    frames: [] as Uint8Array[],
    takes: true,
    slow() {
      self.slowed += 1
    },
    deliver(bytes: Uint8Array) {
      if (!self.takes) return false
      self.got.push(bytes[0] as number)
      self.frames.push(bytes)
      return true
    },
  }
  return self
}

describe('a rendezvous', () => {
  it('holds no more than the last member leaves, and erases at 60 seconds', () => {
    let now = 0
    const rendezvous = createRendezvous(random, () => now)
    const a = member()
    rendezvous.join(a, key(1))
    expect(rendezvous.send(a, key(1), frame(1))).toEqual({ outcome: 'held' })
    now = 30_000
    expect(rendezvous.send(a, key(1), frame(2))).toEqual({ outcome: 'held' })
    expect(rendezvous.counts).toEqual({ topics: 1, held: 2, heldBytes: 8_240 })
    rendezvous.leaveAll(a)
    now = 59_999
    rendezvous.sweep()
    expect(rendezvous.counts.held).toBe(2)
    now = 60_000
    rendezvous.sweep()
    expect(rendezvous.counts).toEqual({ topics: 1, held: 1, heldBytes: 4_120 })
    now = 90_000
    rendezvous.sweep()
    expect(rendezvous.counts).toEqual({ topics: 0, held: 0, heldBytes: 0 })
    expect(a.held).toBe(0)
  })

  it('gives the place of a signal that is over to the next, before a sweep comes', () => {
    let now = 0
    const rendezvous = createRendezvous(random, () => now)
    const a = member()
    rendezvous.join(a, key(1))
    for (let n = 0; n < 4; n++) expect(rendezvous.send(a, key(1), frame(n)).outcome).toBe('held')
    now = 59_999
    expect(rendezvous.send(a, key(1), frame(4))).toEqual({ outcome: 'held_full', retryAfterMs: 1 })
    now = 60_000
    expect(rendezvous.send(a, key(1), frame(4)).outcome).toBe('held')
    expect(rendezvous.counts.held).toBe(1)
  })

  it('[T2] overwrites a held signal when it was given or has expired, and a topic when it ends', () => {
    let now = 0
    const copies: Uint8Array[] = []
    const { slice, set } = Uint8Array.prototype
    // Every copy that the code keeps is made by slice, or by set into a place of its own: this sees them all.
    Uint8Array.prototype.set = function (this: Uint8Array, ...from: [ArrayLike<number>, number?]) {
      set.apply(this, from)
      copies.push(this)
    }
    Uint8Array.prototype.slice = function (this: Uint8Array, ...range: [number?, number?]) {
      const copy = slice.apply(this, range)
      copies.push(copy)
      return copy
    } as typeof slice
    try {
      const rendezvous = createRendezvous(random, () => now)
      const [a, b] = [member(), member()]
      rendezvous.join(a, key(7))
      rendezvous.send(a, key(7), frame(7))
      rendezvous.join(b, key(7))
      rendezvous.collect(b, key(7))
      expect(b.got).toEqual([7])
      rendezvous.leaveAll(a)
      rendezvous.leaveAll(b)
      rendezvous.join(a, key(8))
      rendezvous.send(a, key(8), frame(8))
      rendezvous.leaveAll(a)
      now = 60_000
      rendezvous.sweep()
      expect(copies.map(({ length }) => length).filter((length) => length >= 16)).toEqual([16, 4_120, 16, 4_120])
      expect(copies.every((copy) => copy.every((byte) => byte === 0))).toBe(true)
    } finally {
      Object.assign(Uint8Array.prototype, { slice, set })
    }
  })

  it('keeps what a joiner cannot take yet, and says when a recipient cannot', () => {
    const rendezvous = createRendezvous(random, () => 0)
    const [a, b] = [member(), member()]
    rendezvous.join(a, key(1))
    rendezvous.send(a, key(1), frame(1))
    rendezvous.join(b, key(1))
    b.takes = false
    rendezvous.collect(b, key(1))
    expect(rendezvous.counts.held).toBe(1)
    expect(rendezvous.send(a, key(1), frame(2))).toEqual({ outcome: 'slow' })
    b.takes = true
    rendezvous.collect(b, key(1))
    expect(b.got).toEqual([1])
  })

  it('has a bound on all that is held, and says when there is room', () => {
    let now = 0
    const rendezvous = createRendezvous(random, () => now)
    let sent = 0
    const sizes = 64 * 1024 * 1024
    const verdicts: unknown[] = []
    while (sent * 4_120 < sizes + 8_240) {
      const a = member()
      for (let t = 0; t < 4; t++) {
        const topic = random(16)
        rendezvous.join(a, topic)
        for (let i = 0; i < 4; i++) {
          const verdict = rendezvous.send(a, topic, frame(1))
          if (verdict.outcome !== 'held') verdicts.push(verdict)
          sent += 1
        }
      }
      now += 1
    }
    expect(verdicts.length).toBeGreaterThan(0)
    expect(verdicts[0]).toMatchObject({ outcome: 'held_full', retryAfterMs: expect.any(Number) })
    expect(rendezvous.counts.heldBytes).toBeLessThanOrEqual(sizes)
    now = 200_000
    rendezvous.sweep()
    expect(rendezvous.counts).toEqual({ topics: expect.any(Number), held: 0, heldBytes: 0 })
  })

  it('agrees with a plain model over random runs', () => {
    const step = fc.record({
      who: fc.nat({ max: 9 }),
      topic: fc.nat({ max: 3 }),
      act: fc.constantFrom('join', 'leave', 'send', 'gone', 'wait'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let now = 0
        const rendezvous = createRendezvous(random, () => now)
        const members = Array.from({ length: 10 }, member)
        const model = Array.from({ length: 4 }, () => ({
          on: new Set<number>(),
          held: [] as { from: number; n: number; end: number }[],
        }))
        const expected = members.map(() => [] as number[])
        steps.forEach(({ who, topic, act }, index) => {
          const n = (index % 250) + 1
          const at = model[topic] as (typeof model)[number]
          const self = members[who] as Member
          const name = key(topic + 1)
          if (act === 'join') {
            const fresh = !at.on.has(who)
            const fits = !fresh || at.on.size < 8
            expect(rendezvous.join(self, name)).toBe(fits)
            if (fresh && fits) {
              at.on.add(who)
              rendezvous.collect(self, name)
              for (const held of at.held.filter(({ from }) => from !== who))
                if (held.end > now) expected[who]?.push(held.n)
              at.held = at.held.filter(({ from }) => from === who)
            }
          } else if (act === 'leave') {
            rendezvous.leave(self, name)
            at.on.delete(who)
          } else if (act === 'gone') {
            rendezvous.leaveAll(self)
            for (const each of model) each.on.delete(who)
          } else if (act === 'wait') {
            now += 25_000
            rendezvous.sweep()
            for (const each of model) each.held = each.held.filter(({ end }) => end > now)
          } else {
            const { outcome } = rendezvous.send(self, name, frame(n))
            const others = [...at.on].filter((other) => other !== who)
            const mine = model.flatMap(({ held }) => held).filter(({ from }) => from === who).length
            if (!at.on.has(who)) expect(outcome).toBe('not_joined')
            else if (others.length > 0) {
              expect(outcome).toBe('delivered')
              for (const other of others) expected[other]?.push(n)
            } else if (at.held.length >= 4 || mine >= 16) expect(outcome).toBe('held_full')
            else {
              expect(outcome).toBe('held')
              at.held.push({ from: who, n, end: now + 60_000 })
            }
          }
        })
        expect(members.map(({ got }) => got)).toEqual(expected)
        for (const self of members) rendezvous.leaveAll(self)
        now += 60_000
        rendezvous.sweep()
        expect(rendezvous.counts).toEqual({ topics: 0, held: 0, heldBytes: 0 })
      }),
      { numRuns: cases('property.bytes') / 4 },
    )
  })
})

describe('a key table', () => {
  interface Entry extends Keyed {
    readonly n: number
  }
  const entry = (n: number): Entry => ({ place: UNPLACED, next: undefined, n })

  it('finds what was added, not what was removed, and tells neighbours apart', () => {
    const table = createKeyTable<Entry>(16, random)
    const keys = Array.from({ length: 700 }, () => random(16))
    const entries = keys.map((each, n) => table.add(each, entry(n)))
    expect(table.size).toBe(700)
    keys.forEach((each, at) => {
      expect(table.find(each)).toBe(entries[at])
      expect(table.keyOf(entries[at] as Entry)).toEqual(each)
    })
    const near = (keys[0] as Uint8Array).slice()
    near[15] = (near[15] as number) ^ 1
    expect(table.find(near)).toBeUndefined()
    expect(table.find(new Uint8Array(12))).toBeUndefined()
    const [first] = entries as [Entry]
    const own = table.keyOf(first)
    table.remove(first)
    table.remove(first)
    expect(table.find(keys[0] as Uint8Array)).toBeUndefined()
    expect(own).toEqual(new Uint8Array(16))
    expect(table.size).toBe(699)
  })

  it('agrees with a plain map while entries come and go', () => {
    const table = createKeyTable<Entry>(4, random)
    const model = new Map<number, Entry>()
    const bytes = (n: number) => Uint8Array.of(n >> 8, n & 0xff, 0, 7)
    const step = fc.tuple(fc.boolean(), fc.nat({ max: 999 }))
    for (const [adds, n] of fc.sample(step, 4_000)) {
      const found = table.find(bytes(n))
      expect(found).toBe(model.get(n))
      if (found === undefined && adds) model.set(n, table.add(bytes(n), entry(n)))
      else if (found !== undefined && !adds) {
        table.remove(found)
        model.delete(n)
      }
    }
    expect(table.size).toBe(model.size)
    expect(
      table
        .entries()
        .map(({ n }) => n)
        .sort((a, b) => a - b),
    ).toEqual([...model.keys()].sort((a, b) => a - b))
    const isOver = (n: number) => n % 3 === 0
    table.prune(({ n }) => isOver(n))
    for (const n of model.keys()) expect(table.find(bytes(n))?.n).toBe(isOver(n) ? undefined : n)
    expect(table.size).toBe([...model.keys()].filter((n) => !isOver(n)).length)
  })
})

describe('tickets', () => {
  it('are good once, for a minute, and are forgotten', () => {
    let now = 0
    const tickets = createTickets(random, () => now)
    const [a, b, c] = tickets.issue(3) as [Uint8Array, Uint8Array, Uint8Array]
    expect(tickets.spend(a)).toBe(true)
    expect(tickets.spend(a)).toBe(false)
    now = 59_999
    expect(tickets.spend(b)).toBe(true)
    now = 60_000
    expect(tickets.spend(c)).toBe(false)
    expect(tickets.spend(random(32))).toBe(false)
    expect(tickets.spend(new Uint8Array(0))).toBe(false)
  })
})
