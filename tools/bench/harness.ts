/**
 * Interleaved measurement: in every round each case runs once, in an order that rotates, so that what else the machine does
 * falls on all of them alike. Compare medians of one run with each other, never with those of another run.
 */

export interface BenchCase {
  readonly name: string
  /** What `run` counts, for example `frames`. */
  readonly unit: string
  /** Bytes of one unit, if MB/s says something. */
  readonly bytes?: number
  /** CPU seconds so far of each side that does the work, whatever processes it has. */
  cpu?(): Promise<Sides>
  /** Milliseconds so far of what is spent: the wall clock if not given, for example a server's CPU time instead. */
  clock?(): number
  /** Does the work `count` times and returns how many units that was, if not `count`. */
  run(count: number): number | undefined | Promise<number | undefined>
}

/** A number for each side, by its name. */
export type Sides = Readonly<Record<string, number>>

export interface BenchGroup {
  readonly title: string
  /** A case's share of a round, if it must be longer than usual to tell anything. */
  readonly minMs?: number
  /** The case that the others are compared with; the first if not given. */
  readonly baseline?: string
  /** Turns the comparison round: each other row tells how many times its rate this case has. */
  readonly subject?: string
  prepare(): readonly BenchCase[] | Promise<readonly BenchCase[]>
  close?(): void | Promise<void>
}

/** A size or another number that is no rate, measured once. */
export interface Fact {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** If it was measured several times, of which `value` is the middle. */
  readonly samples?: readonly number[]
}

export interface FactGroup {
  readonly title: string
  measure(): Promise<readonly Fact[]>
}

export interface Measured {
  readonly name: string
  readonly unit: string
  readonly bytes?: number
  /** Units a second: the middle of all rounds, and their extremes. */
  readonly median: number
  readonly low: number
  readonly high: number
  /** In the order of the rounds. */
  readonly samples: readonly number[]
  /** CPU seconds for one unit, of each side: the middle of all rounds. */
  readonly cpu?: Sides
  /** Units a second by the wall clock, the middle of all rounds, if the case has another clock. */
  readonly pace?: number
}

export interface Interleaving {
  readonly rounds: number
  /** A case's share of a round lasts at least so long. */
  readonly minMs: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}

interface Timed {
  readonly ms: number
  readonly wallMs: number
  readonly units: number
  /** CPU seconds of all units. */
  readonly cpu: Sides
}

async function timed(one: BenchCase, count: number): Promise<Timed> {
  const clock = () => one.clock?.() ?? performance.now()
  const before = (await one.cpu?.()) ?? {}
  const wallStart = performance.now()
  const start = clock()
  const units = (await one.run(count)) ?? count
  const ms = clock() - start
  const wallMs = performance.now() - wallStart
  const after = Object.entries((await one.cpu?.()) ?? {})
  return {
    ms,
    wallMs,
    units,
    cpu: Object.fromEntries(after.map(([side, seconds]) => [side, seconds - (before[side] ?? 0)])),
  }
}

function medianOfSides(rounds: readonly Sides[]): Sides {
  const sides = Object.keys(rounds[0] ?? {})
  return Object.fromEntries(sides.map((side) => [side, median(rounds.map((round) => round[side] ?? Number.NaN))]))
}

/** The count at which a run lasts `minMs`; finding it warms the case up. */
async function calibrate(one: BenchCase, minMs: number): Promise<number> {
  for (let count = 1; ; ) {
    const { ms } = await timed(one, count)
    if (ms >= minMs) return count
    count = Math.max(count + 1, Math.ceil(count * Math.min(10, (1.2 * minMs) / Math.max(ms, 0.01))))
  }
}

/** Measures all cases together. Results are in the order of the cases. */
export async function interleave(cases: readonly BenchCase[], { rounds, minMs }: Interleaving): Promise<Measured[]> {
  const entries: { one: BenchCase; count: number; samples: number[]; paces: number[]; cpu: Sides[] }[] = []
  for (const one of cases) entries.push({ one, count: await calibrate(one, minMs), samples: [], paces: [], cpu: [] })
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[(i + round) % entries.length]
      if (!entry) continue
      const { ms, wallMs, units, cpu } = await timed(entry.one, entry.count)
      entry.samples.push((units * 1000) / ms)
      entry.paces.push((units * 1000) / wallMs)
      entry.cpu.push(Object.fromEntries(Object.entries(cpu).map(([side, seconds]) => [side, seconds / units])))
    }
  }
  return entries.map(({ one, samples, paces, cpu }) => ({
    name: one.name,
    unit: one.unit,
    ...(one.bytes !== undefined && { bytes: one.bytes }),
    median: median(samples),
    low: Math.min(...samples),
    high: Math.max(...samples),
    samples,
    ...(one.clock && { pace: median(paces) }),
    ...(one.cpu && { cpu: medianOfSides(cpu) }),
  }))
}

/**
 * Ratio of two cases' medians in one run, with its spread: the lowest and highest ratio of two samples of the same round.
 */
export function ratio(of: Measured, to: Measured): { median: number; low: number; high: number } {
  const pairs = of.samples.map((sample, i) => sample / (to.samples[i] ?? Number.NaN))
  return { median: of.median / to.median, low: Math.min(...pairs), high: Math.max(...pairs) }
}
