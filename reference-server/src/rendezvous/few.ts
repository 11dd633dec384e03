/**
 * Nothing, one thing or several, never changed in place. Most sockets are on one topic and most topics have one member: an
 * array of one would take seven times the memory of what it holds, ten thousand times over.
 */
export type Few<T extends object> = undefined | T | readonly [T, T, ...T[]]

const isSeveral = <T extends object>(few: Few<T>): few is readonly [T, T, ...T[]] => Array.isArray(few)

export function countOf<T extends object>(few: Few<T>): number {
  if (few === undefined) return 0
  return isSeveral(few) ? few.length : 1
}

export function listOf<T extends object>(few: Few<T>): readonly T[] {
  if (few === undefined) return []
  return isSeveral(few) ? few : [few]
}

export function has<T extends object>(few: Few<T>, one: T): boolean {
  return isSeveral(few) ? few.includes(one) : few === one
}

/** `one` comes last. It must not be among them yet. */
export function more<T extends object>(few: Few<T>, one: T): Few<T> {
  return few === undefined ? one : fewOf(listOf(few).concat([one]))
}

export function without<T extends object>(few: Few<T>, one: T): Few<T> {
  return fewOf(listOf(few).filter((each) => each !== one))
}

function fewOf<T extends object>(list: readonly T[]): Few<T> {
  return list.length > 1 ? (list as readonly [T, T, ...T[]]) : list[0]
}
