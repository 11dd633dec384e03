/** What a server keeps, from the published table of spec/05: the lines that a test compares with a live server's database. */

export interface PublishedColumn {
  readonly table: string
  readonly column: string
  readonly holds: string
  readonly why: string
  readonly protection: string
  readonly kept: string
}

const COLUMNS = '| Table | Column | Type | Holds | Why | Protection | Kept | Promise |'
const LOG = '| Key | Holds |'

/** The cells of the table that begins with this head. Throws if the chapter has none. */
function rows(chapter: string, head: string): string[][] {
  const lines = chapter.split(`\n${head}\n`)[1]?.split('\n\n')[0]?.split('\n').slice(1) ?? []
  if (lines.length === 0) throw new Error(`spec/05 has no table ${head}`)
  return lines.map((line) => line.slice(2, -2).replaceAll('`', '').split(' | '))
}

export function publishedColumns(chapter: string): PublishedColumn[] {
  return rows(chapter, COLUMNS).map(
    ([table = '', column = '', , holds = '', why = '', protection = '', kept = '']) => ({
      ...{ table, column, holds, why, protection, kept },
    }),
  )
}

/** Keys of a line of the server's log, and what they hold. */
export function publishedLogKeys(chapter: string): (readonly [string, string])[] {
  return rows(chapter, LOG).map(([key = '', holds = '']) => [key, holds] as const)
}
