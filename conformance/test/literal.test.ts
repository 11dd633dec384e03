/** The literal transcription talks to itself, shares no code with the SDK, and ends a chain that grows too long. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases } from '../../tools/cases.js'
import { runs } from '../generate/handshake.js'
import { seeded } from '../generate/random.js'
import { draws, sidesAt } from '../generate/ratchet-run.js'
import { Refused } from '../literal/bytes.js'
import { type LiteralRecord, packBlock, takePart, unpackBlock } from '../literal/frame.js'
import { OLD_CHAIN_FRAMES, openFrame, type Ratchet, ROOM, sealFrame, TURN_ROOM } from '../literal/ratchet.js'

const [first, second] = runs()

/** Seals and opens one frame; gives what arrived. */
function pass(from: Ratchet, to: Ratchet, records: readonly LiteralRecord[], turn: boolean, name: string) {
  const padded = packBlock(records, turn ? TURN_ROOM : ROOM)
  const { frame } = sealFrame(from, padded, turn ? draws(seeded(name)) : undefined)
  return unpackBlock(openFrame(to, frame).padded)
}

test('two literal sides: a handshake with continuity, then texts in pieces, each message with a key of its own', () => {
  const text = seeded('text')
  fc.assert(
    fc.property(
      fc.array(fc.record({ fromI: fc.boolean(), length: fc.integer({ min: 1, max: 9000 }) }), { maxLength: 12 }),
      fc.nat(),
      (messages, seed) => {
        const { I, R } = sidesAt(second as NonNullable<typeof second>)
        const keys = new Set<string>()
        expect(pass(I, R, [], true, `${seed} start`)).toEqual([])
        expect(pass(R, I, [], true, `${seed} answer`)).toEqual([])
        messages.forEach(({ fromI, length }, index) => {
          const [from, to] = fromI ? [I, R] : [R, I]
          const whole = text(length)
          const open = new Map<number, Uint8Array>()
          let arrived: Uint8Array | undefined
          for (let at = 0; at < length; ) {
            const turn = from.due
            const data = whole.slice(at, at + (turn ? 1730 : 4048))
            at += data.length
            const part = { kind: 'content_part', stream: 1, last: at === length, data } as const
            const [record] = pass(from, to, [part], turn, `${seed} ${index} ${at}`)
            if (record?.kind === 'content_part') arrived = takePart(open, record)
            const key = Buffer.from(from.sendCk).toString('hex')
            expect(keys.has(key)).toBe(false)
            keys.add(key)
            expect(from.sendCk).toEqual(to.receiveCk)
          }
          expect(arrived).toEqual(whole)
        })
      },
    ),
    { numRuns: cases(8, 40) },
  )
})

test('the second handshake needs the continuity of the first', () => {
  expect(second?.run.psk0).toEqual(first?.run.keys.continuity)
  expect(second?.run.keys.continuity).not.toEqual(first?.run.keys.continuity)
})

test('chain_too_long: frame 2,049 on a chain that the receiver has already answered', () => {
  const { I, R } = sidesAt(first as NonNullable<typeof first>)
  pass(I, R, [], true, 'long 1')
  // What came before the answer does not count.
  for (let i = 0; i < 100; i++) pass(I, R, [], false, '')
  // R answers; the answer stays under way.
  sealFrame(R, packBlock([], TURN_ROOM), draws(seeded('long 2')))
  for (let i = 0; i < OLD_CHAIN_FRAMES; i++) pass(I, R, [], false, '')
  expect(() => pass(I, R, [], false, '')).toThrow(new Refused('chain_too_long', '08-9'))
})

test('literal imports node:crypto, ML-KEM, the folder of a vault and itself; the generator nothing more', () => {
  for (const folder of ['literal', 'generate']) {
    const url = new URL(`../${folder}/`, import.meta.url)
    for (const file of readdirSync(url)) {
      const text = readFileSync(new URL(file, url), 'utf8')
      const imported = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '')
      for (const one of imported) {
        expect(one, `${folder}/${file}`).toMatch(
          folder === 'literal'
            ? /^(node:(crypto|fs|path)|@noble\/post-quantum\/ml-kem\.js|\.\/[a-z-]+\.js)$/
            : /^(node:fs|\.\.\/literal\/[a-z-]+\.js|\.\/[a-z-]+\.js)$/,
        )
      }
    }
  }
})
