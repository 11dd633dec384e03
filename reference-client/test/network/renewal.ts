/** A conversation through a real mirror for longer than its credentials live (09-33). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { record, WHOLE } from '../../../tools/lab/recording.js'
import type { ClientKind } from '../../../tools/lab/situations.js'
import { pairName } from '../../../tools/lab/table.js'
import { credentialNames, refusals } from '../../../tools/lab/turn.js'
import { encounter } from './encounter.js'

/** The shortest life that the server takes. */
const LIFE_SECONDS = 30
const LIVES = 3
const UNAUTHORIZED = 401

export function describeRenewal(clients: readonly [ClientKind, ClientKind]): void {
  describe(`${pairName(clients)}, through the mirror`, () => {
    test('[T8 M1] talk outlives three credentials, and nobody is away', async () => {
      await using both = await encounter('behind-routers', clients, LIFE_SECONDS)
      const { people, world } = both
      const folder = mkdtempSync(join(tmpdir(), 'solo2-renewal-'))
      await Promise.all(people.map(({ calls }) => calls.hide()))
      world.set({ ports: 'drawn' })
      const { stop } = await record(world.mirror, 'wan', join(folder, 'packets.pcap'), WHOLE)
      expect(await Promise.all(people.map(({ calls }) => calls.open(3)))).toEqual([true, true])
      await Promise.all(people.map(({ calls }) => calls.states()))

      const start = performance.now()
      const elapsed = () => Math.round((performance.now() - start) / 1_000)
      while (elapsed() < LIVES * LIFE_SECONDS) {
        await Promise.all(people.map(({ calls }) => calls.write(5)))
        expect(await Promise.all(people.map(({ calls }) => calls.heard(5)))).toEqual([true, true])
        const states = await Promise.all(people.map(({ calls }) => calls.states()))
        expect(states.flat(), `after ${elapsed()} s`).not.toContain('away')
        await wait(500)
      }
      expect(await Promise.all(people.map(({ calls }) => calls.path()))).toEqual(['mirror', 'mirror'])

      const packets = await stop()
      rmSync(folder, { recursive: true, force: true })
      const ends = [...credentialNames(packets)].map((name) => Number(name.split(':')[0]))
      expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThanOrEqual((LIVES - 1) * LIFE_SECONDS)
      expect(refusals(packets).filter((code) => code === UNAUTHORIZED).length, 'no string of refusals').toBeLessThan(4)
    })
  })
}
