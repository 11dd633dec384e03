/** Says on a line of its own what the server's answers tell of this device's clock (05-94). */
import type { ClockDifference } from '@solo2/sdk/node'
import type { Output } from './output.js'

const UNITS = [
  [129_600, 86_400, 'days'],
  [5_400, 3_600, 'hours'],
  [0, 60, 'minutes'],
] as const

export function clockText({ aheadMs }: ClockDifference): string {
  if (aheadMs === 0) return "this device's clock is right again"
  const seconds = Math.abs(aheadMs) / 1_000
  const [, size, unit] = UNITS.find(([from]) => seconds >= from) ?? UNITS[2]
  const by = `${Math.round(seconds / size)} ${unit} ${aheadMs > 0 ? 'ahead of' : 'behind'}`
  return `this device's clock is ${by} the server's: times of messages, disappearing messages and ends of invitations go by it, and contacts may not be found; set its date, time and time zone`
}

/** Each difference once, whether a door or an open account tells it. */
export function clockTeller(output: Output): (clock: ClockDifference) => void {
  let told = 0
  return (clock) => {
    if (clock.aheadMs === told) return
    told = clock.aheadMs
    output.settle()
    output.progress({ event: 'clock', ...clock }, `solo2: ${clockText(clock)}`)
    output.settle()
  }
}
