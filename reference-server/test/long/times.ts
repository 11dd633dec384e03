/** Times of one kind of work, and how they spread. */
export interface Times {
  add(ms: number): void
  /** Count, rate and percentiles in one line. */
  summary(seconds: number): string
}

export function createTimes(): Times {
  const all: number[] = []
  return {
    add: (ms) => void all.push(ms),
    summary(seconds) {
      const sorted = [...all].sort((a, b) => a - b)
      const at = (share: number) =>
        (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0)
      const spread = `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)} ms`
      return `${all.length}, ${(all.length / seconds).toFixed(1)} a second; ${spread}`
    },
  }
}
