/**
 * The memory of a running process as a file, as far as it was ever touched. More than gcore's dump holds: that leaves out
 * what the process asked not to be dumped, and mapped files, by the kernel's coredump_filter.
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'

const PIECE = 1 << 20

interface Range {
  readonly start: bigint
  readonly end: bigint
}

/** Readable mappings, [start, end) each; the kernel's own two cannot be read. */
function mappingsOf(pid: number): Range[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'ascii').split('\n')
  return lines.flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r\S+ .*?(\[vvar\]|\[vsyscall\])?$/.exec(line)
    if (match === null || match[3] !== undefined) return []
    return [{ start: BigInt(`0x${match[1]}`), end: BigInt(`0x${match[2]}`) }]
  })
}

/**
 * Stops the process, copies every readable mapping but its pages of zeros into `path`, lets it run on. Linux; the process
 * must be a child of this one, or this one root's. Gives the bytes written.
 */
export function takeImage(pid: number, path: string): number {
  process.kill(pid, 'SIGSTOP')
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  const file = openSync(path, 'w', 0o600)
  const buffer = Buffer.alloc(PIECE)
  const zeros = Buffer.alloc(PIECE)
  let written = 0
  try {
    for (const { start, end } of mappingsOf(pid)) {
      for (let at = start; at < end; at += BigInt(PIECE)) {
        const length = Number(end - at < BigInt(PIECE) ? end - at : BigInt(PIECE))
        // Node takes positions up to 2^63; a page beyond the end of a mapped file cannot be read.
        let read = 0
        try {
          read = readSync(memory, buffer, 0, length, at)
        } catch {
          continue
        }
        if (buffer.compare(zeros, 0, read, 0, read) === 0) continue
        written += writeSync(file, buffer, 0, read)
      }
    }
  } finally {
    closeSync(memory)
    closeSync(file)
    process.kill(pid, 'SIGCONT')
  }
  return written
}
