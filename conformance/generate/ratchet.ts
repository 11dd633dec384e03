/** Vectors of spec/08: steps of the formulas, whole runs, and frames that must be refused. */
import { chain, turn } from '../literal/ratchet.js'
import type { NamedRun } from './handshake.js'
import { seeded } from './random.js'
import { refusals } from './ratchet-refusals.js'
import { play } from './ratchet-run.js'
import { SCRIPTS } from './ratchet-script.js'

export function ratchetVectors(start: NamedRun): unknown {
  const draw = seeded('ratchet steps')
  const chains = Array.from({ length: 3 }, () => {
    const ck = draw(32)
    const step = chain(ck)
    return { ck, mk: step.mk, nextCk: step.ck }
  })
  const turns = Array.from({ length: 2 }, () => {
    const [rk, dh, ss] = [draw(32), draw(32), draw(32)]
    // Lengths are right, values need not be keys: this is the formula alone.
    const keys = { X: draw(32), Xt: draw(32), ek: draw(1184), ekt: draw(1184), ct: draw(1088) }
    const { rk: nextRk, ck, info } = turn(rk, dh, ss, keys)
    return { rk, dh, ss, ...keys, info, nextRk, ck }
  })
  const { keys, X0, ek0, secrets } = start.run
  return {
    spec: 'spec/08',
    chains,
    turns,
    start: {
      handshake: start.name,
      rk0: keys.rk0,
      X0,
      ek0,
      x0: secrets.responder.ratchetSecret,
      seed0: secrets.responder.ratchetKemSeed,
    },
    transcripts: SCRIPTS.map((script) => ({
      name: script.name,
      comment: script.comment,
      events: play(start, script).events,
    })),
    refusals: refusals(start),
  }
}
