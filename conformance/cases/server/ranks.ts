/** Whether two lists of times come from one source: the rank sum, which knows no means and so no pauses of a machine. */

/** Ranks of equal values are shared. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value)
  const ranks = new Array<number>(values.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && order[to]?.value === order[from]?.value) to += 1
    for (const { at } of order.slice(from, to)) ranks[at] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

/** The rank sum of the first list (Mann and Whitney), in standard deviations from what chance gives; 0: alike. */
export function rankDistance(first: readonly number[], second: readonly number[]): number {
  const [n, m] = [first.length, second.length]
  const sum = ranksOf([...first, ...second])
    .slice(0, n)
    .reduce((total, rank) => total + rank, 0)
  return (sum - (n * (n + m + 1)) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12)
}

/** Beyond it chance is out of the question: once in 70,000 runs. */
export const APART = 4.2

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
