/** Whether each of the people that store-full.ts made is there with all rows or with none. */
import { expect } from 'vitest'
import { SCHEMA } from '../src/store/schema/schema.js'
import { marked } from './store-full.js'

type Rows = Record<string, string[]>

/** How many rows of each table name somebody; a request names two. */
const rowsOf = (rows: Rows, n: number) =>
  SCHEMA.map(({ name }) => rows[name]?.filter((row) => row.includes(marked(n).id)).length ?? 0)

/** Who of `count` people is left. `sessions`: how many each of them had. Fails if anybody is there in part. */
export function leftWhole(rows: Rows, count: number, sessions: number): number[] {
  const left = Array.from({ length: count }, (_, n) => n).filter((n) =>
    rows['accounts']?.some((row) => row.includes(marked(n).id)),
  )
  for (let n = 0; n < count; n++) {
    // The requests of and to a neighbour go with either.
    const neighbours = [(n + count - 1) % count, (n + 1) % count].filter((other) => left.includes(other)).length
    expect(rowsOf(rows, n)).toEqual(
      left.includes(n) ? [1, sessions, neighbours, 1, 1, 1, 0, 0, 0] : SCHEMA.map(() => 0),
    )
  }
  return left
}
