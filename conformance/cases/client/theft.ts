/** What a thief of one side's whole state reads of the testee's conversation, before and after: spec/08 sections 5 and 6. */
import fc from 'fast-check'
import { ensureKept } from '../../src/case.js'
import { type ClientCase, drawOf, draws, propertyCase } from './client.js'
import { ROLES, step } from './ratchet.js'
import { drawFirst, hearAll, type Side, startTalk, type Talk, take } from './talk.js'
import { type Extras, granted, type Loot, later, rob, steal } from './thief.js'

function ensureGranted(talk: Talk, loot: Loot, extras: Extras, having: string): void {
  const allowed = granted(talk.frames, loot)
  const read = steal(talk, loot, extras)
  const wrongly = talk.frames.filter((one) => read.has(one) && !allowed.has(one))
  const first = wrongly[0]
  ensureKept(
    first === undefined,
    `a thief ${having} reads ${wrongly.length} frames too many, the first of turn ${first?.turn} (stolen in turn ${loot.state.turn})`,
  )
  // A thief who cannot read even this would prove nothing.
  if (read.size < allowed.size) throw new Error(`the thief reads ${read.size} of ${allowed.size} frames`)
}

const LOOTED: Readonly<Record<Side, string>> = { testee: 'its', peer: 'the other side’s' }

function theftCase(victim: Side): ClientCase {
  return propertyCase({
    subject: 'theft',
    name: `of-${victim === 'testee' ? 'its' : 'the-other'}-state`,
    title: `${LOOTED[victim]} whole state, stolen at any moment, reads nothing before and nothing after two more turns`,
    promises: ['T7'],
    rules: ['08-2', '08-7', '08-11'],
    explain:
      'The thief has the state and all frames; then also every X25519 secret of the conversation, or every ML-KEM seed, but not both. With both, everything behind the theft opens: so the thief is able.',
    features: ['ratchet'],
    runs: 3,
    arbitrary: fc.record({
      seed: draws,
      role: fc.constantFrom(...ROLES),
      before: fc.array(step, { minLength: 5, maxLength: 40 }),
      after: fc.array(step, { minLength: 20, maxLength: 60 }),
    }),
    async holds(testee, { seed, role, before, after }) {
      const draw = drawOf(seed)
      const talk = await startTalk(testee, role, drawFirst(draw), draw)
      for (const one of before) await take(talk, one)
      const loot = rob(talk, victim)
      for (const one of after) await take(talk, one)
      await hearAll(talk)
      const [xs, seeds] = [talk.drawn.map(({ x }) => x), talk.drawn.map(({ seed: one }) => one)]
      ensureGranted(talk, loot, {}, 'with the state')
      ensureGranted(talk, loot, { xs }, 'with the state and all X25519 secrets')
      ensureGranted(talk, loot, { seeds }, 'with the state and all ML-KEM seeds')
      const all = steal(talk, loot, { xs, seeds })
      const missed = [...later(talk.frames, loot)].filter((one) => !all.has(one))
      if (missed.length > 0) throw new Error('with all secrets the thief must read everything behind the theft')
    },
  })
}

export const theftCases: readonly ClientCase[] = [theftCase('testee'), theftCase('peer')]
