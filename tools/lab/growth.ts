/** Whether what a program holds of memory grows. */

export interface MemorySample {
  /** Seconds, from any origin. */
  readonly at: number
  readonly bytes: number
}

/** The least of each span of so many seconds: what was in use, without what waited for the collector. */
export function lowerEnvelope(samples: readonly MemorySample[], spanSeconds: number): MemorySample[] {
  const spans = new Map<number, MemorySample>()
  for (const sample of samples) {
    const span = Math.floor(sample.at / spanSeconds)
    const least = spans.get(span)
    if (least === undefined || sample.bytes < least.bytes) spans.set(span, sample)
  }
  return [...spans.values()]
}

/**
 * By how many bytes an hour the envelope grows, after what warms up at the beginning: the median of the slopes between all
 * pairs of its points (Theil and Sen), which a few steps or dips do not change.
 */
export function growthPerHour(
  samples: readonly MemorySample[],
  { warmUpSeconds, spanSeconds }: { readonly warmUpSeconds: number; readonly spanSeconds: number },
): number {
  const start = samples[0]?.at ?? 0
  const points = lowerEnvelope(
    samples.filter(({ at }) => at - start >= warmUpSeconds),
    spanSeconds,
  )
  const slopes: number[] = []
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) slopes.push((b.bytes - a.bytes) / (b.at - a.at))
  }
  if (slopes.length === 0) throw new Error('too short a life to tell whether it grows')
  slopes.sort((a, b) => a - b)
  return (slopes[slopes.length >> 1] as number) * 3_600
}
