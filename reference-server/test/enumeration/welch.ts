/** Welch's t over two lists of times: how far apart their means are, in units of what chance would do. */

export interface Comparison {
  readonly t: number
  /** Means of what was not cut. */
  readonly means: readonly [number, number]
  readonly tries: number
}

function meanAndVariance(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, variance: squares / (values.length - 1) }
}

/** What is above the `share` quantile of both lists together is cut from both: pauses of the machine, not of the code. */
export function welch(left: readonly number[], right: readonly number[], share = 0.99): Comparison {
  const all = [...left, ...right].sort((a, b) => a - b)
  const limit = all[Math.floor(all.length * share)] ?? Number.POSITIVE_INFINITY
  const [a, b] = [left, right].map((values) => values.filter((value) => value < limit)) as [number[], number[]]
  const [x, y] = [meanAndVariance(a), meanAndVariance(b)]
  const t = (x.mean - y.mean) / Math.sqrt(x.variance / a.length + y.variance / b.length)
  return { t, means: [x.mean, y.mean], tries: left.length + right.length }
}
