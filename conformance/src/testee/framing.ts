/** Messages on a stream of bytes: a length of four bytes, the high one first, then so many bytes (spec/15 section 2). */

const HEAD = 4

export function framed(message: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEAD + message.length)
  new DataView(out.buffer).setUint32(0, message.length)
  out.set(message, HEAD)
  return out
}

/** A length beyond the limit; most often text where a message should be. */
export class Overlong extends Error {
  override readonly name = 'Overlong'
}

/** Cuts chunks into messages and never holds more than one of `limit` bytes. */
export class Unframer {
  readonly #limit: number
  #held: Buffer = Buffer.alloc(0)

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes of a message that is not whole yet. */
  get pending(): number {
    return this.#held.length
  }

  /** The messages that are whole now. Throws `Overlong` when a length is read that is beyond the limit. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.#held = Buffer.concat([this.#held, chunk])
    while (this.#held.length >= HEAD) {
      const length = this.#held.readUInt32BE(0)
      if (length > this.#limit) throw new Overlong(describe(this.#held, length))
      if (this.#held.length < HEAD + length) return
      const message = new Uint8Array(this.#held.subarray(HEAD, HEAD + length))
      this.#held = this.#held.subarray(HEAD + length)
      yield message
    }
  }
}

function describe(held: Buffer, length: number): string {
  const text = held.subarray(0, 40).toString('latin1')
  const printable = /^[\t\n\r -~]{4,}$/.test(text)
  const seen = printable ? `, the text ${JSON.stringify(text)}` : ''
  return `a message of ${length} bytes began on its stdout${seen}`
}
