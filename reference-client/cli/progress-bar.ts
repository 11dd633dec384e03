/** A bar for a terminal that is rewritten, as long as it fits. */
import { terminalLine } from './terminal-text.js'

/** `film.mp4 [####------] 43 %` */
export function bar(name: string, bytes: number, size: number, width = 20): string {
  const part = size === 0 ? 1 : Math.min(1, bytes / size)
  const filled = Math.floor(part * width)
  return `${terminalLine(name)} [${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(100 * part)} %`
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `12.3 MB` */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1_000
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** `0:42`, `1:02:03` */
export function timeText(seconds: number): string {
  const whole = Math.ceil(seconds)
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = (parts[0] ?? 0) > 0 ? parts : parts.slice(1)
  return shown.map((part, n) => (n === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

/** How fast something moves and how long it still takes, by what it did since the first call. */
export function speedTeller(now: () => number): (bytes: number, size: number) => string {
  let first: { readonly at: number; readonly bytes: number } | undefined
  return (bytes, size) => {
    first ??= { at: now(), bytes }
    const seconds = (now() - first.at) / 1_000
    const rate = (bytes - first.bytes) / seconds
    // Before that it says more of buffers than of the network.
    if (seconds < 1 || rate <= 0) return ''
    const left = bytes < size ? `, ${timeText((size - bytes) / rate)} left` : ''
    return `  ${sizeText(rate)}/s${left}`
  }
}
