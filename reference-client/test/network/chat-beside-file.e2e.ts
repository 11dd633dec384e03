/** A message waits for no file: what is on its way before it when a file moves over a slow link. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { median } from '../../../tools/bench/harness.js'
import type { ClientKind } from '../../../tools/lab/situations.js'
import { type Encounter, encounter } from './encounter.js'

/** The router of a home, which delays a message behind a file by as much if the sender lets it. */
const QUEUE_MS = 500
/** How many a median is taken of; the figures of a decision want a hundred, and each pair at each rate. */
const MESSAGES = Number(process.env['SOLO2_MESSAGES'] ?? 6)
/** Idle ones before them take more than the second after which a rate is forgotten (09-32). */
const IDLE_MESSAGES = Math.max(30, MESSAGES)
const IS_MEASURED = process.env['SOLO2_MESSAGES'] !== undefined
/** Of a link that a file fills for as long as the messages take. */
const FILE_BYTES = { 20: 400_000_000, 1: 60_000_000 } as const
/**
 * What may come to the other side in the time of one message and its receipt. Without a window it is what SCTP and the
 * router hold: 1.6 MB at 20 Mbit/s, 380 kB at 1 Mbit/s.
 */
const BYTES_AHEAD = { 20: 1_000_000, 1: 120_000 } as const

describe.each<readonly [ClientKind, ClientKind]>([
  ['node', 'node'],
  ['chromium', 'chromium'],
])('%s and %s', (...clients) => {
  let met: Encounter

  beforeAll(async () => {
    met = await encounter('public', clients)
  })

  afterAll(async () => {
    await met?.[Symbol.asyncDispose]()
  })

  test.each(IS_MEASURED || clients.includes('node') ? ([20, 1] as const) : ([1] as const))(
    '[T5] a message beside a file at %i Mbit/s',
    async (mbit) => {
      const [ana] = met.people
      met.world.set({ mbit, queueMs: QUEUE_MS })
      const idle = median(await ana.calls.roundTrips(IDLE_MESSAGES))
      await ana.calls.startFile(FILE_BYTES[mbit])
      const before = met.world.arrived()
      const start = performance.now()
      const busy = await ana.calls.roundTrips(MESSAGES)
      const bytes = met.world.arrived() - before
      const rate = bytes / (performance.now() - start)
      await ana.calls.cancelFile()
      const limit = 3 * idle + 50
      console.log(
        `${clients.join(' and ')}, ${mbit} Mbit/s: a message takes ${median(busy).toFixed(0)} ms beside a file ` +
          `(${Math.min(...busy).toFixed(0)} to ${Math.max(...busy).toFixed(0)}), ${idle.toFixed(0)} ms without: ` +
          `${(median(busy) / limit).toFixed(2)} of three round trips and 50 ms; ${((rate * 8) / 1_000).toFixed(2)} Mbit/s`,
      )
      expect(bytes / MESSAGES).toBeLessThan(BYTES_AHEAD[mbit])
    },
  )
})
