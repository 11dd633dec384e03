import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { repeatableRandom, webCryptoAead } from '../../test/fixtures/webcrypto.js'
import { concat } from '../bytes/bytes.js'
import { chunkCount, newStreamKey, openChunk, sealChunk, sealedOffset, sealedSize, streamKey } from './file-stream.js'

const host = { random: repeatableRandom() }
const coded = (code: string) => expect.objectContaining({ name: 'Solo2Error', code })

async function sealed(plain: Uint8Array, chunk: number) {
  const stream = newStreamKey(host)
  const count = chunkCount(plain.length, chunk)
  const chunks: Uint8Array[] = []
  for (let n = 0; n < count; n++) {
    chunks.push(await sealChunk(webCryptoAead, stream, n, n === count - 1, plain.subarray(n * chunk, (n + 1) * chunk)))
  }
  return { stream, chunks }
}

describe('sealed chunks', () => {
  it('[V1] files open chunk by chunk, from anywhere, and have the size that is foretold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 64 }), async (plain, chunk) => {
        const { stream, chunks } = await sealed(plain, chunk)
        const whole = concat(...chunks)
        expect(whole.length).toBe(sealedSize(plain.length, chunk))
        for (let n = chunks.length - 1; n >= 0; n--) {
          const at = sealedOffset(n, chunk)
          const bytes = whole.subarray(at, at + (chunks[n] as Uint8Array).length)
          const opened = await openChunk(webCryptoAead, stream, n, n === chunks.length - 1, bytes)
          expect(opened).toEqual(plain.slice(n * chunk, (n + 1) * chunk))
        }
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('[V1] a chunk opens neither at another place, nor as another end, nor changed, nor in another stream', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.nat(), fc.nat(), async (count, pick, bit) => {
        const { stream, chunks } = await sealed(host.random(count * 10), 10)
        const at = pick % count
        const isLast = at === count - 1
        const chunk = chunks[at] as Uint8Array
        const refused = expect.objectContaining({ code: 'open_failed' })
        for (let other = 0; other < count; other++) {
          if (other !== at)
            await expect(openChunk(webCryptoAead, stream, other, isLast, chunk)).rejects.toEqual(refused)
        }
        await expect(openChunk(webCryptoAead, stream, at, !isLast, chunk)).rejects.toEqual(refused)
        await expect(openChunk(webCryptoAead, newStreamKey(host), at, isLast, chunk)).rejects.toEqual(refused)
        const changed = chunk.slice()
        const byte = (bit >> 3) % changed.length
        changed[byte] = (changed[byte] as number) ^ (1 << (bit & 7))
        await expect(openChunk(webCryptoAead, stream, at, isLast, changed)).rejects.toEqual(refused)
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('refuses keys and counters of other sizes, and prints no key', () => {
    const [key, prefix] = [new Uint8Array(32), new Uint8Array(7)]
    expect(() => streamKey(key.subarray(1), prefix)).toThrow(coded('invalid_argument'))
    expect(() => streamKey(key, prefix.subarray(1))).toThrow(coded('invalid_argument'))
    for (const index of [-1, 0.5, 2 ** 32]) {
      expect(() => sealChunk(webCryptoAead, streamKey(key, prefix), index, true, key)).toThrow(
        coded('invalid_argument'),
      )
    }
    expect(`${streamKey(key, prefix)} ${JSON.stringify(streamKey(key, prefix))}`).toBe('[StreamKey] "[StreamKey]"')
  })
})
