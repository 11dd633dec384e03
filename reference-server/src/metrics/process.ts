/** What the operating system tells of this process. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface ProcessMeter {
  readonly startedAt: number
  /** The delay is that since the last call. */
  measure(): { readonly cpuSeconds: number; readonly memoryBytes: number; readonly loopDelaySeconds: number }
  close(): void
}

/** `now`: Unix milliseconds. */
export function createProcessMeter(now: () => number): ProcessMeter {
  const delay = monitorEventLoopDelay()
  delay.enable()
  return {
    startedAt: now(),
    measure() {
      const { user, system } = process.cpuUsage()
      const loopDelaySeconds = delay.percentile(99) / 1e9
      delay.reset()
      return { cpuSeconds: (user + system) / 1e6, memoryBytes: process.memoryUsage.rss(), loopDelaySeconds }
    },
    close() {
      delay.disable()
    },
  }
}
