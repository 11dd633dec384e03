/** Files larger than memory: whole, past nobody, in little memory, and through kills (spec/10 section 8). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientKind } from '../../../tools/lab/situations.js'
import { pairName } from '../../../tools/lab/table.js'
import { type BigFile, carry, carryKilled, makeBigFile } from './big-file.js'
import { type Encounter, encounter } from './encounter.js'

const isLong = process.env['TEST_LONG'] === '1'
const MB = 1_000_000
/**
 * Of all that a client runs, above what it took before, whatever the size of the file. 64 MiB are aimed at; of that, the young
 * generation of JavaScript's heap may take 48 as soon as much is allocated. Chromium lets 32 more lie about before it collects
 * what its own calls hand out, and keeps a message's buffer until then.
 */
const MEMORY_BYTES: Readonly<Record<ClientKind, number>> = {
  node: 96 * 1_048_576,
  chromium: 128 * 1_048_576,
  firefox: 128 * 1_048_576,
}
/** Signs of life of two open accounts; a file that went there would show with its first blocks. */
const ELSEWHERE_BYTES = 65_536
const LONGEST_MS = 3_600_000

type Pair = readonly [ClientKind, ClientKind]
const PAIRS: readonly { readonly clients: Pair; readonly size: number }[] = isLong
  ? [
      { clients: ['node', 'node'], size: 10_000 * MB },
      { clients: ['chromium', 'chromium'], size: 4_000 * MB },
    ]
  : [{ clients: ['node', 'node'], size: 64 * MB }]

describe.each(PAIRS)('$size bytes', ({ clients, size }) => {
  let met: Encounter
  let file: BigFile

  beforeAll(async () => {
    file = makeBigFile(size)
    met = await encounter('public', clients)
  }, LONGEST_MS)

  afterAll(async () => {
    await met?.[Symbol.asyncDispose]()
    file?.[Symbol.dispose]()
  })

  const name = `a file of ${size / MB} MB, ${pairName(clients)}`

  test(
    `[T5 T1] ${name}: every byte, past neither server nor mirror`,
    async () => {
      const { hash, served, mirrored, memory } = await carry(met, file)
      expect(hash).toBe(file.hash)
      expect(served).toBeLessThan(ELSEWHERE_BYTES)
      expect(mirrored).toBeLessThan(ELSEWHERE_BYTES)
      if (isLong) expect(Math.max(memory.ana, memory.ben)).toBeLessThan(MEMORY_BYTES[clients[0]])
    },
    LONGEST_MS,
  )

  if (isLong) {
    test(
      `[T5 T4] ${name}: the same while the server is dead`,
      async () => {
        await met.killServer()
        const { hash, mirrored, memory } = await carry(met, file)
        expect(hash).toBe(file.hash)
        expect(mirrored).toBeLessThan(ELSEWHERE_BYTES)
        expect(Math.max(memory.ana, memory.ben)).toBeLessThan(MEMORY_BYTES[clients[0]])
      },
      LONGEST_MS,
    )
  }
})

describe('killed on the way', () => {
  const size = (isLong ? 2_000 : 64) * MB
  const sides = isLong ? (['ana', 'ben'] as const) : (['ana'] as const)
  let file: BigFile
  let smaller: BigFile

  beforeAll(() => {
    file = makeBigFile(size)
    smaller = makeBigFile(size / 4)
  }, LONGEST_MS)

  afterAll(() => {
    file?.[Symbol.dispose]()
    smaller?.[Symbol.dispose]()
  })

  test.each(sides)(
    `[T5] ${size / MB} MB between Node clients end whole though they are killed, %s first`,
    async (who) => {
      const met = await encounter('public', ['node', 'node'])
      try {
        const kills: readonly ('ana' | 'ben')[] = isLong ? [who, who, who] : ['ana', 'ben']
        const { perByte } = await carry(met, smaller)
        const { hash, again } = await carryKilled(met, file, kills, perByte)
        expect(hash).toBe(file.hash)
        // What was under way, at most a window a kill.
        expect(again).toBeLessThan(isLong ? 0.02 : (kills.length * 8_388_608) / size)
      } finally {
        await met[Symbol.asyncDispose]()
      }
    },
    LONGEST_MS,
  )
})
