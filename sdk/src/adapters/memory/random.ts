/** Randomness that a seed decides: for runs that must come out alike. Never for a secret that matters. */
import { concat, u32be, utf8 } from '../../bytes/bytes.js'
import type { Primitives } from '../../env.js'

/** Bytes of SHA-256(seed ‖ counter). */
export function seededRandom(primitives: Pick<Primitives, 'sha256'>, seed: string): (length: number) => Uint8Array {
  const key = primitives.sha256(utf8(seed))
  let counter = 0
  let rest = new Uint8Array(0)
  return (length) => {
    const out = new Uint8Array(length)
    for (let offset = 0; offset < length; ) {
      if (rest.length === 0) rest = Uint8Array.from(primitives.sha256(concat(key, u32be(counter++))))
      const part = rest.subarray(0, length - offset)
      out.set(part, offset)
      offset += part.length
      rest = rest.subarray(part.length)
    }
    return out
  }
}
