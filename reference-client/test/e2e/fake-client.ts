/** The client built over the made-up SDK, served with the policy that the server sends: one for all files of a run. */
import { inject } from 'vitest'
// For its declaration of `window.fake`.
import type {} from '../fake/solo2.js'

declare module 'vitest' {
  interface ProvidedContext {
    fakeClient: string
  }
}

export interface FakeClient {
  readonly origin: string
  close(): Promise<void>
}

export async function startFake(): Promise<FakeClient> {
  const answer = await fetch(inject('fakeClient'))
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return { origin: text, close: async () => {} }
}
