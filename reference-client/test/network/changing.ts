/** Conversations under which the network changes; those of a full run are kept for the page. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Changed } from '../../../tools/lab/changes.js'
import type { ClientKind, Place } from '../../../tools/lab/situations.js'
import { pairName } from '../../../tools/lab/table.js'
import { type Encounter, encounter } from './encounter.js'

/** Where `npm run networks` finds them. */
const SEEN = fileURLToPath(new URL('../../../test-output/changes', import.meta.url))

const TEXTS = 20
/** ICE and a move take some ten seconds each: what has not come by then does not come without a server. */
const GIVEN_UP_MS = 60_000

type Pair = readonly [ClientKind, ClientKind]

function keep(seen: readonly Changed[]): void {
  const [first] = seen
  if (first === undefined) return
  mkdirSync(SEEN, { recursive: true })
  writeFileSync(`${SEEN}/${first.change} ${pairName(first.clients)}.json`, JSON.stringify(seen))
}

/** Both write; whether each had all of the other's, in order, before it is given up. */
async function talk({ people }: Encounter): Promise<boolean> {
  await Promise.all(people.map(({ calls }) => calls.write(TEXTS)))
  const heard = Promise.all(people.map(({ calls }) => calls.heard(TEXTS)))
  const gaveUp = new Promise<undefined>((resolve) => setTimeout(resolve, GIVEN_UP_MS))
  const inOrder = await Promise.race([heard, gaveUp])
  if (inOrder?.every(Boolean) === false) throw new Error('texts came doubled or in another order')
  return inOrder !== undefined
}

async function wasAway({ people }: Encounter): Promise<boolean> {
  const states = await Promise.all(people.map(({ calls }) => calls.states()))
  return states.flat().some((state) => state !== 'connected')
}

async function met(place: Place, clients: Pair, ports: 'kept' | 'drawn'): Promise<Encounter> {
  const made = await encounter(place, clients)
  await Promise.all(made.people.map(({ calls }) => calls.hide()))
  made.world.set({ ports })
  const stands = await Promise.all(made.people.map(({ calls }) => calls.open(3)))
  if (!stands.every(Boolean)) throw new Error('they did not meet')
  return made
}

/** Routers that draw ports leave the mirror only; then they keep ports, and the server is dead. */
export function describeMoving(clients: Pair, isKept: boolean): void {
  describe(`${pairName(clients)}, behind routers`, () => {
    let both: Encounter
    beforeAll(async () => {
      both = await met('behind-routers', clients, 'drawn')
    })
    afterAll(() => both?.[Symbol.asyncDispose]())

    test('[T4 T10] a tunnel moves from the mirror to a direct path while the server is dead, under a conversation', async () => {
      const { people, world } = both
      const paths = () => Promise.all(people.map(({ calls }) => calls.path()))
      expect(await paths()).toEqual(['mirror', 'mirror'])
      await both.killServer()
      await wasAway(both)
      world.set({})
      const start = performance.now()
      while ((await paths()).includes('mirror')) {
        expect(await talk(both)).toBe(true)
        expect(performance.now() - start, 'it moves within its first tries').toBeLessThan(4 * GIVEN_UP_MS)
      }
      const milliseconds = performance.now() - start
      const before = world.mirrored()
      expect(await talk(both)).toBe(true)
      expect(world.mirrored() - before, 'nothing of it goes through the mirror').toBeLessThan(TEXTS * 4_096)
      const away = await wasAway(both)
      expect(away, 'nobody was shown as away').toBe(false)
      if (isKept) keep([{ change: 'out-of-mirror', clients, isServerAlive: false, milliseconds, wasAway: away }])
    })
  })
}

/** Ana's network changes, with the server alive and then dead. `repairs`: whether ICE of the two finds the path by itself. */
export function describeRoaming(clients: Pair, change: 'interface' | 'address', repairs: boolean): void {
  describe(`${pairName(clients)}, ${change}`, () => {
    let both: Encounter
    const seen: Changed[] = []
    beforeAll(async () => {
      both = await met('public', clients, 'kept')
    })
    afterAll(async () => {
      await both?.[Symbol.asyncDispose]()
      keep(seen)
    })

    async function roam(isServerAlive: boolean): Promise<boolean> {
      await wasAway(both)
      const start = performance.now()
      both.world.roam(change)
      const isThrough = await talk(both)
      const milliseconds = performance.now() - start
      const result = { change, clients, isServerAlive, wasAway: await wasAway(both) }
      seen.push(isThrough ? { ...result, milliseconds } : result)
      return isThrough
    }

    test('[T4] what both write into the change arrives', async () => {
      expect(await roam(true)).toBe(true)
    })

    test('[T4] the same while the server is dead, where ICE repairs it', async () => {
      await both.killServer()
      expect(await roam(false)).toBe(repairs)
    })
  })
}
