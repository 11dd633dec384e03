/** How much memory what runs in a host takes: summed PSS, in which a page that several share counts once. */
import { readFileSync } from 'node:fs'
import { processes } from './namespaces.js'

const EACH_MS = 1_000

/**
 * Bytes, now, without the process `besides`: a test's own that drives what is measured. `Pss_Anon`: without what is mapped from
 * files, of which a program has a larger share when others that run the same one end.
 */
export function memoryOf(host: string, what: 'Pss' | 'Pss_Anon' = 'Pss', besides?: number): number {
  const line = new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm')
  let kilobytes = 0
  for (const pid of processes(host)) {
    if (pid === besides) continue
    try {
      kilobytes += Number(line.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // It ended meanwhile.
    }
  }
  return kilobytes * 1_024
}

/** Looks each second until it is stopped; bytes. */
export function watchMemory(
  host: string,
  besides?: number,
): { stop(): { readonly before: number; readonly most: number } } {
  const now = (): number => memoryOf(host, 'Pss', besides)
  const before = now()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, now())
  }, EACH_MS)
  return {
    stop() {
      clearInterval(timer)
      return { before, most: Math.max(most, now()) }
    },
  }
}
