/**
 * The SDK against the literal transcription. First they talk, each in both roles, over random schedules. Then each side has
 * a twin, the SDK's and the literal's with the same keys, and every damaged message must be judged alike by both.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packRecords, unpackRecords } from '../../sdk/src/frame/records.js'
import { finish, initiate, respond } from '../../sdk/src/handshake/handshake.js'
import type { RatchetState } from '../../sdk/src/ratchet/ratchet.js'
import { cases } from '../../tools/cases.js'
import { classOf, type Damage, damage, damaged } from '../cases/client/damage.js'
import { type NamedRun, runs } from '../generate/handshake.js'
import { firstKeys, partyI, partyR } from '../generate/handshake-run.js'
import { type Draw, seeded } from '../generate/random.js'
import { play, sidesAt } from '../generate/ratchet-run.js'
import { SCRIPTS } from '../generate/ratchet-script.js'
import { hex, Refused } from '../literal/bytes.js'
import { decodeBlock, encodeBlock, type LiteralRecord, packBlock, unpackBlock } from '../literal/frame.js'
import * as literal from '../literal/handshake.js'
import { mlkemPublic, x25519Public } from '../literal/primitives.js'
import { begin, openFrame, type Ratchet, ROOM, sealFrame, TURN_ROOM } from '../literal/ratchet.js'
import { codeOf, drawing, keyPair, type RatchetStart, scripted, sdkOpen, sdkRatchet, sdkSeal } from './sdk-side.js'

const [base] = runs() as [NamedRun]

/** One end of a tunnel, whoever made it. */
interface End {
  readonly seal: (padded: Uint8Array, turn: boolean) => Uint8Array
  readonly open: (frame: Uint8Array) => Uint8Array
  readonly due: () => boolean
  readonly speaks: () => boolean
}

function literalEnd(role: 'I' | 'R', start: RatchetStart, draw: Draw): End {
  const state: Ratchet = begin(role === 'I' ? 'initiator' : 'responder', start.rk0, start)
  return {
    seal: (padded, turn) =>
      sealFrame(state, padded, turn ? { x: draw(32), seed: draw(64), randomness: draw(32) } : undefined).frame,
    open: (frame) => openFrame(state, frame).padded,
    due: () => state.due,
    speaks: () => state.sendCk.length > 0,
  }
}

function sdkEnd(role: 'I' | 'R', start: RatchetStart, draw: Draw): End {
  let state: RatchetState = sdkRatchet(role, start)
  return {
    seal(padded, turn) {
      const sealed = sdkSeal(state, padded, turn, drawing(draw))
      state = sealed.state
      return sealed.frame
    },
    open(frame) {
      const opened = sdkOpen(state, frame)
      state = opened.state
      return opened.padded
    },
    due: () => state.kind === 'turnDue',
    speaks: () => state.sending !== undefined,
  }
}

type Maker = 'literal' | 'sdk'

/** A handshake between the two, and the ratchet's start on each side. */
function shake(initiator: Maker, responder: Maker, draw: Draw): { I: RatchetStart; R: RatchetStart } {
  const psk0 = draw(32)
  const prologue = draw(239)
  const secrets = {
    initiator: { static: draw(32), ephemeral: draw(32), kemSeed: draw(64) },
    responder: {
      static: draw(32),
      ephemeral: draw(32),
      encapsulation: draw(32),
      ratchetSecret: draw(32),
      ratchetKemSeed: draw(64),
    },
  }
  const [i, r] = [keyPair(secrets.initiator.static), keyPair(secrets.responder.static)]
  const noiseI = literal.begin(partyI(secrets, psk0, prologue))
  const noiseR = literal.begin(partyR(secrets, psk0, prologue))
  const { ephemeral, kemSeed } = secrets.initiator
  const sdkI = initiate({ psk0, prologue, ownStatic: i, peerStatic: r.publicKey }, scripted(ephemeral, kemSeed))
  const message1 = initiator === 'sdk' ? sdkI.message : literal.writeMessage1(noiseI)

  const start = { X0: new Uint8Array(0), ek0: new Uint8Array(0), x0: new Uint8Array(0), seed0: new Uint8Array(0) }
  let message2: Uint8Array
  let startR: RatchetStart
  if (responder === 'sdk') {
    const answered = respond({ psk0, prologue, ownStatic: r, peerStatic: i.publicKey }, message1, drawing(draw))
    const { rootKey, ownKeys } = answered.result
    message2 = answered.message
    startR = { rk0: rootKey, X0: ownKeys.key, ek0: ownKeys.kemKey, x0: ownKeys.secret, seed0: ownKeys.kemSeed }
  } else {
    literal.readMessage1(noiseR, message1)
    const keys = firstKeys(secrets)
    message2 = literal.writeMessage2(noiseR, keys)
    const { rk0 } = literal.tunnelKeys(noiseR)
    startR = { ...start, ...keys, rk0, X0: x25519Public(keys.x0), ek0: mlkemPublic(keys.seed0) }
  }
  if (initiator === 'sdk') {
    const { rootKey, peerKeys } = finish(sdkI.state, message2, scripted()).result
    return { I: { ...start, rk0: rootKey, X0: peerKeys.key, ek0: peerKeys.kemKey }, R: startR }
  }
  const { X0, ek0 } = literal.readMessage2(noiseI, message2)
  return { I: { ...start, rk0: literal.tunnelKeys(noiseI).rk0, X0, ek0 }, R: startR }
}

const step = fc.record({
  side: fc.constantFrom('I' as const, 'R' as const),
  open: fc.boolean(),
  wait: fc.boolean(),
  length: fc.integer({ min: 0, max: 1700 }),
})

describe.each([
  ['sdk', 'literal'],
  ['literal', 'sdk'],
] as const)('%s as initiator, %s as responder', (initiator, responder) => {
  test('random schedules: crossing turns, long chains, frames of all fillings', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(step, { maxLength: 60 }), (seed, schedule) => {
        const draw = seeded(`interop ${seed}`)
        const start = shake(initiator, responder, draw)
        const makers = { I: initiator, R: responder }
        const end = (side: 'I' | 'R'): End => (makers[side] === 'sdk' ? sdkEnd : literalEnd)(side, start[side], draw)
        const ends = { I: end('I'), R: end('R') }
        const under: Record<'I' | 'R', { frame: Uint8Array; padded: Uint8Array }[]> = { I: [], R: [] }
        for (const { side, open, wait, length } of schedule) {
          const one = ends[side]
          if (open) {
            const coming = under[side].shift()
            if (coming) expect(hex(one.open(coming.frame)) === hex(coming.padded)).toBe(true)
            continue
          }
          const turn = one.due() && !(wait && one.speaks())
          if (!turn && !one.speaks()) continue
          const padded = draw(turn ? TURN_ROOM : ROOM).fill(0, length)
          const frame = one.seal(padded, turn)
          expect(frame.length).toBe(4096)
          under[side === 'I' ? 'R' : 'I'].push({ frame, padded })
        }
        for (const side of ['I', 'R'] as const) {
          for (const { frame, padded } of under[side]) expect(hex(ends[side].open(frame))).toBe(hex(padded))
        }
      }),
      { numRuns: cases(10, 100) },
    )
  })
})

function judged(run: () => unknown): string {
  try {
    return classOf(codeOf(run))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return classOf(error.code)
  }
}

test('damaged handshake messages are judged alike', () => {
  const { secrets, psk0, prologue, message1, message2 } = base.run
  const [i, r] = [keyPair(secrets.initiator.static), keyPair(secrets.responder.static)]
  const { ephemeral, kemSeed } = secrets.initiator
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.boolean(), damage, (first, how) => {
      const message = damaged(first ? message1 : message2, how)
      const noise = literal.begin((first ? partyR : partyI)(secrets, psk0, prologue))
      if (!first) literal.writeMessage1(noise)
      const byLiteral = judged(() => (first ? literal.readMessage1 : literal.readMessage2)(noise, message))
      const bySdk = first
        ? judged(() =>
            respond({ psk0, prologue, ownStatic: r, peerStatic: i.publicKey }, message, drawing(seeded('damaged'))),
          )
        : judged(() => {
            const input = { psk0, prologue, ownStatic: i, peerStatic: r.publicKey }
            finish(initiate(input, scripted(ephemeral, kemSeed)).state, message, scripted())
          })
      expect(bySdk).toBe(byLiteral)
      seen.add(bySdk)
    }),
    { numRuns: cases(30, 500), examples: [[true, { how: 'flip', at: 2000, value: 0 }]] },
  )
  expect(seen).toContain('handshake_failed')
})

test('damaged and misplaced frames are judged alike', () => {
  const { keys, X0, ek0, secrets } = base.run
  const start = { rk0: keys.rk0, X0, ek0, ...firstKeys(secrets) }
  const seen = new Set<string>()
  // Every place of every script: the sides there, played by the literal and, with the same draws, by the SDK.
  const places = SCRIPTS.flatMap((script) => {
    const { events, frames } = play(base, script)
    const states = { I: sdkRatchet('I', start), R: sdkRatchet('R', start) }
    const sides = sidesAt(base)
    const opened = { I: 0, R: 0 }
    return events.map((event) => {
      const { side } = event
      if (event.do === 'open') {
        const { frame } = frames[event.frame] as { frame: Uint8Array }
        states[side] = sdkOpen(states[side], frame).state
        openFrame(sides[side], frame)
        opened[side]++
      } else {
        const { draws, block } = event
        const padded = packBlock(decodeBlock(block), draws ? TURN_ROOM : ROOM)
        const env = draws ? scripted(draws.x, draws.seed, draws.randomness) : scripted()
        states[side] = sdkSeal(states[side], padded, draws !== undefined, env).state
        sealFrame(sides[side], padded, draws)
      }
      const coming = (to: 'I' | 'R') => frames.filter(({ by }) => by !== to)[opened[to]]?.frame
      const next = { I: coming('I'), R: coming('R') }
      return { frames, states: { ...states }, sides: structuredClone(sides), next }
    })
  })
  type Place = { at: number; which: number | null; side: 'I' | 'R' }
  const any: fc.Arbitrary<Place> = fc.record({
    at: fc.nat(),
    which: fc.option(fc.nat()),
    side: fc.constantFrom('I' as const, 'R' as const),
  })
  fc.assert(
    fc.property(any, damage, ({ at, which, side }, how) => {
      const { frames, sides, states, next } = places[at % places.length] as (typeof places)[number]
      const other = (frames[(which ?? 0) % frames.length] as { frame: Uint8Array }).frame
      const message = damaged(which === null ? (next[side] ?? other) : other, how)
      const byLiteral = judged(() => openFrame(structuredClone(sides[side]), message))
      expect(judged(() => sdkOpen(states[side], message))).toBe(byLiteral)
      seen.add(byLiteral)
    }),
    {
      numRuns: cases(200, 4_000),
      // So that each verdict comes up: (1, 1) is next at R after three events of the second script.
      examples: ['none', 'flip', 'byte', 'cut'].map((how) => [
        { at: (SCRIPTS[0]?.events.length ?? 0) + 2, which: null, side: 'R' as const },
        { how, at: how === 'byte' ? 0 : 4000, value: 0 },
      ]) as [Place, Damage][],
    },
  )
  for (const code of ['accepted', 'open_failed', 'wrong_size', 'no message']) expect(seen).toContain(code)
})

test('damaged blocks of records are judged alike', () => {
  const draw = seeded('damaged blocks')
  const file = draw(16)
  const records: LiteralRecord[] = [
    { kind: 'content_part', stream: 3, last: true, data: draw(20) },
    { kind: 'receipt', contents: [draw(16), draw(16)] },
    { kind: 'file_proof', file, block: 2, path: [draw(32)] },
    { kind: 'file_chunk', file, offset: 5n, data: draw(9) },
    { kind: 'file_request', file, offset: 1_048_576n },
    { kind: 'rendezvous_hash', epoch: 20_000, hash: draw(32) },
    { kind: 'move_request' },
    { kind: 'last', frames: 3n },
  ]
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.subarray(records), fc.array(damage, { maxLength: 3 }), (some, hows) => {
      const block = hows.reduce((bytes, how) => damaged(bytes, { ...how, at: how.at % 300 }), encodeBlock(some))
      const padded = new Uint8Array(ROOM)
      padded.set([block.length >> 8, block.length & 255])
      padded.set(block, 2)
      const byLiteral = judged(() => unpackBlock(padded))
      expect(judged(() => unpackRecords(padded))).toBe(byLiteral)
      seen.add(byLiteral)
      if (byLiteral === 'accepted') expect(hex(packRecords(unpackRecords(padded), ROOM)) === hex(padded)).toBe(true)
    }),
    {
      numRuns: cases(400, 20_000),
      examples: [
        [[records[6] as LiteralRecord], []],
        [[records[0] as LiteralRecord], [{ how: 'cut', at: 5, value: 0 }]],
      ],
    },
  )
  expect(seen).toEqual(new Set(['accepted', 'no message']))
})
