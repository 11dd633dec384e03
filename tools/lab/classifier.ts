/**
 * What somebody learns who only sees when packets pass and how long they are: a Gaussian naive Bayes classifier over the
 * figures of a window, judged by leaving out one session after the other and by permuting the labels. It knows a session by
 * its other windows: what lies in a device and not in what its person does is the same in all of them.
 */

/** A packet of one session as it passed: seconds, bytes of UDP payload, and whether it went from the first side. */
export interface Passed {
  readonly at: number
  readonly length: number
  readonly isFromFirst: boolean
}

/** A window of one session, which has one of each label in each round. */
export interface Sample {
  readonly session: string
  readonly round: number
  readonly label: string
  readonly features: readonly number[]
}

export interface Verdict {
  /** Of labels told right, mean over the labels. */
  readonly accuracy: number
  /** The share of permutations of the labels that do as well: how often chance does. */
  readonly p: number
}

/** Packets that carry a part of a frame are longer; those below acknowledge. */
const LEAST_DATA = 300
/** Packets that follow one another faster belong to one burst. */
const BURST_GAP = 0.01

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

/** How many, how long, how even, and the long ones. */
function spread(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return [values.length, mean(values), deviation(values), ...[0.5, 0.9, 0.95].map((share) => quantile(sorted, share))]
}

/** Seconds that a delay may have: shares of what lies between two of them, since a mean hides what comes now and then. */
const DELAYS = [0.004, 0.008, 0.016, 0.024, 0.04, Number.POSITIVE_INFINITY]

function shares(values: readonly number[]): number[] {
  return DELAYS.slice(1).map((to, index) => {
    const from = DELAYS[index] ?? 0
    return values.filter((value) => value >= from && value < to).length / Math.max(1, values.length)
  })
}

function ofOneSide(packets: readonly Passed[], isFirst: boolean, tick: number): number[] {
  const data = packets.filter(({ length, isFromFirst }) => isFromFirst === isFirst && length >= LEAST_DATA)
  const starts: number[] = []
  const durations: number[] = []
  data.forEach(({ at }, index) => {
    const before = data[index - 1]?.at
    if (before === undefined || at - before > BURST_GAP) {
      starts.push(at)
      durations.push(0)
    } else {
      durations[durations.length - 1] = at - (starts.at(-1) ?? at)
    }
  })
  const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? at))
  // How late each burst is on a clock's ticks, whose phase is that of the early ones.
  const phases = starts.map((at) => at % tick).sort((a, b) => a - b)
  const earliest = quantile(phases, 0.1)
  const late = phases.map((phase) => ((phase - earliest + 1.5 * tick) % tick) - tick / 2)
  const answers = packets.flatMap(({ at, length, isFromFirst }, index) => {
    const before = packets[index - 1]
    return isFromFirst === isFirst && length < LEAST_DATA && before !== undefined ? [at - before.at] : []
  })
  const bytes = packets.filter(({ isFromFirst }) => isFromFirst === isFirst).map(({ length }) => length)
  return [
    ...spread(gaps),
    ...spread(late),
    ...shares(late),
    ...spread(answers).slice(0, 3),
    ...[mean(durations), deviation(durations)],
    ...[bytes.length, mean(bytes)],
  ]
}

/** Figures of one window, packets in order; `tick` seconds between two frames of the constant-rate mode. */
export function featuresOf(packets: readonly Passed[], tick: number): number[] {
  return [...ofOneSide(packets, true, tick), ...ofOneSide(packets, false, tick)]
}

/** A share of a feature's variance that every label is given, so that none is certain by a few samples alone. */
const SMOOTHING = 0.05
/** Features that a classifier goes by: those that tell the labels of what it saw apart best. */
const CHOSEN = 6

interface Window {
  readonly label: number
  readonly row: readonly number[]
}

/** Windows among which labels may be permuted: one round of one session. */
interface Block {
  readonly session: string
  readonly windows: readonly Window[]
}

/** Sums and sums of squares over the windows of one label, feature by feature. */
interface Sums {
  count: number
  readonly sum: Float64Array
  readonly squares: Float64Array
}

function add(to: readonly Sums[], { windows }: Block, times: 1 | -1): void {
  for (const { label, row } of windows) {
    const sums = to[label] as Sums
    sums.count += times
    row.forEach((value, index) => {
      sums.sum[index] = (sums.sum[index] ?? 0) + times * value
      sums.squares[index] = (sums.squares[index] ?? 0) + times * value * value
    })
  }
}

interface Column {
  readonly index: number
  /** Between the labels, over within them. */
  readonly ratio: number
  readonly byLabel: readonly { readonly middle: number; readonly variance: number }[]
}

function columnOf(learned: readonly Sums[], index: number): Column {
  const moments = learned.map(({ count, sum, squares }) => {
    const middle = (sum[index] ?? 0) / Math.max(1, count)
    return { count, middle, variance: Math.max(0, (squares[index] ?? 0) / Math.max(1, count) - middle ** 2) }
  })
  const between = deviation(moments.map(({ middle }) => middle)) ** 2
  const all = mean(moments.map(({ variance }) => variance)) + between
  const byLabel = moments.map(({ middle, variance }) => ({ middle, variance: variance + SMOOTHING * all }))
  return { index, byLabel, ratio: all === 0 ? 0 : between / mean(byLabel.map(({ variance }) => variance)) }
}

function predicted(columns: readonly Column[], row: readonly number[], labels: number): number {
  let best = { label: 0, score: Number.NEGATIVE_INFINITY }
  for (let label = 0; label < labels; label++) {
    let score = 0
    for (const { index, byLabel } of columns) {
      const { middle, variance } = byLabel[label] ?? { middle: 0, variance: 1 }
      score -= Math.log(variance) / 2 + ((row[index] ?? 0) - middle) ** 2 / (2 * variance)
    }
    if (score > best.score) best = { label, score }
  }
  return best.label
}

/** Each window is told by a classifier that saw those of all other sessions. */
function balancedAccuracy(blocks: readonly Block[], labels: number): number {
  const width = blocks[0]?.windows[0]?.row.length ?? 0
  const learned = Array.from({ length: labels }, (): Sums => {
    return { count: 0, sum: new Float64Array(width), squares: new Float64Array(width) }
  })
  const right = Array.from({ length: labels }, () => ({ told: 0, all: 0 }))
  for (const block of blocks) add(learned, block, 1)
  for (const session of new Set(blocks.map((block) => block.session))) {
    const left = blocks.filter((block) => block.session === session)
    for (const block of left) add(learned, block, -1)
    const columns = Array.from({ length: width }, (_, index) => columnOf(learned, index))
      .filter(({ ratio }) => ratio > 0)
      .sort((a, b) => b.ratio - a.ratio)
      .slice(0, CHOSEN)
    for (const block of left) add(learned, block, 1)
    for (const { label, row } of left.flatMap(({ windows }) => windows)) {
      const count = right[label] as { told: number; all: number }
      count.all++
      if (predicted(columns, row, labels) === label) count.told++
    }
  }
  return mean(right.map(({ told, all }) => told / Math.max(1, all)))
}

/** Each feature less its mean in the block, as its rank among all windows: one that falls far out counts as the last. */
function rows(blocks: readonly (readonly Sample[])[]): readonly (readonly number[])[][] {
  const width = blocks[0]?.[0]?.features.length ?? 0
  const centred = blocks.map((block) => {
    const middles = Array.from({ length: width }, (_, index) => mean(block.map(({ features }) => features[index] ?? 0)))
    return block.map(({ features }) => features.map((value, index) => value - (middles[index] ?? 0)))
  })
  const ranks = Array.from({ length: width }, (_, index) => {
    const sorted = centred.flatMap((block) => block.map((row) => row[index] ?? 0)).sort((a, b) => a - b)
    return new Map(sorted.map((value) => [value, (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2]))
  })
  return centred.map((block) => block.map((row) => row.map((value, index) => ranks[index]?.get(value) ?? 0)))
}

/** `random` in [0, 1). Labels are permuted within each round of each session. The least p is 1 / (1 + permutations). */
export function judge(samples: readonly Sample[], permutations: number, random: () => number): Verdict {
  const names = [...new Set(samples.map(({ label }) => label))]
  const grouped = [...new Set(samples.map(({ session, round }) => `${session} ${round}`))].map((name) =>
    samples.filter(({ session, round }) => `${session} ${round}` === name),
  )
  const ranked = rows(grouped)
  const blocks = grouped.map((block, n): Block => {
    const windows = block.map(({ label }, at) => ({ label: names.indexOf(label), row: ranked[n]?.[at] ?? [] }))
    return { session: block[0]?.session ?? '', windows }
  })
  const accuracy = balancedAccuracy(blocks, names.length)
  let asGood = 0
  for (let round = 0; round < permutations; round++) {
    const permuted = blocks.map(({ session, windows }) => {
      const labels = shuffled(
        windows.map(({ label }) => label),
        random,
      )
      return { session, windows: windows.map(({ row }, index) => ({ row, label: labels[index] ?? 0 })) }
    })
    if (balancedAccuracy(permuted, names.length) >= accuracy) asGood++
  }
  return { accuracy, p: (1 + asGood) / (1 + permutations) }
}

/** Every order is as likely (Fisher and Yates). */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const out = [...values]
  for (let last = out.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = out[last] as T
    out[last] = out[other] as T
    out[other] = kept
  }
  return out
}
