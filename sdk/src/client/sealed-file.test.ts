import { describe, expect, it } from 'vitest'
import { repeatableRandom, webCryptoAead } from '../../test/fixtures/webcrypto.js'
import { createFolder, memoryFiles } from '../adapters/memory/files.js'
import { PROTOCOL } from '../limits.js'
import { newStreamKey } from '../vault/file-stream.js'
import { type SealedFile, sealedSink, sealedSource, storedSize } from './sealed-file.js'

const BLOCK = PROTOCOL.FILE_BLOCK_BYTES
const place = { vault: 'v', conversation: 'c'.repeat(32), file: 'f'.repeat(32) }
const at = `v/${place.conversation}/${place.file}`
const content = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) & 255)
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

function world(size: number) {
  const folder = createFolder()
  const file: SealedFile = { place, stream: newStreamKey({ random: repeatableRandom() }), size }
  return {
    folder,
    sink: () => sealedSink(memoryFiles(folder), webCryptoAead, file),
    source: () => sealedSource(memoryFiles(folder), webCryptoAead, file, 'name'),
    sealed: () => folder.sealed.get(at) as Uint8Array,
  }
}

async function filled(size: number) {
  const one = world(size)
  const plain = content(size)
  const sink = await one.sink()
  for (let offset = 0; offset < size; offset += BLOCK) await sink.write(offset, plain.subarray(offset, offset + BLOCK))
  await sink.close()
  return { ...one, plain }
}

describe('a received file in the vault', () => {
  it.each([0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])(
    '[V1] files of %i bytes are read back, and lie sealed',
    async (size) => {
      const { source, sealed, plain } = await filled(size)
      expect(sealed().length).toBe(storedSize(size))
      const opened = await source()
      expect(same(await opened.read(0, size), plain)).toBe(true)
      const middle = Math.floor(size / 2)
      const parts = await Promise.all([opened.read(middle, size - middle), opened.read(0, middle)])
      expect(same(parts[0] as Uint8Array, plain.subarray(middle))).toBe(true)
      expect(same(parts[1] as Uint8Array, plain.subarray(0, middle))).toBe(true)
      await expect(opened.read(size, 1)).rejects.toMatchObject({ code: 'storage_failed' })
      await opened.close()
      if (size > 64) expect(Buffer.from(sealed()).includes(Buffer.from(plain.subarray(0, 16)))).toBe(false)
    },
  )

  it('goes on from the last chunk that opens: a torn one comes again', async () => {
    const { folder, sink, sealed, plain, source } = await filled(3 * BLOCK)
    const whole = sealed()
    const cut = (bytes: Uint8Array) => folder.sealed.set(at, bytes)
    const torn = (from: number) => whole.slice().fill(0, from)
    for (const [bytes, durable] of [
      [whole, 3 * BLOCK],
      [whole.slice(0, -1), 2 * BLOCK],
      [torn(3 * (BLOCK + 16) - 1), 2 * BLOCK],
      [torn(2 * (BLOCK + 16)), 2 * BLOCK],
      [torn(2 * (BLOCK + 16) - 1), 0],
      [torn(0), 0],
      [whole.slice(0, BLOCK + 15), 0],
      [new Uint8Array(0), 0],
    ] as const) {
      cut(bytes)
      const again = await sink()
      expect(again.durable).toBe(durable)
      for (let offset = durable; offset < 3 * BLOCK; offset += BLOCK) {
        await again.write(offset, plain.subarray(offset, offset + BLOCK))
      }
      await again.close()
      expect(same(sealed(), whole)).toBe(true)
    }
    expect(same(await (await source()).read(0, plain.length), plain)).toBe(true)
  })

  it('refuses what is no whole block in order', async () => {
    const sink = await world(BLOCK + 5).sink()
    const refused = { code: 'invalid_argument' }
    await expect(sink.write(0, content(BLOCK - 1))).rejects.toMatchObject(refused)
    await expect(sink.write(BLOCK, content(5))).rejects.toMatchObject(refused)
    await sink.write(0, content(BLOCK))
    await expect(sink.write(BLOCK, content(6))).rejects.toMatchObject(refused)
    await sink.write(BLOCK, content(5))
    expect(sink.durable).toBe(BLOCK + 5)
  })

  it('[V1] says of an empty file, too, that it was changed', async () => {
    const { folder, sealed, source } = await filled(0)
    folder.sealed.set(
      at,
      sealed().map((byte, n) => (n === 0 ? byte ^ 1 : byte)),
    )
    await expect(source()).rejects.toMatchObject({ code: 'storage_damaged' })
  })

  it('says what is gone, cut and changed', async () => {
    const { folder, source, sealed } = await filled(BLOCK + 5)
    const whole = sealed()
    folder.sealed.set(at, whole.slice(0, -1))
    await expect(source()).rejects.toMatchObject({ code: 'storage_damaged' })
    folder.sealed.set(
      at,
      whole.map((byte, n) => (n === 3 ? byte ^ 1 : byte)),
    )
    const opened = await source()
    await expect(opened.read(0, 1)).rejects.toMatchObject({ code: 'storage_damaged' })
    expect(await opened.read(BLOCK, 5)).toEqual(content(BLOCK + 5).slice(BLOCK))
    folder.sealed.delete(at)
    await expect(source()).rejects.toMatchObject({ code: 'not_found' })
  })
})
