/**
 * A conversation over the ratchet: the testee is one side, the transcription the other. A twin of the testee, the
 * transcription with the same draws, tells what each frame of the testee must be and how each refusal must be called.
 */
import type { Draw } from '../../generate/random.js'
import { hex, pad } from '../../literal/bytes.js'
import type { Role } from '../../literal/noise.js'
import { mlkemPublic, x25519Public } from '../../literal/primitives.js'
import { begin, type Draws, openFrame, type Ratchet, ROOM, sealFrame, TURN_ROOM } from '../../literal/ratchet.js'
import { ensureKept } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { answerOf, bytesOf, ensureSame } from '../vectors/judge.js'
import { judged } from './damage.js'

export const SESSION = 7
const NONE = new Uint8Array(0)

export type Side = 'testee' | 'peer'

export interface TalkFrame {
  readonly from: Side
  readonly frame: Uint8Array
  readonly padded: Uint8Array
  readonly turn: number
}

export interface Talk {
  readonly testee: Testee
  readonly draw: Draw
  /** States of the runner's side, and of the testee's twin. */
  readonly ratchets: Readonly<Record<Side, Ratchet>>
  readonly frames: TalkFrame[]
  /** On their way to a side, in order. */
  readonly coming: Readonly<Record<Side, TalkFrame[]>>
  /** Keys of turn 0, public, and all secrets that were drawn: what a thief may be given. */
  readonly start: { readonly X0: Uint8Array; readonly ek0: Uint8Array }
  readonly drawn: { readonly x: Uint8Array; readonly seed: Uint8Array }[]
}

export interface FirstRatchet {
  readonly rk0: Uint8Array
  readonly X0: Uint8Array
  readonly ek0: Uint8Array
  readonly x0: Uint8Array
  readonly seed0: Uint8Array
}

export function drawFirst(draw: Draw): FirstRatchet {
  const [rk0, x0, seed0] = [draw(32), draw(32), draw(64)]
  return { rk0, x0, seed0, X0: x25519Public(x0), ek0: mlkemPublic(seed0) }
}

export async function startTalk(testee: Testee, role: Role, first: FirstRatchet, draw: Draw): Promise<Talk> {
  const { rk0: rootKey, X0: key, ek0: kemKey } = first
  const own = role === 'responder' ? { secret: first.x0, kemSeed: first.seed0 } : { secret: NONE, kemSeed: NONE }
  await answerOf(testee, { $case: 'startRatchet', value: { session: SESSION, rootKey, key, kemKey, ...own } }, 'done')
  const other = role === 'initiator' ? 'responder' : 'initiator'
  return {
    testee,
    draw,
    ratchets: { testee: begin(role, rootKey, first), peer: begin(other, rootKey, first) },
    frames: [],
    coming: { testee: [], peer: [] },
    start: first,
    drawn: [{ x: first.x0, seed: first.seed0 }],
  }
}

export function sealCall(plaintext: Uint8Array, draws: Draws | undefined) {
  const wire = draws && { secret: draws.x, kemSeed: draws.seed, encapsulation: draws.randomness }
  return { $case: 'sealFrame', value: { session: SESSION, plaintext, draws: wire } } as const
}

export function openCall(frame: Uint8Array) {
  return { $case: 'openFrame', value: { session: SESSION, frame } } as const
}

export function drawTurn(draw: Draw): Draws {
  return { x: draw(32), seed: draw(64), randomness: draw(32) }
}

/** Whether `side` can seal now, and whether that must start a turn. */
export function abilityOf({ ratchets }: Talk, side: Side): { readonly speaks: boolean; readonly due: boolean } {
  const { sendCk, due } = ratchets[side]
  return { speaks: sendCk.length > 0 || due, due: due && sendCk.length === 0 }
}

/** Seals `block` at `side`; what the testee seals must be its twin's frame. */
export async function say(talk: Talk, side: Side, turn: boolean, block: Uint8Array): Promise<TalkFrame> {
  const { ratchets, draw, drawn, frames, coming, testee } = talk
  const padded = pad(block, turn ? TURN_ROOM : ROOM)
  const draws = turn ? drawTurn(draw) : undefined
  if (draws) drawn.push(draws)
  const { frame, passage } = sealFrame(ratchets[side], padded, draws)
  const sealed = { from: side, frame, padded, turn: passage.header.turn }
  if (side === 'testee')
    ensureSame(`frame ${frames.length}`, await bytesOf(testee, sealCall(padded, draws)), hex(frame))
  frames.push(sealed)
  coming[side === 'testee' ? 'peer' : 'testee'].push(sealed)
  return sealed
}

/** Opens the next frame that is on its way to `side`, if there is one. */
export async function hear(talk: Talk, side: Side): Promise<void> {
  const next = talk.coming[side].shift()
  if (next === undefined) return
  const literal = judged(() => openFrame(talk.ratchets[side], next.frame).padded)
  ensureKept('value' in literal, `its frame is refused by the other side: ${'code' in literal && literal.code}`)
  ensureKept(hex(literal.value) === hex(next.padded), 'its frame opens to something else')
  if (side === 'testee')
    ensureSame('what it opened', await bytesOf(talk.testee, openCall(next.frame)), hex(next.padded))
}

export async function hearAll(talk: Talk): Promise<void> {
  for (const side of ['testee', 'peer'] as const) while (talk.coming[side].length > 0) await hear(talk, side)
}

export interface Step {
  readonly side: Side
  readonly act: 'say' | 'hear'
  /** A turn that is due waits, as in a bulk stream. */
  readonly wait: boolean
  /** Of what is said, as a part of the space. */
  readonly fill: number
}

export async function take(talk: Talk, { side, act, wait, fill }: Step): Promise<void> {
  if (act === 'hear') return await hear(talk, side)
  const { speaks, due } = abilityOf(talk, side)
  if (!speaks) return
  const turn = talk.ratchets[side].due && (due || !wait)
  const room = (turn ? TURN_ROOM : ROOM) - 2
  await say(talk, side, turn, talk.draw(Math.floor(fill * room)))
}
