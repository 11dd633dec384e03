/** Vectors as JSON: bytes as lower-case hex, 64-bit numbers as decimal strings, fields in the order in which they are made. */
import { hex, Refused } from '../literal/bytes.js'

export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner)]))
  }
  return value
}

export function print(value: unknown): string {
  return `${JSON.stringify(toJson(value), null, 1)}\n`
}

/** The code with which `run` refuses. The generator itself fails if it does not, or by another error. */
export function codeOf(name: string, run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
  throw new Error(`${name}: the literal transcription accepts what it should refuse`)
}

/** Runs `make` and sees that the literal refuses the case with the code that the author expected. */
export function refusal<T extends { readonly name: string; readonly code: string }>(entry: T, run: () => unknown): T {
  const code = codeOf(entry.name, run)
  if (code !== entry.code) throw new Error(`${entry.name}: ${code} instead of ${entry.code}`)
  return entry
}

export function flip(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice()
  const index = at < 0 ? out.length + at : at
  out[index] = (out[index] ?? 0) ^ 1
  return out
}
