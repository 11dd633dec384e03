/** What a terminal shows of what a program printed: the part of ECMA-48 that readline uses. */

export interface Screen {
  write(data: string): void
  resize(columns: number): void
  /** All rows, also those that scrolled away, without blanks at their ends. */
  readonly rows: readonly string[]
  /** The row of the cursor and the column, from 0. */
  readonly cursor: { readonly row: number; readonly column: number }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const SEQUENCE = /\u001b\[([?0-9;]*)([A-Za-z])|\u001b.|[\u0000-\u001f]|[^\u0000-\u001f\u001b]/gu

export function createScreen(columns: number): Screen {
  const rows: string[][] = [[]]
  let width = columns
  let row = 0
  let column = 0

  function at(index: number): string[] {
    while (rows.length <= index) rows.push([])
    return rows[index] as string[]
  }

  function put(char: string): void {
    // As terminals do: the cursor goes over to the next row with the next character only.
    if (column === width) {
      row++
      column = 0
    }
    const line = at(row)
    while (line.length < column) line.push(' ')
    line[column++] = char
  }

  function obey(numbers: string, command: string): void {
    const count = Math.max(1, Number.parseInt(numbers, 10) || 1)
    if (command === 'A') row = Math.max(0, row - count)
    if (command === 'B') row += count
    if (command === 'C') column = Math.min(width - 1, column + count)
    if (command === 'D') column = Math.max(0, column - count)
    if (command === 'G') column = count - 1
    if (command === 'K' || command === 'J') at(row).splice(column)
    if (command === 'J') rows.splice(row + 1)
  }

  return {
    write(data) {
      for (const [whole, numbers, command] of data.matchAll(SEQUENCE)) {
        if (command !== undefined) obey(numbers ?? '', command)
        else if (whole === '\r') column = 0
        else if (whole === '\b') column = Math.max(0, column - 1)
        else if (whole === '\n') {
          row++
          at(row)
        } else if (whole >= ' ') put(whole)
      }
    },
    resize(to) {
      width = to
    },
    get rows() {
      return rows.map((line) => line.join('').trimEnd())
    },
    get cursor() {
      return { row, column }
    },
  }
}
