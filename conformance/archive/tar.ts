/** A tar archive (POSIX.1-1988, ustar) of plain files whose bytes follow from names and contents alone: no times, no owners. */

export interface ArchivedFile {
  /** With forward slashes, ASCII, at most 100 bytes. */
  readonly name: string
  readonly bytes: Uint8Array
}

const BLOCK = 512

export function makeTar(files: readonly ArchivedFile[]): Uint8Array {
  const inOrder = [...files].sort((a, b) => (a.name < b.name ? -1 : 1))
  const parts = inOrder.flatMap(({ name, bytes }) => [headerOf(name, bytes.length), bytes, fill(bytes.length)])
  return new Uint8Array(Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]))
}

function fill(length: number): Uint8Array {
  return new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK)
}

function headerOf(name: string, length: number): Uint8Array {
  if (!/^[!-~]{1,100}$/.test(name)) throw new Error(`${name} is no name for the archive`)
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, size: number) =>
    header.write(value.toString(8).padStart(size - 1, '0'), at, 'ascii')
  header.write(name, 0, 'ascii')
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(length, 124, 12)
  octal(0, 136, 12)
  header.write('0', 156, 'ascii')
  header.write('ustar\x0000', 257, 'latin1')
  // The sum counts its own field as blanks.
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}
