import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { toHex, utf8 } from '../bytes/bytes.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { Solo2Error } from '../errors.js'
import {
  advanceRoot,
  candidateRoot,
  decideRoot,
  freshRoot,
  type RendezvousRoot,
  rootAt,
  rootHash,
  rootToGive,
  takeRoot,
} from './rendezvous.js'
import {
  contactTopic,
  epochAt,
  epochsAt,
  meetingTopics,
  nextEpochChange,
  ownTopic,
  ownTopics,
  pairingSecret,
  pairingTopic,
  socketTopics,
} from './topics.js'

const DAY = 86_400_000
const HOUR = 3_600_000
const p = noblePrimitives

function counterEnv() {
  let counter = 0
  return { random: (length: number) => p.sha256(utf8(`random ${counter++}`)).slice(0, length) }
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'accepted'
}

describe('epochs', () => {
  it('are days of Unix time; near an edge the neighbour counts too', () => {
    const start = 20_000 * DAY
    expect(epochAt(start - 1)).toBe(19_999)
    expect(epochsAt(start)).toEqual([20_000, 19_999])
    expect(epochsAt(start + HOUR - 1)).toEqual([20_000, 19_999])
    expect(epochsAt(start + HOUR)).toEqual([20_000])
    expect(epochsAt(start + DAY - HOUR - 1)).toEqual([20_000])
    expect(epochsAt(start + DAY - HOUR)).toEqual([20_000, 20_001])
    expect(epochsAt(start + DAY - 1)).toEqual([20_000, 20_001])
    expect(epochsAt(0)).toEqual([0])
  })

  it('always overlap for clocks that differ by less than an hour, and change when announced', () => {
    const time = fc.integer({ min: 0, max: 40_000 * 86_400 }).map((seconds) => seconds * 1_000)
    fc.assert(
      fc.property(time, fc.integer({ min: 0, max: HOUR - 1 }), (now, apart) => {
        expect(epochsAt(now).some((epoch) => epochsAt(now + apart).includes(epoch))).toBe(true)
        const change = nextEpochChange(now)
        expect(change).toBeGreaterThan(now)
        expect(epochsAt(change - 1)).toEqual(epochsAt(now))
        if (now > DAY) expect(epochsAt(change)).not.toEqual(epochsAt(now))
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})

describe('topics', () => {
  const [secretA, secretB] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const a = { x25519Secret: secretA, x25519: p.x25519PublicKey(secretA), id: new Uint8Array(32).fill(9) }
  const b = { x25519Secret: secretB, x25519: p.x25519PublicKey(secretB), id: new Uint8Array(32).fill(8) }

  it('of a pair are the same on both sides, of 16 bytes, and differ by epoch and person', () => {
    const secret = pairingSecret(p, a, b)
    expect(pairingSecret(p, b, a)).toEqual(secret)
    expect(pairingSecret(p, a, { ...b, id: new Uint8Array(32) })).not.toEqual(secret)
    expect(pairingTopic(p, secret, 5)).toHaveLength(16)
    expect(pairingTopic(p, secret, 5)).not.toEqual(pairingTopic(p, secret, 6))
    expect(ownTopic(p, secret, 5)).toHaveLength(16)
  })

  it('are the pairing ones without a root, both kinds for 7 days, then the contact ones', () => {
    const now = 20_000 * DAY + 12 * HOUR
    const secret = pairingSecret(p, a, b)
    const root = { epoch: 19_999, root: new Uint8Array(32).fill(4) }
    const kinds = (source: object, at = now) =>
      meetingTopics(p, { pairingSecret: secret, ...source }, at).map(({ kind, epoch, psk }) => [
        kind,
        epoch,
        psk?.length,
      ])
    expect(kinds({})).toEqual([['pairing', 20_000, undefined]])
    expect(kinds({ root, agreedAt: now })).toEqual([
      ['contact', 20_000, 32],
      ['pairing', 20_000, undefined],
    ])
    expect(kinds({ root, agreedAt: now }, now + 7 * DAY - 1)).toHaveLength(2)
    expect(kinds({ root, agreedAt: now }, now + 7 * DAY)).toEqual([['contact', 20_007, 32]])
    // A clock that was set back: the root reaches no epoch of today.
    expect(kinds({ root, agreedAt: now }, now - 3 * DAY)).toEqual([['pairing', 19_997, undefined]])
    const edge = 20_001 * DAY - 1
    expect(kinds({ root, agreedAt: now }, edge).map(([, epoch]) => epoch)).toEqual([20_000, 20_001, 20_000, 20_001])
  })

  it('of a socket are filled up to 16 with topics that stay, and shuffled', () => {
    const env = counterEnv()
    const wanted = Array.from({ length: 15 }, () => env.random(16))
    const one = socketTopics(wanted, [], env)
    expect(one.topics).toHaveLength(16)
    expect(one.topics.map(toHex)).not.toEqual([...wanted, ...one.padding].map(toHex))
    const two = socketTopics([...wanted, env.random(16), env.random(16)], one.padding, env)
    expect(two.topics).toHaveLength(32)
    expect(two.padding[0]).toBe(one.padding[0])
    expect(socketTopics([], [], env).topics).toHaveLength(16)
    expect(socketTopics([...wanted, ...wanted], [], env).topics).toHaveLength(16)
    const most = Array.from({ length: 257 }, () => env.random(16))
    expect(socketTopics(most.slice(1), [], env).topics).toHaveLength(256)
    expect(codeOf(() => socketTopics(most, [], env))).toBe('invalid_argument')
  })

  it('of a socket keep all that is wanted, whatever the padding was', () => {
    fc.assert(
      fc.property(fc.nat(256), fc.nat(40), (count, before) => {
        const env = counterEnv()
        const wanted = Array.from({ length: count }, () => env.random(16))
        const padding = Array.from({ length: before }, () => env.random(16))
        const { topics } = socketTopics(wanted, padding, env)
        expect(topics.length % 16).toBe(0)
        expect(topics.length - count).toBeLessThanOrEqual(16)
        const names = new Set(topics.map(toHex))
        expect(names.size).toBe(topics.length)
        expect(wanted.every((topic) => names.has(toHex(topic)))).toBe(true)
      }),
      { numRuns: cases('property.sealing') },
    )
  })
})

describe('the rendezvous root', () => {
  const exporter = new Uint8Array(32).fill(6)
  const other = new Uint8Array(32).fill(7)

  it('moves forward by the epoch, never back', () => {
    const stored = { epoch: 100, root: new Uint8Array(32).fill(1) }
    const once = rootAt(p, stored, 101) as Uint8Array
    expect(once).toEqual(p.hmac(stored.root, utf8('Solo2 v1 next epoch')))
    expect(rootAt(p, { epoch: 101, root: once }, 103)).toEqual(rootAt(p, stored, 103))
    expect(rootAt(p, stored, 99)).toBeUndefined()
    expect(rootAt(p, stored, 100 + 3_661)).toBeUndefined()
    expect(advanceRoot(p, stored, 102)).toEqual({ epoch: 101, root: once })
    expect(advanceRoot(p, stored, 101)).toBe(stored)
    expect(advanceRoot(p, stored, 50)).toBe(stored)
    expect(contactTopic(p, once)).toHaveLength(16)
  })

  it('of a first tunnel reaches both neighbours of its epoch', () => {
    const candidate = candidateRoot(p, undefined, exporter, 100)
    expect(candidate).toEqual({ epoch: 99, root: freshRoot(p, exporter) })
    for (const epoch of [99, 100, 101]) expect(rootAt(p, candidate, epoch)).toHaveLength(32)
  })

  it('stays where one is held that reaches the epoch', () => {
    const stored = { epoch: 90, root: other }
    expect(candidateRoot(p, stored, exporter, 100)).toBe(stored)
    expect(candidateRoot(p, { ...stored, epoch: 101 }, exporter, 100).epoch).toBe(99)
  })

  it('is the same on both sides after the agreement, whatever each held', () => {
    const held = fc.option(
      fc.record({ epoch: fc.integer({ min: 95, max: 101 }), fill: fc.integer({ min: 0, max: 3 }) }),
    )
    fc.assert(
      fc.property(held, held, (one, two) => {
        const sides = [one, two].map((has) => {
          const stored = has === null ? undefined : { epoch: has.epoch, root: new Uint8Array(32).fill(has.fill) }
          const candidate = candidateRoot(p, stored, exporter, 100)
          return { candidate, hash: rootHash(p, candidate, 100) }
        }) as [Side, Side]
        const agreed = sides.map((own, i) => {
          const peer = sides[1 - i] as Side
          if (decideRoot(own.hash, 100, { epoch: 100, hash: peer.hash }) !== 'take') return own.candidate
          expect(decideRoot(peer.hash, 100, { epoch: 100, hash: own.hash })).toBe('give')
          return takeRoot(p, rootToGive(p, peer.candidate, 100), peer.hash, 100)
        }) as [RendezvousRoot, RendezvousRoot]
        const [first, second] = agreed.map((root) => advanceRoot(p, root, 100)) as [RendezvousRoot, RendezvousRoot]
        expect(rootAt(p, first, 100)).toEqual(rootAt(p, second, 100))
        expect(rootAt(p, first, 101)).toEqual(rootAt(p, second, 101))
      }),
      { numRuns: cases('property.sealing') },
    )
    interface Side {
      readonly candidate: RendezvousRoot
      readonly hash: Uint8Array
    }
  })

  it('is refused where it is not the one that was announced', () => {
    const candidate = candidateRoot(p, undefined, exporter, 100)
    const hash = rootHash(p, candidate, 100)
    expect(codeOf(() => decideRoot(hash, 100, { epoch: 101, hash }))).toBe('wrong_epoch')
    expect(codeOf(() => decideRoot(hash, 100, { epoch: undefined, hash }))).toBe('wrong_epoch')
    expect(codeOf(() => decideRoot(hash, 100, { epoch: 100, hash: hash.slice(1) }))).toBe('wrong_size')
    expect(decideRoot(hash, 100, { epoch: 100, hash })).toBe('agreed')
    expect(codeOf(() => takeRoot(p, candidate, hash, 100))).toBe('accepted')
    expect(codeOf(() => takeRoot(p, { epoch: 99, root: other }, hash, 100))).toBe('hash_mismatch')
    expect(codeOf(() => takeRoot(p, { ...candidate, epoch: 100 }, hash, 100))).toBe('hash_mismatch')
    expect(codeOf(() => takeRoot(p, { ...candidate, epoch: 98 }, hash, 100))).toBe('wrong_epoch')
    expect(codeOf(() => takeRoot(p, { ...candidate, epoch: 101 }, hash, 100))).toBe('wrong_epoch')
    expect(codeOf(() => takeRoot(p, { epoch: 99, root: other.slice(1) }, hash, 100))).toBe('wrong_size')
  })
})

describe('own topics', () => {
  it('are those of the epochs of now, each with a copy of the psk', () => {
    const [key, psk] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const now = 20_000 * DAY
    const topics = ownTopics(p, key, psk, now)
    expect(topics).toEqual(
      [20_000, 19_999].map((epoch) => ({ topic: ownTopic(p, key, epoch), kind: 'own', epoch, psk: psk.slice() })),
    )
    psk.fill(0)
    expect(topics.map((topic) => topic.psk?.[0])).toEqual([2, 2])
  })
})

describe('at the edges', () => {
  it('the next change is the one after now, also in the moment of one', () => {
    const start = 20_000 * DAY
    expect(nextEpochChange(start + HOUR - 1)).toBe(start + HOUR)
    expect(nextEpochChange(start + HOUR)).toBe(start + DAY - HOUR)
    expect(nextEpochChange(start + DAY - HOUR)).toBe(start + DAY)
  })

  it('there are pairing topics while there is no root, whenever one was agreed', () => {
    const now = 20_000 * DAY + 12 * HOUR
    const source = { pairingSecret: new Uint8Array(32).fill(1), agreedAt: now - 30 * DAY }
    expect(meetingTopics(p, source, now).map(({ kind }) => kind)).toEqual(['pairing'])
  })

  it('a draw that would bend the order is made again', () => {
    const wanted = Array.from({ length: 16 }, (_, n) => new Uint8Array(16).fill(n))
    const draws = (...bytes: readonly number[]) => {
      let count = 0
      socketTopics(wanted, [], { random: () => Uint8Array.of(bytes[count++] ?? 0) })
      return count
    }
    expect(draws()).toBe(15)
    // Of 15 places 255 bytes are even shares, so 255 is one too many, and 254 is not.
    expect(draws(0, 254)).toBe(15)
    expect(draws(0, 255)).toBe(16)
  })
})
