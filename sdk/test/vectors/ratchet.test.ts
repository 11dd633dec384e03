/** The SDK's ratchet against the vectors of conformance/vectors, made by the literal transcription of spec/08. */
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
import { pad } from '../../src/bytes/padding.js'
import { decodeFrame, encodeFrame } from '../../src/frame/frame.js'
import { PROTOCOL } from '../../src/limits.js'
import { decodeHeader } from '../../src/ratchet/header.js'
import { deriveTurn, stepChain } from '../../src/ratchet/kdf.js'
import { open } from '../../src/ratchet/open.js'
import { createInitiatorRatchet, createResponderRatchet, type RatchetState } from '../../src/ratchet/ratchet.js'
import { seal } from '../../src/ratchet/seal.js'
import { conformanceVectors, scripted } from './conformance.js'
import { bytes, codeOf } from './published.js'

type Side = 'I' | 'R'

interface SealEvent {
  readonly do: 'seal'
  readonly side: Side
  readonly index: number
  readonly draws?: { readonly x: string; readonly seed: string; readonly randomness: string }
  readonly turn: number
  readonly n: number
  readonly pn?: number
  readonly step?: { readonly rk: string }
  readonly nextCk: string
  readonly block: string
  readonly frame: string
}

interface OpenEvent {
  readonly do: 'open'
  readonly side: Side
  readonly frame: number
}

type Event = SealEvent | OpenEvent

interface Vectors {
  readonly chains: readonly { readonly [field in 'ck' | 'mk' | 'nextCk']: string }[]
  readonly turns: readonly {
    readonly [field in 'rk' | 'dh' | 'ss' | 'X' | 'Xt' | 'ek' | 'ekt' | 'ct' | 'nextRk' | 'ck']: string
  }[]
  readonly start: { readonly [field in 'rk0' | 'X0' | 'ek0' | 'x0' | 'seed0']: string }
  readonly transcripts: readonly { readonly name: string; readonly events: readonly Event[] }[]
  readonly refusals: readonly {
    readonly name: string
    readonly transcript: string
    readonly after: number
    readonly receiver: Side
    readonly message: string
    readonly code: string
  }[]
}

const vectors = conformanceVectors<Vectors>('ratchet')
const env = scripted()

function begin(): Record<Side, RatchetState> {
  const { rk0, X0, ek0, x0, seed0 } = vectors.start
  const peerKeys = { key: bytes(X0), kemKey: bytes(ek0) }
  return {
    I: createInitiatorRatchet({ rootKey: bytes(rk0), peerKeys }),
    R: createResponderRatchet({
      rootKey: bytes(rk0),
      ownKeys: { ...peerKeys, secret: bytes(x0), kemSeed: bytes(seed0) },
    }),
  }
}

function play(states: Record<Side, RatchetState>, events: readonly Event[], all: readonly Event[]): void {
  for (const event of events) {
    if (event.do === 'seal') playSeal(states, event)
    else playOpen(states, event, all)
  }
}

function playSeal(states: Record<Side, RatchetState>, event: SealEvent): void {
  const { side, draws, turn, n, pn } = event
  const size = draws ? PROTOCOL.TURN_FRAME_PLAINTEXT : PROTOCOL.FRAME_PLAINTEXT
  const random = draws ? scripted(draws.x, draws.seed, draws.randomness) : env
  const { state, message } = seal(states[side], pad(bytes(event.block), size), draws !== undefined, random)
  expect(toHex(encodeFrame(message))).toBe(event.frame)
  const { fields, ...numbers } = decodeHeader(message.header)
  expect({ ...numbers, pn: fields?.pn }).toEqual({ turn, n, pn })
  expect(toHex(state.sending?.key as Uint8Array)).toBe(event.nextCk)
  if (event.step) expect(toHex(state.root)).toBe(event.step.rk)
  states[side] = state
}

function playOpen(states: Record<Side, RatchetState>, { side, frame }: OpenEvent, all: readonly Event[]): void {
  const sealed = all.find((other): other is SealEvent => other.do === 'seal' && other.index === frame) as SealEvent
  const { state, plaintext } = open(states[side], decodeFrame(bytes(sealed.frame)), env)
  expect(toHex(plaintext)).toBe(toHex(pad(bytes(sealed.block), plaintext.length)))
  states[side] = state
}

describe('ratchet vectors', () => {
  it('chain steps', () => {
    expect(vectors.chains.length).toBeGreaterThan(0)
    for (const { ck, mk, nextCk } of vectors.chains) {
      const { messageKey, next } = stepChain(env.primitives, bytes(ck))
      expect([toHex(messageKey), toHex(next)]).toEqual([mk, nextCk])
    }
  })

  it('turn steps', () => {
    expect(vectors.turns.length).toBeGreaterThan(0)
    for (const { rk, dh, ss, X, Xt, ek, ekt, ct, nextRk, ck } of vectors.turns) {
      const { root, chain } = deriveTurn(env.primitives, {
        root: bytes(rk),
        dh: bytes(dh),
        kemSecret: bytes(ss),
        previous: { key: bytes(X), kemKey: bytes(ek) },
        next: { key: bytes(Xt), kemKey: bytes(ekt) },
        kemCiphertext: bytes(ct),
      })
      expect([toHex(root), toHex(chain)]).toEqual([nextRk, ck])
    }
  })

  it.each(vectors.transcripts)('transcript: $name', ({ events }) => {
    expect(events.length).toBeGreaterThan(0)
    play(begin(), events, events)
  })

  it.each(vectors.refusals)('refused: $name', ({ transcript, after, receiver, message, code }) => {
    const { events } = vectors.transcripts.find(({ name }) => name === transcript) as Vectors['transcripts'][number]
    const states = begin()
    play(states, events.slice(0, after), events)
    const before = structuredClone({ ...states[receiver] })
    expect(codeOf(() => open(states[receiver], decodeFrame(bytes(message)), env))).toBe(code)
    expect({ ...states[receiver] }).toEqual(before)
    play(states, events.slice(after), events)
  })
})
