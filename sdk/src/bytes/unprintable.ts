/** Secrets that have a type of their own do not print themselves. */

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** What prints, of each name: made once, since every state of a ratchet has it. */
const PROTOTYPES = new Map<string, object>()

/**
 * Marks an object that holds secrets: `String()`, `JSON.stringify` and Node's `inspect` give `[name]` and nothing of it.
 * A copy made by spreading loses the mark.
 */
export function unprintable<T extends object>(name: string, secrets: T): Readonly<T> {
  let prototype = PROTOTYPES.get(name)
  if (prototype === undefined) {
    prototype = Object.defineProperties({}, membersOf(name))
    PROTOTYPES.set(name, prototype)
  }
  // A prototype is set in a thirtieth of the time in which members are defined, and a frame makes two states.
  const isPlain = Object.getPrototypeOf(secrets) === Object.prototype
  return isPlain ? Object.setPrototypeOf(secrets, prototype) : Object.defineProperties(secrets, membersOf(name))
}

function membersOf(name: string): PropertyDescriptorMap {
  const print = { value: () => `[${name}]` }
  return { toString: print, toJSON: print, [INSPECT]: print }
}
