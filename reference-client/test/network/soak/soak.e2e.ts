/**
 * Two people who write, change, react and send files at random for as long as one likes, while their networks change, the
 * server ends and comes back, and their programs are killed: nothing lost, nothing twice, order kept, memory flat.
 *
 * `SOLO2_SEED` repeats what they do and what befalls them, not the moments at which it meets. `TEST_HOURS`: for so long.
 */
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Story } from '../../../../sdk/test/fixtures/mortal/story.js'
import { makeAuthority } from '../../../../tools/lab/certificates.js'
import { growthPerHour, lowerEnvelope, type MemorySample } from '../../../../tools/lab/growth.js'
import { ORIGIN, type Services, startServices } from '../../../../tools/lab/services.js'
import { makeWorld, NAMES, type World } from '../../../../tools/lab/world.js'
import { type Author, author, type Journal } from './author.js'
import { faults, PEOPLE, type Seen, type SeenLine, type Who } from './judge.js'
import { type Lives, startLives } from './lives.js'
import { type Weather, weather } from './weather.js'

const MIB = 1_048_576
const hours = process.env['TEST_HOURS']
const SEED = process.env['SOLO2_SEED'] ?? `${randomInt(2 ** 32)}`
const LONGEST_MS = hours === undefined ? 85_000 : Number(hours) * 3_600_000
/** Then all comes to all, and is compared. */
const ROUND_MS = Math.min(LONGEST_MS, 240_000)
const HEALED_MS = 180_000
const LOOK_MS = 500
const SPAN_SECONDS = 30
/** A heap takes some ten minutes to the size at which it stays. */
const WARM_UP_SECONDS = 600
/** A shorter life tells nothing of an hour. */
const JUDGED_SECONDS = 1_500
/** Of a vault's records Node keeps in memory where they lie, and of what came and went its ID: less than this for a line with its receipt. */
const LINE_BYTES = 1_024
/** By so much an hour memory may grow beside them. */
const GROWTH_BYTES = 16 * MIB
/** So many of the last lines may still change: of more there is nobody who changes them. */
const RECENT = 200

let folder: string
let world: World
let services: Services
let lives: Record<Who, Lives>
let authors: readonly Author[]
let sky: Weather
const journal: Journal = { story: new Story(), first: new Map(), files: new Map(), reactions: new Map() }
/** At the last rest. */
const seen: Record<Who, SeenLine[]> = { ana: [], ben: [] }

beforeAll(async () => {
  console.log(`SOLO2_SEED=${SEED}`)
  folder = mkdtempSync(join(tmpdir(), 'solo2-soak-'))
  world = makeWorld('behind-routers')
  const { root, ...authority } = makeAuthority(join(folder, 'authority'), Object.values(NAMES))
  services = await startServices(world, { folder, authority: { root, ...authority } })
  const person = (who: Who) => startLives(who, { host: world.people[who], folder, root })
  const [ana, ben] = await Promise.all([person('ana'), person('ben')])
  lives = { ana, ben }
  const [, code] = await Promise.all(PEOPLE.map((who) => lives[who].act((calls) => calls.register(ORIGIN, who))))
  await Promise.all([ana.act((calls) => calls.pair(code ?? '')), ben.act((calls) => calls.accept())])
  authors = PEOPLE.map((who) => author(lives[who], journal, SEED, folder))
  sky = weather({ world, services, lives, seed: SEED })
})

afterAll(async () => {
  await Promise.all(Object.values(lives ?? {}).map((one) => one[Symbol.asyncDispose]()))
  await services?.[Symbol.asyncDispose]()
  world?.[Symbol.dispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** What was seen at the last rest, and anew what may have changed since. */
async function look(from: Seen): Promise<Seen> {
  const both = PEOPLE.map(async (who) => {
    const before = from[who].slice(0, -RECENT)
    return [...before, ...(await lives[who].act((calls) => calls.lines(before.at(-1)?.position ?? 0)))]
  })
  const [ana = [], ben = []] = await Promise.all(both)
  return { ana, ben }
}

/** Until nothing is under way and nothing is wrong; what is wrong after so long is. */
async function healed(): Promise<Seen> {
  const start = performance.now()
  for (;;) {
    const standing = await Promise.all(PEOPLE.map((who) => lives[who].act((calls) => calls.standing())))
    const isLate = performance.now() - start > HEALED_MS
    if (isLate || standing.every(({ connected, open }) => connected && open.length === 0)) {
      const now = await look(seen)
      const found = faults(journal, now)
      if (found.length === 0 && !isLate) return now
      if (isLate)
        throw new Error(
          `SOLO2_SEED=${SEED}: ${JSON.stringify({ standing, found: found.map((fault) => fault.replace(/x{9,}/g, 'x...')) })}`,
        )
    }
    await wait(LOOK_MS)
  }
}

const secondsOf = (life: readonly MemorySample[]) => (life.at(-1)?.at ?? 0) - (life[0]?.at ?? 0)

/** Of the longest life of each: how long, and by how many bytes an hour it grew. Prints what all of them held. */
function memory(who: Who): { readonly seconds: number; readonly growth: number } {
  const all = lives[who].memory.toSorted((a, b) => secondsOf(a) - secondsOf(b))
  for (const life of all) {
    const floor = lowerEnvelope(life, SPAN_SECONDS).map(({ bytes }) => Math.round(bytes / MIB))
    console.log(`${who}, ${Math.round(secondsOf(life))} s: ${floor.join(' ')} MiB`)
  }
  const longest = all.at(-1) ?? []
  const seconds = secondsOf(longest)
  if (seconds < 2 * WARM_UP_SECONDS) return { seconds, growth: 0 }
  const growth = growthPerHour(longest, { warmUpSeconds: WARM_UP_SECONDS, spanSeconds: SPAN_SECONDS })
  console.log(`${who}: ${(growth / MIB).toFixed(1)} MiB an hour`)
  return { seconds, growth }
}

test(
  '[C4] two people who write at random have the same in the end, whatever befalls networks, server and programs',
  async () => {
    const start = performance.now()
    const passed = () => performance.now() - start
    while (passed() < LONGEST_MS) {
      const end = Math.min(passed() + ROUND_MS, LONGEST_MS)
      const isOver = () => passed() >= end
      // Each has one long life, whose memory is looked at.
      const mortal = () => (passed() < LONGEST_MS / 2 ? 'ana' : 'ben')
      await Promise.all([...authors.map((one) => one.write(isOver)), sky.blow(isOver, mortal)])
      await sky.calm()
      const from = performance.now()
      Object.assign(seen, await healed())
      const minutes = (passed() / 60_000).toFixed(1)
      const seconds = ((performance.now() - from) / 1_000).toFixed(1)
      console.log(`after ${minutes} min: ${seen.ana.length} lines, ${journal.files.size} files, healed in ${seconds} s`)
    }
    expect(faults(journal, await look({ ana: [], ben: [] }))).toEqual([])
    expect(journal.story.messages.size).toBeGreaterThan(LONGEST_MS / 5_000)
    const { happened } = sky
    for (const what of ['kill of ana', 'kill of ben', 'interface', 'address'])
      expect([...happened.keys()]).toContain(what)
    console.log([...happened].map(([name, times]) => `${name} ${times}`).join(', '))
    const judged = PEOPLE.map(memory).filter(({ seconds }) => seconds >= JUDGED_SECONDS)
    const kept = (seen.ana.length * LINE_BYTES * 3_600_000) / passed()
    for (const { growth } of judged) expect(growth, 'memory stays flat').toBeLessThan(kept + GROWTH_BYTES)
  },
  LONGEST_MS * 2 + HEALED_MS + 60_000,
)
