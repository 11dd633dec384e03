/** The command line of `npm test`: names of parts, and `--hours N` for how long the soak takes. */

export interface TestOptions {
  readonly parts: readonly string[]
  /** Undefined: as long as it takes by itself. */
  readonly hours: number | undefined
}

/** Throws with what is wrong. */
export function readOptions(argv: readonly string[]): TestOptions {
  const parts = [...argv]
  const at = parts.indexOf('--hours')
  const [, value] = at === -1 ? [] : parts.splice(at, 2)
  const hours = value === undefined ? undefined : Number(value)
  if (at !== -1 && !(hours !== undefined && hours > 0 && Number.isFinite(hours)))
    throw new Error('--hours takes a number above 0')
  const unknown = parts.find((part) => part.startsWith('-'))
  if (unknown !== undefined) throw new Error(`There is no option ${unknown}; --hours N says how long the soak takes`)
  return { parts, hours }
}
