import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { equal } from '../../src/bytes/bytes.js'
import { meetingDeadline } from '../../src/introduction/meeting.js'
import { createWorld, device, pair, refusals, sameTunnel, testEnv, topicsOf } from '../fixtures/meeting-world.js'

const CHAOS_STEPS = 60
const MAX_STEPS = 2_000

/** What the network does with the next pending input during the chaos. */
const fate = fc.record({
  action: fc.constantFrom('deliver', 'deliver', 'deliver', 'lose', 'double', 'tick', 'rejoin'),
  pick: fc.nat(1_000),
  waitMs: fc.integer({ min: 0, max: 30_000 }),
})

const setting = fc.record({
  seed: fc.string({ minLength: 1, maxLength: 8 }),
  offerers: fc.integer({ min: 1, max: 2 }),
  answerers: fc.integer({ min: 1, max: 2 }),
  withRoot: fc.boolean(),
  fates: fc.array(fate, { maxLength: CHAOS_STEPS }),
})

describe('meetings', () => {
  it('end in an introduction of two devices whatever is lost, doubled and reordered before messages get through', () => {
    fc.assert(
      fc.property(setting, ({ seed, offerers, answerers, withRoot, fates }) => {
        const env = testEnv(seed)
        const [a, b] = pair(env)
        const devices = [
          ...Array.from({ length: offerers }, (_, i) => device(env, `a${i}`, a, b)),
          ...Array.from({ length: answerers }, (_, i) => device(env, `b${i}`, b, a)),
        ]
        const root = withRoot ? env.random(32) : undefined
        const world = createWorld(env, devices, ({ context }) =>
          context.role === 'offerer' ? topicsOf(env, a, b, root) : topicsOf(env, b, a, root),
        )
        world.start()

        for (const { action, pick, waitMs } of fates) {
          const index = world.pending.length === 0 ? 0 : pick % world.pending.length
          const chosen = world.pending[index]
          // What a platform reports about itself is never lost nor doubled; signals are.
          const isSignal = chosen?.input.type === 'delivered'
          if (action === 'lose' && isSignal) world.pending.splice(index, 1)
          else if (action === 'double' && isSignal) world.pending.push(chosen)
          else if (action === 'rejoin') {
            const at = devices[pick % devices.length]
            if (at !== undefined) world.give(at, { type: 'joined', topics: at.state.topics.map(({ topic }) => topic) })
          } else if (action === 'tick') {
            env.clock += waitMs
            world.tick()
          } else world.deliver(index)
        }

        // From here on all messages get through, in order, and time goes on when nothing is under way.
        const met = () => devices.filter(({ state }) => state.phase.stage === 'met')
        for (let steps = 0; met().length < 2; steps++) {
          expect(steps).toBeLessThan(MAX_STEPS)
          if (world.pending.length > 0) world.deliver(0)
          else {
            env.clock = Math.min(...devices.map(({ state }) => meetingDeadline(state) ?? Number.POSITIVE_INFINITY))
            world.tick()
          }
        }

        for (const one of met()) {
          const others = met().filter((other) =>
            sameTunnel(one.introduction?.introduction, other.introduction?.introduction),
          )
          expect(others.map(({ context }) => context.own.device)).toEqual([one.introduction?.introduction.peerDevice])
          expect(one.state.topics).toEqual([])
        }
        expect(world.sent.every(({ length }) => length === 4_096)).toBe(true)
      }),
      { numRuns: cases('property.run') },
    )
  })

  const attacked = [
    { role: 'offerer', stages: ['connecting', 'offered', 'offering', 'waiting'] },
    { role: 'answerer', stages: ['answering', 'connecting', 'waiting'] },
  ]
  it.each(attacked)('of the $role never move by garbage, cut and changed signals', ({ role, stages }) => {
    const env = testEnv('hostile')
    const [a, b] = pair(env)
    const both = [device(env, 'a', a, b), device(env, 'b', b, a)] as const
    const [victim, peer] = role === 'offerer' ? both : [both[1], both[0]]
    const world = createWorld(env, [victim, peer], ({ context }) =>
      context.role === 'offerer' ? topicsOf(env, a, b) : topicsOf(env, b, a),
    )
    world.start()
    // The victim is left in each of its stages in turn, and attacked there.
    const seen = new Set<string>()
    for (let steps = 0; victim.state.phase.stage !== 'met'; steps++) {
      expect(steps).toBeLessThan(40)
      seen.add(victim.state.phase.stage)
      attack(steps)
      world.deliver(0)
    }
    expect([...seen].sort()).toEqual(stages)

    function attack(round: number): void {
      const before = victim.state
      const [topic] = before.topics
      if (topic === undefined) return
      fc.assert(
        fc.property(
          fc.oneof(
            fc.uint8Array({ minLength: 4_096, maxLength: 4_096 }),
            fc.uint8Array({ maxLength: 5_000 }),
            fc.tuple(fc.nat(), fc.nat(4_095), fc.integer({ min: 1, max: 255 })).map(([pick, at, change]) => {
              const signal = sentAt(pick)
              signal[at] = (signal[at] as number) ^ change
              return signal
            }),
            fc.nat().map((pick) => sentAt(pick).slice(0, -1)),
          ),
          (signal) => {
            // Each case starts from the same state, so that the limit on failures does not hide it.
            victim.state = before
            const outputs = give(signal)
            expect(outputs).toHaveLength(1)
            expect(refusals(outputs)).toHaveLength(1)
            expect(victim.state.phase).toBe(before.phase)
            expect(victim.state.topics).toBe(before.topics)
            expect(victim.state.retired).toBe(before.retired)
          },
        ),
        { numRuns: cases(20, 2_000), seed: round },
      )
      victim.state = before

      /** A signal that was really sent, if there is one yet. */
      function sentAt(pick: number): Uint8Array {
        return world.sent[pick % world.sent.length]?.slice() ?? new Uint8Array(4_096)
      }

      function give(signal: Uint8Array) {
        const count = victim.outputs.length
        world.give(victim, { type: 'delivered', topic: (topic as { topic: Uint8Array }).topic, signal })
        return victim.outputs.slice(count)
      }
    }
  })

  it('give the topics up only for a tunnel that stands, and take them again after it', () => {
    const env = testEnv('again')
    const [a, b] = pair(env)
    const devices = [device(env, 'a', a, b), device(env, 'b', b, a)] as const
    const world = createWorld(env, devices, ({ context }) =>
      context.role === 'offerer' ? topicsOf(env, a, b) : topicsOf(env, b, a),
    )
    for (let round = 0; round < 3; round++) {
      world.start()
      while (world.pending.length > 0) world.deliver(0)
      const [one, other] = devices
      expect(one.state.phase.stage).toBe('met')
      expect(other.state.phase.stage).toBe('met')
      expect(equal(one.introduction?.introduction.peerDevice as Uint8Array, other.context.own.device)).toBe(true)
    }
  })
})
