/**
 * Memory for the blocks of files that move, used again: the collector does not see how much lies behind an array, and of a
 * large file it would leave dozens of blocks lying about.
 */
import { wipe } from '../bytes/bytes.js'

/** So many wait for the next use; a file that moves has few blocks under way at once. */
const SPARE = 2

const spare: Uint8Array[] = []

/** `length` bytes, all zero. */
export function takeMemory(length: number): Uint8Array {
  const index = spare.findIndex((bytes) => bytes.length === length)
  return spare.splice(index, index < 0 ? 0 : 1)[0] ?? new Uint8Array(length)
}

/** Nobody reads it any more. What lay there is overwritten. */
export function giveBack(bytes: Uint8Array): void {
  wipe(bytes)
  spare.push(bytes)
  if (spare.length > SPARE) spare.shift()
}
