/**
 * What happens because time passes (spec/05 sections 9 and 15): what is over goes from memory, logs and
 * rows, and plans are charged. Runs each minute and at the start; a test calls it with its own clock.
 */
import type { Limiter } from './limiter.js'
import type { LogFiles } from './log/output.js'
import type { DayKey } from './memory/day-key.js'
import { chargeDay } from './rules/charge.js'
import { erasuresExpired } from './rules/erasure.js'
import { dayOf, type Plans } from './rules/plans.js'
import { checkoutsExpired, pairingsExpired } from './rules/retention.js'
import type { MoneyStore, Store } from './store/port.js'

export interface SweeperOptions {
  readonly store: Store
  readonly logs: LogFiles
  readonly plans: Plans
  readonly limiters: readonly Limiter[]
  readonly dayKeys: readonly DayKey[]
  /** Unix milliseconds. */
  now(): number
}

/** Charges each UTC day once, however often this is called: missed days one by one, none before the first start. */
export async function chargeDays(store: MoneyStore, plans: Plans, now: number): Promise<void> {
  const today = dayOf(now)
  const from = (await store.chargedThrough()) ?? today - 1
  for (let day = from + 1; day <= today; day++) {
    await store.chargeDay(day, (row) => chargeDay(row, day, { plans, registeredAt: row.registeredAt, now }))
  }
}

export function createSweeper({ store, logs, plans, limiters, dayKeys, now }: SweeperOptions): () => Promise<void> {
  return async () => {
    const unix = Math.floor(now() / 1000)
    logs.deleteOld()
    for (const limiter of limiters) limiter.sweep()
    for (const dayKey of dayKeys) dayKey()
    await store.deleteExpired({
      sessions: unix,
      pairings: pairingsExpired(unix),
      checkouts: checkoutsExpired(unix),
      erasures: erasuresExpired(dayOf(unix)),
    })
    await chargeDays(store, plans, unix)
  }
}
