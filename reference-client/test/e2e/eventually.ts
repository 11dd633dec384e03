import { expect } from 'vitest'

/** Like `expect.poll`, with the patience that a machine under load needs; what comes at all comes long before. */
export function eventually<T>(look: () => Promise<T> | T, message?: string) {
  return expect.poll(look, { timeout: 30_000, ...(message === undefined ? {} : { message }) })
}
