/** The table's tests: each cell is one, and those of a full run are kept for the page, however they are judged. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientKind, outcomesDue, type Place, SITUATIONS } from '../../../tools/lab/situations.js'
import { type Cell, pairName } from '../../../tools/lab/table.js'
import { type Encounter, encounter } from './encounter.js'

/** Where `npm run networks` finds them. */
const CELLS = fileURLToPath(new URL('../../../test-output/networks', import.meta.url))

/** Of two people who can meet, so many may miss each other: then something is wrong. */
const ATTEMPTS = 3
/** Of two who cannot: enough to see that it was tried in earnest. */
const VAIN_ATTEMPTS = 1

const PLACES: readonly Place[] = [...new Set(SITUATIONS.map(({ place }) => place))]

/** `only`: names of situations; without it all of them, in all places. */
export function describeCells(clients: readonly [ClientKind, ClientKind], only?: readonly string[]): void {
  const chosen = SITUATIONS.filter(({ name }) => only === undefined || only.includes(name))
  for (const place of PLACES) {
    const situations = chosen.filter((situation) => situation.place === place)
    if (situations.length > 0) describePlace(place, clients, situations, only === undefined)
  }
}

function describePlace(
  place: Place,
  clients: readonly [ClientKind, ClientKind],
  situations: readonly (typeof SITUATIONS)[number][],
  isKept: boolean,
): void {
  const pair = pairName(clients)
  describe(`${pair}, ${place}`, () => {
    let met: Encounter
    const cells: Cell[] = []

    beforeAll(async () => {
      met = await encounter(place, clients)
    })

    afterAll(async () => {
      await met?.[Symbol.asyncDispose]()
      if (!isKept) return
      mkdirSync(CELLS, { recursive: true })
      writeFileSync(`${CELLS}/${place} ${pair}.json`, JSON.stringify(cells))
    })

    test.each(situations)('[T8 T10] $name: the path, and what is left of it without the mirror', async (situation) => {
      const due = (mirror: boolean) => outcomesDue(situation, clients, mirror)
      const cell = await met.measure(situation, (mirror) => (due(mirror).includes('no') ? VAIN_ATTEMPTS : ATTEMPTS))
      cells.push(cell)
      expect(due(true)).toContain(cell.withMirror.outcome)
      expect(due(false)).toContain(cell.withoutMirror.outcome)
    })
  })
}
