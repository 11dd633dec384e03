/** What a database takes and gives. */

export type Row = Record<string, unknown>

export type Value = string | number | Buffer | null

/** Bytes apart from what the driver cut them out of: libsql hands out an ArrayBuffer, pg a Buffer. */
export function blob(value: unknown): Uint8Array {
  return new Uint8Array(value as ArrayBuffer | Uint8Array)
}
