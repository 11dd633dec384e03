/** Whatever is lost, repeated, foreign or late: both ends move by the same signals or stay, and none holds two connections. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testEnv } from '../fixtures/meeting-world.js'
import { type Mover, move, movePair, pass, settle } from '../fixtures/move-pair.js'

type Act =
  | { readonly kind: 'start' | 'deliver' | 'lose' | 'repeat' | 'rubbish' | 'fail' | 'stop'; readonly atI: boolean }
  | { readonly kind: 'wait'; readonly ms: number }

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver' as const), atI: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('start' as const), atI: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('lose' as const, 'repeat' as const, 'rubbish' as const, 'fail' as const, 'stop' as const),
        atI: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 25_000 }) }),
    },
  ),
  { maxLength: 40 },
)

function perform(act: Act, i: Mover, r: Mover, env: ReturnType<typeof testEnv>): void {
  if (act.kind === 'wait') {
    env.clock += act.ms
    for (const end of [i, r]) move(end, { type: 'tick' }, env)
    return
  }
  const [at, other] = act.atI ? [i, r] : [r, i]
  switch (act.kind) {
    case 'start':
      return void move(at, { type: 'start' }, env)
    case 'stop':
      return void move(at, { type: 'stop' }, env)
    case 'fail':
      return void move(at, { type: 'failed', attempt: at.state.attempts }, env)
    case 'deliver':
      return void pass(other, at, env)
    case 'lose':
      return void other.sent.shift()
    case 'repeat':
      if (other.sent[0] !== undefined) move(at, { type: 'signal', signal: other.sent[0] }, env)
      return
    case 'rubbish':
      return void move(at, { type: 'signal', signal: env.random(40) }, env)
  }
}

test('two ends of a move never hold two connections, and what both are introduced to is the same', () => {
  fc.assert(
    fc.property(acts, fc.integer(), (list, seed) => {
      const env = testEnv(`move ${seed}`)
      const { i, r } = movePair(env)
      for (const act of list) {
        perform(act, i, r, env)
        for (const end of [i, r]) {
          expect(end.open.size).toBeLessThanOrEqual(1)
          // Idle is the old tunnel as it was: nothing of a move is left.
          if (end.state.phase.stage === 'idle') expect(end.open.size).toBe(0)
        }
        // A key is made for both only if the same four signals were seen by both.
        if (i.state.phase.stage === 'connecting' && r.state.phase.stage === 'connecting') {
          const [mine, theirs] = [i.introduced?.introduction, r.introduced?.introduction]
          if (mine?.nonce.join() === theirs?.nonce.join()) expect(mine).toEqual(theirs)
        }
      }
      // However it went, the next move of I finds both able to.
      settle(i, r, env)
      move(i, { type: 'stop' }, env)
      move(i, { type: 'start' }, env)
      settle(i, r, env)
      expect([i.state.phase.stage, r.state.phase.stage]).toEqual(['connecting', 'connecting'])
      expect(i.introduced?.introduction).toEqual(r.introduced?.introduction)
    }),
    { numRuns: 60 },
  )
})

test('a move ends by its deadline, whatever came', () => {
  fc.assert(
    fc.property(acts, fc.integer(), (list, seed) => {
      const env = testEnv(`late move ${seed}`)
      const { i, r } = movePair(env)
      for (const act of list) perform(act, i, r, env)
      perform({ kind: 'wait', ms: 20_000 }, i, r, env)
      expect([i.state.phase.stage, r.state.phase.stage]).toEqual(['idle', 'idle'])
      expect([...i.open, ...r.open]).toEqual([])
    }),
    { numRuns: 60 },
  )
})
