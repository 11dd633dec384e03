/** Primitives that become faster when the first tunnel needs them: until then nothing of libsodium is loaded. */
import type { Primitives } from '../env.js'
import type { SodiumPrimitives } from './sodium.js'

/**
 * `base`, and from some moment after the first handshake began the functions of that names on libsodium, if it loads and agrees with
 * noble. Every call is whole by itself, so it does not matter between which two the change comes.
 */
export function hastened(base: Primitives, names: readonly (keyof SodiumPrimitives)[]): Primitives {
  let begun = false
  async function load(): Promise<void> {
    try {
      const [{ loadSodium }, { agreesWithNoble }] = await Promise.all([import('./sodium.js'), import('./self-test.js')])
      const sodium = await loadSodium(base)
      if (!agreesWithNoble({ ...base, ...sodium })) return
      Object.assign(current, Object.fromEntries(names.map((name) => [name, sodium[name]])))
    } catch {
      // No WebAssembly here: it stays as it is.
    }
  }
  const current: Primitives = {
    ...base,
    // Both sides of a handshake make such a key, and nothing else does.
    mlkemPublicKey(seed) {
      if (!begun) void load()
      begun = true
      return base.mlkemPublicKey(seed)
    },
  }
  return current
}
