/** What is written is judged by two programs that are not ours: unzip, and Python's zipfile. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { concat } from '../bytes/bytes.js'
import { utcText } from '../bytes/utc.js'
import { crc32, zipWriter } from './zip.js'

const folder = mkdtempSync(join(tmpdir(), 'solo2-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TIME = Date.UTC(2026, 10, 28, 17, 40, 2)

interface Plan {
  readonly path: string
  readonly pieces: readonly Uint8Array[]
  readonly isSized: boolean
}

async function archive(plans: readonly Plan[], limit64?: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const write = async (bytes: Uint8Array) => {
    parts.push(bytes)
  }
  const zip = zipWriter(write, { time: TIME, ...(limit64 !== undefined && { limit64 }) })
  for (const { path, pieces, isSized } of plans) {
    await zip.add(path, given(pieces), isSized ? concat(...pieces).length : undefined)
  }
  await zip.end()
  return concat(...parts)
}

async function* given(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

const LIST = `
import hashlib, json, sys, zipfile
found = []
for name in sys.argv[1:]:
    with zipfile.ZipFile(name) as archive:
        assert archive.testzip() is None
        found.append([[i.filename, hashlib.sha256(archive.read(i)).hexdigest(), list(i.date_time)] for i in archive.infolist()])
print(json.dumps(found))
`

/** [path, SHA-256, time] of each entry of each archive, as Python sees them. */
function listed(archives: readonly Uint8Array[]): [string, string, number[]][][] {
  const names = archives.map((bytes, n) => {
    const name = join(folder, `${n}.zip`)
    writeFileSync(name, bytes)
    return name
  })
  return JSON.parse(execFileSync('python3', ['-c', LIST, ...names], { encoding: 'utf8' }))
}

const plans = fc.uniqueArray(
  fc.record({
    path: fc.stringMatching(/^[a-zäж日 ]{1,12}(\/[a-z0-9.]{1,8})?$/u),
    pieces: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }),
    isSized: fc.boolean(),
  }),
  { maxLength: 8, selector: ({ path }) => path },
)

describe('a ZIP archive', () => {
  it.each([
    ['as small ones are', undefined],
    ['with ZIP64 fields from the first byte on', 0],
    ['with ZIP64 fields for some', 60],
  ])('[V11] opens elsewhere with all that was put in, %s', async (_, limit64) => {
    const many = fc.sample(plans, cases(40, 1_000))
    // An entry whose size is not told has no ZIP64 fields, nor room for that many bytes.
    const sized = limit64 === undefined ? many : many.map((list) => list.map((plan) => ({ ...plan, isSized: true })))
    const found = listed(await Promise.all(sized.map((list) => archive(list, limit64))))
    const put = sized.map((list) =>
      list.map(({ path, pieces }) => [
        path,
        createHash('sha256')
          .update(concat(...pieces))
          .digest('hex'),
        [2026, 11, 28, 17, 40, 2],
      ]),
    )
    expect(found).toEqual(put)
  })

  it.each([undefined, 0])('[V11] passes unzip -t', async (limit64) => {
    const name = join(folder, 'tested.zip')
    const plan = { path: 'Ana/map – 17.pdf', pieces: [new Uint8Array(70_000).fill(7)], isSized: true }
    writeFileSync(name, await archive([plan, { ...plan, path: 'empty', pieces: [] }], limit64))
    expect(execFileSync('unzip', ['-t', name], { encoding: 'utf8' })).toContain('No errors detected')
  })

  it('[V11] is the same however the bytes come', async () => {
    const piece = (from: number, to: number) => new Uint8Array(to - from).map((_, i) => from + i)
    const whole = { path: 'a', pieces: [piece(0, 200)], isSized: true }
    const parts = { path: 'a', pieces: [piece(0, 1), piece(1, 1), piece(1, 200)], isSized: true }
    expect(await archive([whole])).toEqual(await archive([parts]))
  })

  it('[V11] refuses an entry of another size than was told', async () => {
    const zip = zipWriter(async () => undefined, { time: TIME })
    await expect(zip.add('a', given([new Uint8Array(3)]), 4)).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(zip.add('', given([]), 0)).rejects.toMatchObject({ code: 'invalid_argument' })
  })

  it('[V11] computes CRC-32 in any pieces', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
    fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => crc32(b, crc32(a)) === crc32(concat(a, b))))
  })

  it('tells times as every calendar does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
        expect(utcText(ms)).toBe(new Date(ms).toISOString().slice(0, 19).replace('T', ' '))
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})
