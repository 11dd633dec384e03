/** Repeatable random bytes for tests that need hundreds of megabytes of them: the same seed, the same bytes. */
import { createCipheriv, createHash } from 'node:crypto'

export function keystream(seed: string): (length: number) => Uint8Array {
  const cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16))
  return (length) => Uint8Array.from(cipher.update(new Uint8Array(length)))
}
