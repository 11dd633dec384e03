/** A picked or dropped file as the SDK reads it: by ranges, never whole. */
import type { FileSource } from '../sdk.js'

export function sourceOf(file: File): FileSource {
  return {
    name: file.name,
    size: file.size,
    async read(offset, length) {
      try {
        const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer())
        if (bytes.length === length) return bytes
      } catch {
        // The browser refuses a file that changed or went away after it was picked.
      }
      const { Solo2Error } = await import('@solo2/sdk')
      throw new Solo2Error('storage_failed', 'the file changed or went away')
    },
    async close() {},
  }
}
