/** Secrets that have a type of their own do not print themselves. */

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Marks an object that holds secrets: `String()`, `JSON.stringify` and Node's `inspect` give `[name]` and nothing of it.
 * A copy made by spreading loses the mark.
 */
export function unprintable<T extends object>(name: string, secrets: T): Readonly<T> {
  const print = { value: () => `[${name}]` }
  return Object.defineProperties(secrets, { toString: print, toJSON: print, [INSPECT]: print })
}
