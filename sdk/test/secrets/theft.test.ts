/**
 * [T7] by theft: one side's whole state after each step, all frames of the run, and an attacker who tries everything. That
 * the attacker is able is shown by controls in which the protocol is broken on purpose and everything opens.
 */
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import type { Primitives } from '../../src/env.js'
import { testEnv } from '../fixtures/ratchet-pair.js'
import { attack, type Extras, granted, type Loot, play, type Run, type RunOptions } from './theft.js'

const OPTIONS: RunOptions = { steps: 70, turns: true, keepSpent: false }
const RUNS = Array.from({ length: cases(1, 40) }, (_, i) => `theft ${i}`)

function sorted(indices: Iterable<number>): number[] {
  return [...indices].sort((a, b) => a - b)
}

/** Evenly over the run, the same count of each side. */
function sampled(run: Run, count: number): readonly Loot[] {
  const every = Math.max(1, Math.floor(run.loot.length / count))
  return run.loot.filter((_, i) => i < 2 || i % every === 0)
}

function turnsOf(run: Run): number {
  return Math.max(...run.frames.map(({ parsed }) => parsed.turn))
}

/** The thief opens exactly what the protocol grants: nothing before, nothing from the second new turn on. */
function expectGranted(run: Run, extras: (run: Run) => Extras): void {
  for (const loot of sampled(run, cases(12, 70))) {
    const opened = attack(run, loot, nodePrimitives, extras(run))
    expect(sorted(opened), `${loot.side} at turn ${loot.state.turn}`).toEqual(sorted(granted(run, loot)))
    for (const i of opened) {
      const { from, index, parsed } = run.frames[i] as Run['frames'][number]
      expect(index).toBeGreaterThanOrEqual(from === loot.side ? loot.sent : loot.received)
      expect(parsed.turn).toBeLessThan(loot.state.turn + 2)
    }
  }
}

describe.each(RUNS)('[T7] %s: a stolen state opens nothing before it and nothing after two completed turns', (seed) => {
  const run = play(testEnv(seed), OPTIONS)

  it('in a run with turns of both sides and frames under way', () => {
    expect(turnsOf(run)).toBeGreaterThan(5)
    expect(run.frames.length).toBeGreaterThan(20)
    const grants = run.loot.map((loot) => granted(run, loot).size)
    expect(Math.max(...grants)).toBeGreaterThan(3)
    expect(Math.min(...grants)).toBe(0)
  })

  it('with the state and all frames', () => {
    expectGranted(run, () => ({}))
  })

  it('with every X25519 private key ever made, too', () => {
    expectGranted(run, ({ secrets }) => ({ secrets }))
  })

  it('with every ML-KEM seed ever made, too', () => {
    expectGranted(run, ({ seeds }) => ({ seeds }))
  })
})

describe('[T7] controls: the attacker succeeds where the protocol is broken on purpose', () => {
  const later = (run: Run, loot: Loot, i: number) => {
    const { from, index } = run.frames[i] as Run['frames'][number]
    return index >= (from === loot.side ? loot.sent : loot.received)
  }

  it('no turn: everything after the theft opens', () => {
    const run = play(testEnv('no turn'), { ...OPTIONS, turns: false })
    expect(turnsOf(run)).toBe(2)
    const loot = run.loot.find(({ state, received }) => state.turn === 2 && received > 1) as Loot
    const all = run.frames.flatMap((_, i) => (later(run, loot, i) ? i : []))
    expect(all.length).toBeGreaterThan(10)
    expect(sorted(attack(run, loot, nodePrimitives))).toEqual(all)
  })

  it('no wipe: frames before the theft open', () => {
    const run = play(testEnv('no wipe'), { ...OPTIONS, keepSpent: true })
    const loot = run.loot.at(-1) as Loot
    // But the first of each own turn: its chain key and the encapsulated secret exist only while it is sealed.
    const before = run.frames.flatMap(({ from, parsed }, i) => {
      return later(run, loot, i) || (from === loot.side && parsed.n === 0) ? [] : i
    })
    expect(before.length).toBeGreaterThan(15)
    expect(sorted(attack(run, loot, nodePrimitives))).toEqual(expect.arrayContaining(before))
  })

  it('every secret in both roles: with all X25519 and all ML-KEM secrets everything after the theft opens', () => {
    const run = play(testEnv('both'), OPTIONS)
    expectAllLater(run, nodePrimitives, run)
  })

  it('X25519 left out of the derivation: the ML-KEM seeds open everything after the theft', () => {
    const primitives: Primitives = { ...nodePrimitives, x25519: () => new Uint8Array(32) }
    const run = play(testEnv('no dh', primitives), OPTIONS)
    expectAllLater(run, primitives, { seeds: run.seeds })
  })

  it('ML-KEM left out of the derivation: the X25519 private keys open everything after the theft', () => {
    const primitives: Primitives = {
      ...nodePrimitives,
      mlkemEncapsulate: (key, randomness) => ({
        ...nodePrimitives.mlkemEncapsulate(key, randomness),
        sharedSecret: new Uint8Array(32),
      }),
      mlkemDecapsulate: () => new Uint8Array(32),
    }
    const run = play(testEnv('no kem', primitives), OPTIONS)
    expectAllLater(run, primitives, { secrets: run.secrets })
  })

  function expectAllLater(run: Run, primitives: Primitives, extras: Extras): void {
    const loot = run.loot[Math.floor(run.loot.length / 3)] as Loot
    const all = run.frames.flatMap((_, i) => (later(run, loot, i) ? i : []))
    expect(turnsOf(run)).toBeGreaterThan(loot.state.turn + 2)
    expect(all.length).toBeGreaterThan(granted(run, loot).size)
    expect(sorted(attack(run, loot, primitives, extras))).toEqual(all)
  }
})
