/** What a chapter's module gives: its functions by the names of the oneof in testee.proto. */
import type { Answer, Request } from '@solo2/proto/conformance'
import { type Env, noblePrimitives } from '@solo2/sdk/core'

type Call = NonNullable<Request['call']>
export type Outcome = NonNullable<Answer['outcome']>
type ValueOf<K extends Call['$case']> = Extract<Call, { readonly $case: K }>['value']

export type Functions<K extends Call['$case']> = { readonly [Name in K]: (value: ValueOf<Name>) => Outcome }

/** Of what takes its time. */
export type SlowFunctions<K extends Call['$case']> = {
  readonly [Name in K]: (value: ValueOf<Name>) => Promise<Outcome>
}

export const primitives = noblePrimitives

/** An Env that draws what the runner gave, in this order, at this time. */
export function drawing(...draws: readonly Uint8Array[]): Env {
  const rest = [...draws]
  return {
    primitives,
    now: () => 0,
    random(length) {
      const next = rest.shift()
      if (next?.length !== length) throw new Error(`the SDK draws ${length} bytes, which the request does not give`)
      return next
    },
  }
}

export function bytes(value: Uint8Array): Outcome {
  return { $case: 'bytes', value }
}

export const DONE: Outcome = { $case: 'done', value: {} }

/** A message inside a request that its function cannot do without. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the request lacks a field')
  return value
}

/** As a client does with what a step has used up. */
export function wipe(spent: readonly Uint8Array[]): void {
  for (const secret of spent) secret.fill(0)
}
