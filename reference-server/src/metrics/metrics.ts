/**
 * What an operator may watch over time (spec/05 section 18), in Prometheus' text format. Counts are told in steps and
 * all values stand still for a minute: what one person did is in none of them, nor when.
 */

/** As solo2-admin counts (05-67): a count of one would be a person. */
const STEP = 5
const MIB = 1_048_576

/** What is measured of the process, by who can. */
export interface Measured {
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly cpuSeconds: number
  readonly memoryBytes: number
  /** The 99th percentile since the last look. */
  readonly loopDelaySeconds: number
  readonly ready: boolean
  readonly sockets: number
  /** Unix milliseconds; undefined without TLS. */
  readonly certificateEnds: number | undefined
}

export interface Metrics {
  /** An HTTP status that a call was answered with. */
  answered(status: number): void
  /** A line of the log, by its event and code: both from closed lists. */
  logged(event: string, code: string | undefined): void
  /** Takes what {@link Metrics.text} tells until the next time. */
  renew(measured: Measured): void
  /** Empty before the first {@link Metrics.renew}. */
  text(): string
}

type Series = readonly [
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  values: readonly (readonly [string, number])[],
]

const stepped = (count: number) => count - (count % STEP)

function write([name, type, help, values]: Series): string {
  const lines = values.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

export function createMetrics(): Metrics {
  const answers = new Map<string, number>()
  const lines = new Map<string, number>()
  let text = ''
  const count = (counts: Map<string, number>, labels: string) => counts.set(labels, (counts.get(labels) ?? 0) + 1)
  const told = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .map(([labels, value]) => [labels, stepped(value)] as const)
      .filter(([, value]) => value > 0)
      .sort()
  return {
    answered(status) {
      count(answers, `{status="${status}"}`)
    },
    logged(event, code) {
      count(lines, code === undefined ? `{event="${event}"}` : `{event="${event}",code="${code}"}`)
    },
    renew(measured) {
      const one = (value: number) => [['', value]] as const
      const series: Series[] = [
        ['solo2_answers_total', 'counter', 'Answered calls by HTTP status, in steps of 5.', told(answers)],
        ['solo2_events_total', 'counter', 'Lines of the log by event and code, in steps of 5.', told(lines)],
        ['solo2_sockets', 'gauge', 'Open introduction sockets, in steps of 5.', one(stepped(measured.sockets))],
        ['solo2_ready', 'gauge', 'What /ready tells: 1 or 0.', one(measured.ready ? 1 : 0)],
        [
          'solo2_loop_delay_seconds',
          'gauge',
          'The 99th percentile of the event loop’s delay in the last minute.',
          one(Math.round(measured.loopDelaySeconds * 100) / 100),
        ],
        [
          'process_cpu_seconds_total',
          'counter',
          'Processor time, whole seconds.',
          one(Math.floor(measured.cpuSeconds)),
        ],
        [
          'process_resident_memory_bytes',
          'gauge',
          'Resident memory, whole MiB.',
          one(Math.round(measured.memoryBytes / MIB) * MIB),
        ],
        [
          'process_start_time_seconds',
          'gauge',
          'When the process started, unix seconds.',
          one(Math.floor(measured.startedAt / 1000)),
        ],
      ]
      if (measured.certificateEnds !== undefined) {
        const ends = Math.floor(measured.certificateEnds / 1000)
        series.push(['solo2_certificate_ends_seconds', 'gauge', 'When the certificate ends, unix seconds.', one(ends)])
      }
      text = series.map(write).join('')
    },
    text: () => text,
  }
}
