/** Messages that somebody changed under way, and how two implementations may judge them. */
import fc from 'fast-check'
import { Refused } from '../../literal/bytes.js'
import { ensureKept } from '../../src/case.js'
import type { Call, Outcome, Testee } from '../../src/testee/testee.js'
import { shown } from '../vectors/judge.js'

export interface Damage {
  readonly how: 'flip' | 'byte' | 'swap' | 'cut' | 'grow' | 'none'
  readonly at: number
  readonly value: number
}

export const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('flip', 'byte', 'swap', 'cut', 'grow', 'none'),
  // Often in the first bytes, where the structure is.
  at: fc.oneof(fc.nat(40), fc.nat(4095)),
  value: fc.nat(255),
})

export function damaged(message: Uint8Array, { how, at, value }: Damage): Uint8Array {
  const out = message.slice()
  const index = at % Math.max(out.length, 1)
  if (how === 'cut') return out.slice(0, index)
  if (how === 'grow') return new Uint8Array([...out.slice(0, index), value, ...out.slice(index)])
  if (how === 'flip') out[index] = (out[index] ?? 0) ^ (1 << (value & 7))
  if (how === 'byte') out[index] = value
  if (how === 'swap') [out[index], out[value % out.length]] = [out[value % out.length] ?? 0, out[index] ?? 0]
  return out
}

/** Random bytes are `malformed` to one protobuf reader and `not_canonical` to another: no matter which. */
export function classOf(code: string): string {
  return code === 'malformed' || code === 'not_canonical' ? 'no message' : code
}

/** What the transcription says of an input: a value, or the code of the refusal. */
export type Judged<T> = { readonly value: T } | { readonly code: string }

export function judged<T>(run: () => T): Judged<T> {
  try {
    return { value: run() }
  } catch (error) {
    if (error instanceof Refused) return { code: error.code }
    throw error
  }
}

/** The testee refuses what the transcription refuses, for the same reason. Gives its answer where neither refuses. */
export async function judgedAlike(testee: Testee, call: Call, literal: Judged<unknown>): Promise<Outcome | undefined> {
  const outcome = await testee.call(call)
  if ('value' in literal) {
    ensureKept(outcome.$case !== 'refused', `${call.$case} gave ${shown(outcome)} for what must be taken`)
    return outcome
  }
  const isSo = outcome.$case === 'refused' && classOf(outcome.value) === classOf(literal.code)
  ensureKept(isSo, `${call.$case} gave ${shown(outcome)}, it must be refused with ${literal.code}`)
  return undefined
}
