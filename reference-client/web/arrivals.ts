/** Contacts that the person waits for: told once, when both are here [C4]. In memory only. */
export interface Arrivals {
  /** By id; whoever comes is no longer waited for. */
  readonly awaited: readonly string[]
  /** Who came, until the person saw it. */
  readonly here: readonly string[]
}

export const NO_ARRIVALS: Arrivals = { awaited: [], here: [] }
