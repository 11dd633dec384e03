/** Messages from the fields of the vectors' JSON: bytes are hex there, and 64-bit numbers decimal strings. */
import { unhex } from './judge.js'

interface Codec<T> {
  decode(input: Uint8Array): T
}

type Fields = Readonly<Record<string, unknown>>

/** A message whose fields are those of the JSON; what each is made of follows from the field's default. */
export function wireOf<T extends object>(codec: Codec<T>, fields: Fields): T {
  const empty = codec.decode(new Uint8Array(0))
  const defaults = empty as Fields
  const values = Object.entries(fields).map(([name, value]) => [name, wireValue(defaults[name], value)])
  return { ...empty, ...(Object.fromEntries(values) as object) }
}

function wireValue(byDefault: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => (typeof one === 'string' ? unhex(one) : one))
  if (byDefault instanceof Uint8Array) return unhex(String(value))
  // Optional fields have no default; those that are strings in the JSON are 64 bits wide.
  const isWide = typeof byDefault === 'bigint' || (byDefault === undefined && typeof value === 'string')
  return isWide ? BigInt(String(value)) : value
}
