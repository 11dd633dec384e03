import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { repeatableRandom, webCryptoAead } from '../../test/fixtures/webcrypto.js'
import { concat, equal } from '../bytes/bytes.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { ERROR_CODES, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import {
  backupWriter,
  checkEnd,
  type Entry,
  HEAD_SIZE,
  makeHead,
  openHead,
  parseHead,
  readEntries,
} from './backup-format.js'

const host = { aead: webCryptoAead, primitives: noblePrimitives }
const random = repeatableRandom()
const stretched = random(32)
const header = { profile: 1, salt: random(16), prefix: random(7) }
const CHUNK = PROTOCOL.BACKUP_CHUNK_BYTES
const coded = (code: string) => expect.objectContaining({ name: 'Solo2Error', code })

async function written(entries: readonly Entry[]): Promise<Uint8Array> {
  const { head, stream } = makeHead(noblePrimitives, stretched, header)
  const parts = [head]
  const writer = backupWriter(host, stream, async (bytes) => void parts.push(bytes))
  for (const entry of entries) await writer.add(entry)
  await writer.end()
  return concat(...parts)
}

async function read(file: Uint8Array): Promise<Entry[]> {
  const source = { size: file.length, read: async (at: number, length: number) => file.slice(at, at + length) }
  const head = file.slice(0, HEAD_SIZE)
  parseHead(noblePrimitives, head)
  await checkEnd(source)
  const out: Entry[] = []
  for await (const { entry } of readEntries(host, openHead(noblePrimitives, stretched, head), source)) {
    out.push(entry.$case === 'data' ? { $case: 'data', value: entry.value.slice() } : entry)
  }
  return out
}

/** Entries of every length around a chunk and its structures, bytes that are cheap to make. */
const someEntries = fc.array(
  fc
    .oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: CHUNK - 40, max: CHUNK + 40 }))
    .map((length): Entry => ({ $case: 'data', value: new Uint8Array(length).fill(length & 255) })),
  { maxLength: 6 },
)

describe('the format of a backup', () => {
  it('[V10] gives back what was written, across the edges of chunks', async () => {
    await fc.assert(
      fc.asyncProperty(someEntries, async (entries) => {
        const again = await read(await written(entries))
        expect(again.length).toBe(entries.length)
        for (const [n, entry] of entries.entries()) {
          expect(equal((again[n] as { value: Uint8Array }).value, entry.value as Uint8Array)).toBe(true)
        }
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('[V10] no cut, and no changed byte, passes; each has one code, and damage its chunk', async () => {
    const file = await written([
      { $case: 'data', value: random(CHUNK) },
      { $case: 'data', value: random(500) },
    ])
    const codes = ['not_backup', 'storage_newer', 'backup_cut', 'backup_damaged', 'wrong_password']
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        expect(await refusal(file.slice(0, at))).toMatchObject({ code: at < 12 ? 'not_backup' : 'backup_cut' })
        const error = await refusal(file.map((byte, n) => (n === at ? byte ^ change : byte)))
        expect(codes).toContain(error.code)
        if (at < HEAD_SIZE || at >= file.length - 16) return
        const chunk = Math.floor((at - HEAD_SIZE) / (CHUNK + 16))
        expect(error).toMatchObject({ code: 'backup_damaged', offset: HEAD_SIZE + chunk * (CHUNK + 16) })
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('[V10] tells a wrong password from a damaged head', async () => {
    const file = await written([])
    expect(() => openHead(noblePrimitives, random(32), file.slice(0, HEAD_SIZE))).toThrow(coded('wrong_password'))
    for (let at = 13; at < 48; at++) {
      const error = await refusal(file.map((byte, n) => (n === at ? byte ^ 1 : byte)))
      expect(error).toMatchObject({ code: 'backup_damaged', offset: 0 })
    }
  })

  it('refuses an entry that is longer than one may be', async () => {
    const value = new Uint8Array(PROTOCOL.BACKUP_ENTRY_BYTES)
    await expect(written([{ $case: 'data', value }])).rejects.toEqual(coded('too_long'))
  })
})

async function refusal(file: Uint8Array): Promise<Solo2Error> {
  const error: unknown = await read(file).catch((refused: unknown) => refused)
  if (!(error instanceof Solo2Error)) throw new Error('it was taken')
  expect(Object.keys(ERROR_CODES)).toContain(error.code)
  return error
}
