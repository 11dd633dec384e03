/** The SDK's ratchet judged by the vectors of spec/08. */
import { describe, expect, test } from 'vitest'
import { pad, unpad } from '../../sdk/src/bytes/padding.js'
import { deriveTurn, stepChain } from '../../sdk/src/ratchet/kdf.js'
import type { RatchetState } from '../../sdk/src/ratchet/ratchet.js'
import { type RatchetTranscript, ratchetVectors, type SealEvent } from '../cases/vectors/data.js'
import { hex, unhex } from '../literal/bytes.js'
import { codeOf, scripted, sdkOpen, sdkRatchet, sdkSeal, startOf } from './sdk-side.js'

const { chains, turns, start, transcripts, refusals } = ratchetVectors
const { primitives } = scripted()

test('chain steps and root steps', () => {
  for (const { ck, mk, nextCk } of chains) {
    const { messageKey, next } = stepChain(primitives, unhex(ck))
    expect([hex(messageKey), hex(next)]).toEqual([mk, nextCk])
  }
  for (const { rk, dh, ss, X, Xt, ek, ekt, ct, nextRk, ck } of turns) {
    const { root, chain } = deriveTurn(primitives, {
      root: unhex(rk),
      dh: unhex(dh),
      kemSecret: unhex(ss),
      previous: { key: unhex(X), kemKey: unhex(ek) },
      next: { key: unhex(Xt), kemKey: unhex(ekt) },
      kemCiphertext: unhex(ct),
    })
    expect([hex(root), hex(chain)]).toEqual([nextRk, ck])
  }
})

type Sides = Record<'I' | 'R', RatchetState>

function sides(): Sides {
  return { I: sdkRatchet('I', startOf(start)), R: sdkRatchet('R', startOf(start)) }
}

/** Plays events; each frame must be the vector's, each plaintext what was sealed. */
function play(both: Sides, { events }: RatchetTranscript, from: number, to: number): void {
  const sealed = events.filter((event): event is SealEvent => event.do === 'seal')
  for (const event of events.slice(from, to)) {
    if (event.do === 'seal') {
      const { draws, block, frame } = event
      const env = draws ? scripted(unhex(draws.x), unhex(draws.seed), unhex(draws.randomness)) : scripted()
      const padded = pad(unhex(block), draws ? 1747 : 4065)
      const made = sdkSeal(both[event.side], padded, draws !== undefined, env)
      both[event.side] = made.state
      expect(hex(made.frame) === frame).toBe(true)
    } else {
      const { frame, block } = sealed[event.frame] as SealEvent
      const opened = sdkOpen(both[event.side], unhex(frame))
      both[event.side] = opened.state
      expect(hex(unpad(opened.padded))).toBe(block)
    }
  }
}

test.each(transcripts)('run $name, byte by byte', (transcript) => {
  play(sides(), transcript, 0, transcript.events.length)
})

// States are never changed in place, so one that refused everything at its place must still play the rest.
describe.each(transcripts)('in $name', (transcript) => {
  const here = refusals.filter(({ transcript: name }) => name === transcript.name)
  describe.each([...new Set(here.map(({ after }) => after))])('after %i events', (after) => {
    const both = sides()
    play(both, transcript, 0, after)
    test.each(here.filter((one) => one.after === after))('$receiver refuses: $name', ({ receiver, message, code }) => {
      expect(codeOf(() => sdkOpen(both[receiver], unhex(message)))).toBe(code)
    })
    test('and the rest plays as if nothing had come', () => {
      play({ ...both }, transcript, after, transcript.events.length)
    })
  })
})
