/** A picked or dropped file as the SDK reads it: by ranges, never whole. */
import type { FileSource } from '../sdk.js'

export function sourceOf(file: File): FileSource {
  return {
    name: file.name,
    size: file.size,
    async read(offset, length) {
      return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer())
    },
    async close() {},
  }
}
