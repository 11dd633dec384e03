/** What a process wrote, by strace: the bytes of every call by which they can reach a file or another process. */
import { createScanner, type Pattern } from './scan.js'

/** Every call by which bytes reach a file, a mapping is shared, or another process begins; and sockets, for the control. */
const CALLS =
  'write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_range,sendto,sendmsg,mmap,execve,clone,clone3,fork,vfork'
/** Of -y's names of descriptors, those that are no files. */
const NO_FILE = /^(socket|TCP|UDP|UNIX|NETLINK|pipe|anon_inode)/

/** The program that runs another one and writes its calls into `file`; -xx: bytes as hex, -y: what a descriptor is. */
export function tracer(file: string): string[] {
  return ['strace', '-f', '-y', '-xx', '-s', '65536', '-o', file, '-e', `trace=${CALLS}`]
}

export const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')

/** The bytes of every write to a file. */
export function fileWrites(lines: readonly string[]): Buffer[] {
  return lines.flatMap((line) => {
    const match = /\b(?:p?writev?2?|pwrite64|pwritev)\(\d+<((?:\\x[0-9a-f]{2})*)/.exec(line)
    if (match === null || NO_FILE.test(unhex(match[1] ?? '').toString('latin1'))) return []
    const strings = [...line.slice(match.index + match[0].length).matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)]
    return [Buffer.concat(strings.map(([, hex = '']) => unhex(hex)))]
  })
}

/** All bytes of all calls, those that went through sockets too. */
export function allBytes(lines: readonly string[]): Buffer[] {
  return lines.flatMap((line) => [...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => unhex(hex)))
}

export function countIn(parts: readonly Buffer[], patterns: readonly Pattern[]): Record<string, number> {
  const scanner = createScanner(patterns)
  for (const part of parts) if (part.length >= 4) scanner.bytes(part)
  return Object.fromEntries(scanner.found.counts)
}
