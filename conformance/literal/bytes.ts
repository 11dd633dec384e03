/** Bytes, and the refusal that every check of the spec gives. Nothing here comes from the SDK: that is the point. */

/** What the spec calls an error code (spec/13). */
export class Refused extends Error {
  readonly code: string

  constructor(code: string, why: string) {
    super(`${code}: ${why}`)
    this.code = code
  }
}

export function must(condition: boolean, code: string, why: string): void {
  if (!condition) throw new Refused(code, why)
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function unhex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

export function zeros(length: number): Uint8Array {
  return new Uint8Array(length)
}

export function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255)
}

export function u32be(value: number): Uint8Array {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(value)
  return new Uint8Array(out)
}

export function u64le(value: number): Uint8Array {
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(BigInt(value))
  return new Uint8Array(out)
}

/** spec/00: u16be length, the bytes, zeros. */
export function pad(bytes: Uint8Array, size: number): Uint8Array {
  must(2 + bytes.length <= size, 'too_long', 'does not fit')
  return join(u16be(bytes.length), bytes, zeros(size - 2 - bytes.length))
}

export function unpad(padded: Uint8Array): Uint8Array {
  must(padded.length >= 2, 'bad_padding', 'no length')
  const length = Buffer.from(padded).readUInt16BE(0)
  must(2 + length <= padded.length, 'bad_padding', 'the length does not fit')
  for (const byte of padded.slice(2 + length)) must(byte === 0, 'bad_padding', 'the rest is not zero')
  return padded.slice(2, 2 + length)
}
