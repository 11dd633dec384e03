/** Looks for very many byte patterns at once in a file of any size, read piece by piece. */
import { type FileHandle, open } from 'node:fs/promises'

export interface Pattern {
  /** What is counted together: "topic", "signal". */
  readonly kind: string
  /** At least 4 bytes. */
  readonly bytes: Uint8Array
}

export interface Hit {
  readonly kind: string
  /** The pattern, as latin1. */
  readonly text: string
  readonly offset: number
  /** The bytes around it, for the reader of a failed test. */
  readonly around: string
}

/** Hits kept of each kind; beyond that they are counted only. */
const KEPT = 5
const PIECE = 8 << 20
const LEAST_PIECE = 64 << 10

export interface Found {
  readonly counts: ReadonlyMap<string, number>
  readonly hits: readonly Hit[]
  /** Patterns that were seen, each as latin1. */
  readonly seen: ReadonlySet<string>
}

/** A pattern is found by its first 3 bytes in a bit field, by its first 4 in a map, then compared whole. */
function indexOf(patterns: readonly Pattern[]) {
  const first = new Uint8Array(1 << 24)
  const starts = new Map<number, Pattern[]>()
  let longest = 0
  for (const pattern of patterns) {
    const { bytes } = pattern
    if (bytes.length < 4) throw new RangeError('a pattern of less than 4 bytes is found by chance')
    longest = Math.max(longest, bytes.length)
    first[((bytes[0] as number) << 16) | ((bytes[1] as number) << 8) | (bytes[2] as number)] = 1
    const start = Buffer.from(bytes).readUInt32BE(0)
    const others = starts.get(start)
    if (others === undefined) starts.set(start, [pattern])
    else others.push(pattern)
  }
  return { first, starts, longest }
}

export function createScanner(patterns: readonly Pattern[]): {
  file(path: string): Promise<void>
  bytes(bytes: Uint8Array, offset?: number): void
  readonly found: Found
} {
  const { first, starts, longest } = indexOf(patterns)
  const counts = new Map<string, number>()
  const hits: Hit[] = []
  const seen = new Set<string>()

  /** Looks at the starts below `end`. */
  const look = (buffer: Buffer, end: number, offset: number) => {
    const last = Math.min(end, buffer.length - 3)
    let key = ((buffer[0] as number) << 8) | (buffer[1] as number)
    for (let at = 0; at < last; at++) {
      key = ((key << 8) | (buffer[at + 2] as number)) & 0xff_ffff
      if (first[key] === 0) continue
      for (const { kind, bytes } of starts.get(buffer.readUInt32BE(at)) ?? []) {
        if (buffer.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, buffer.length)) !== 0) continue
        const count = (counts.get(kind) ?? 0) + 1
        counts.set(kind, count)
        const text = Buffer.from(bytes).toString('latin1')
        seen.add(text)
        if (count <= KEPT) {
          const around = buffer.subarray(Math.max(0, at - 32), at + bytes.length + 32).toString('latin1')
          hits.push({ kind, text, offset: offset + at, around })
        }
      }
    }
  }
  const read = async (file: FileHandle) => {
    const { size } = await file.stat()
    // Folders are full of small files; what has no size of its own is read in small pieces.
    const piece = Math.min(PIECE, Math.max(size, LEAST_PIECE))
    const buffer = Buffer.allocUnsafe(piece + longest)
    let kept = 0
    for (let offset = 0; ; ) {
      const { bytesRead } = await file.read(buffer, kept, piece, null)
      const length = kept + bytesRead
      // Starts in the last bytes wait for what follows them.
      const end = bytesRead === 0 ? length : Math.max(0, length - longest)
      look(buffer.subarray(0, length), end, offset)
      if (bytesRead === 0) return
      buffer.copyWithin(0, end, length)
      offset += end
      kept = length - end
    }
  }
  return {
    async file(path) {
      const file = await open(path)
      try {
        await read(file)
      } finally {
        await file.close()
      }
    },
    bytes(bytes, offset = 0) {
      look(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length, offset)
    },
    found: { counts, hits, seen },
  }
}
