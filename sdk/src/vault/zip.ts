/**
 * A ZIP archive, written as it comes (PKWARE APPNOTE 6.3.9): entries stored as they are, their sizes and sums behind them,
 * ZIP64 where 32 bits end. One piece in memory, and what the directory at the end needs.
 *
 *   archive   = entry ‖ entry ‖ ... ‖ directory ‖ [ZIP64 end ‖ its locator] ‖ end
 *   entry     = local header ‖ path ‖ extra ‖ data ‖ data descriptor
 */
import { concat, utf8 } from '../bytes/bytes.js'
import { utcOf } from '../bytes/utc.js'
import { ensure } from '../errors.js'

const LOCAL = 0x04034b50
const DESCRIPTOR = 0x08074b50
const CENTRAL = 0x02014b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const END = 0x06054b50
/** Bit 3: sizes and sum are behind the data. Bit 11: paths are UTF-8. */
const FLAGS = 0x0808
const VERSION = 20
const VERSION_64 = 45
/** Made on a system with Unix permissions. */
const UNIX = 3 << 8
const REGULAR_FILE = 0o100644
const EXTRA_64 = 0x0001
const EXTRA_TIME = 0x5455
const MAX_16 = 0xffff
const MAX_32 = 0xffffffff

export interface ZipOptions {
  /** Unix milliseconds: the time of all entries. */
  readonly time: number
  /** The first size, offset or count that goes into ZIP64 fields; smaller in tests only. */
  readonly limit64?: number
}

export interface ZipWriter {
  /**
   * `path`: with `/` between folders. Gives exactly `size` bytes; without it, fewer than 4 GiB. Throws `too_long`,
   * `invalid_argument`.
   */
  add(path: string, data: AsyncIterable<Uint8Array>, size?: number): Promise<void>
  end(): Promise<void>
}

interface Written {
  readonly path: Uint8Array
  readonly sum: number
  readonly size: number
  readonly offset: number
}

/** `write` gets the archive's bytes in order. */
export function zipWriter(write: (bytes: Uint8Array) => Promise<void>, options: ZipOptions): ZipWriter {
  const { time, limit64 = MAX_32 } = options
  const is64 = (value: number) => value >= limit64
  const short = (value: number) => (is64(value) ? MAX_32 : value)
  const when = dosTime(time)
  const timeExtra = fields([2, EXTRA_TIME], [2, 5], [1, 1], [4, Math.min(Math.floor(time / 1000), 0x7fffffff)])
  const entries: Written[] = []
  let offset = 0

  async function give(bytes: Uint8Array): Promise<void> {
    offset += bytes.length
    await write(bytes)
  }

  async function add(name: string, data: AsyncIterable<Uint8Array>, size?: number): Promise<void> {
    const path = utf8(name)
    ensure(path.length > 0 && path.length <= MAX_16, 'invalid_argument', 'a path of 1 to 65,535 bytes')
    const start = offset
    const wide = size !== undefined && is64(size)
    const held: Field[] = wide
      ? [
          [4, MAX_32],
          [4, MAX_32],
        ]
      : [
          [4, 0],
          [4, 0],
        ]
    const extra = wide ? concat(fields([2, EXTRA_64], [2, 16], [8, 0], [8, 0]), timeExtra) : timeExtra
    const sizes = fields(...held, [2, path.length], [2, extra.length])
    const version = wide ? VERSION_64 : VERSION
    await give(concat(fields([4, LOCAL], [2, version], [2, FLAGS], [2, 0], [4, when], [4, 0]), sizes, path, extra))
    const before = offset
    let sum = 0
    for await (const piece of data) {
      sum = crc32(piece, sum)
      await give(piece)
    }
    const length = offset - before
    ensure(size === undefined || size === length, 'invalid_argument', 'an entry has another size')
    ensure(wide || length < MAX_32, 'too_long', 'an entry of 4 GiB whose size was not told')
    const width = wide ? 8 : 4
    await give(fields([4, DESCRIPTOR], [4, sum], [width, length], [width, length]))
    entries.push({ path, sum, size: length, offset: start })
  }

  function central({ path, sum, size, offset: start }: Written): Uint8Array {
    const long: Field[] = [
      ...(is64(size)
        ? ([
            [8, size],
            [8, size],
          ] as const)
        : []),
      ...(is64(start) ? ([[8, start]] as const) : []),
    ]
    const extra64 = long.length === 0 ? new Uint8Array(0) : fields([2, EXTRA_64], [2, 8 * long.length], ...long)
    const extra = concat(extra64, timeExtra)
    const version = long.length === 0 ? VERSION : VERSION_64
    return concat(
      fields([4, CENTRAL], [2, UNIX | VERSION_64], [2, version], [2, FLAGS], [2, 0], [4, when], [4, sum]),
      fields([4, short(size)], [4, short(size)], [2, path.length], [2, extra.length], [2, 0], [2, 0], [2, 0]),
      fields([4, REGULAR_FILE * 0x10000], [4, short(start)]),
      path,
      extra,
    )
  }

  return {
    add,
    async end() {
      const start = offset
      for (const entry of entries) await give(central(entry))
      const size = offset - start
      const count = entries.length
      const isMany = count >= Math.min(MAX_16, limit64)
      if (isMany || is64(size) || is64(start)) {
        const end64 = offset
        const counts = fields([8, count], [8, count], [8, size], [8, start])
        await give(concat(fields([4, END64], [8, 44], [2, UNIX | VERSION_64], [2, VERSION_64], [4, 0], [4, 0]), counts))
        await give(fields([4, LOCATOR64], [4, 0], [8, end64], [4, 1]))
      }
      const many = isMany ? MAX_16 : count
      await give(fields([4, END], [2, 0], [2, 0], [2, many], [2, many], [4, short(size)], [4, short(start)], [2, 0]))
    },
  }
}

/** Bytes and value of a little-endian number. */
type Field = readonly [width: 1 | 2 | 4 | 8, value: number]

function fields(...list: readonly Field[]): Uint8Array {
  const out = new Uint8Array(list.reduce((sum, [width]) => sum + width, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const [width, value] of list) {
    if (width === 1) view.setUint8(at, value)
    else if (width === 2) view.setUint16(at, value, true)
    else if (width === 4) view.setUint32(at, value, true)
    else view.setBigUint64(at, BigInt(value), true)
    at += width
  }
  return out
}

/** Date and time in UTC, from 1980 to 2107, in steps of two seconds: the high half is the date. */
function dosTime(time: number): number {
  const { year, month, day, hour, minute, second } = utcOf(time)
  const date = ((Math.min(Math.max(year, 1980), 2107) - 1980) << 9) | (month << 5) | day
  return date * 0x10000 + ((hour << 11) | (minute << 5) | (second >> 1))
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 (ISO 3309), going on from that of the bytes before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before
  for (const byte of bytes) sum = (TABLE[(sum ^ byte) & 255] as number) ^ (sum >>> 8)
  return ~sum >>> 0
}
