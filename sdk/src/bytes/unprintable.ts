/** Secrets that have a type of their own do not print themselves. */

/** The members of each name. They are defined on every state of a ratchet, so they are made once. */
const MEMBERS = new Map<string, PropertyDescriptorMap>()

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Marks an object that holds secrets: `String()`, `JSON.stringify` and Node's `inspect` give `[name]` and nothing of it.
 * A copy made by spreading loses the mark.
 */
export function unprintable<T extends object>(name: string, secrets: T): Readonly<T> {
  let members = MEMBERS.get(name)
  if (members === undefined) {
    const print = { value: () => `[${name}]` }
    members = { toString: print, toJSON: print, [INSPECT]: print }
    MEMBERS.set(name, members)
  }
  return Object.defineProperties(secrets, members)
}
