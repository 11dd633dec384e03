/** Randomness that is the same at every run: SHA-256(name ‖ u32be(counter)), block after block. */
import { ascii, join, u32be } from '../literal/bytes.js'
import { sha256 } from '../literal/primitives.js'

export type Draw = (length: number) => Uint8Array

export function seeded(name: string): Draw {
  let counter = 0
  return (length) => {
    let out: Uint8Array = new Uint8Array(0)
    while (out.length < length) out = join(out, sha256(join(ascii(`Solo2 v1 vectors ${name}`), u32be(counter++))))
    return out.slice(0, length)
  }
}
