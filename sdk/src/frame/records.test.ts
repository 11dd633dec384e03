import { RecordBlock } from '@solo2/proto/tunnel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { arbitraryRecord } from '../../test/fixtures/records.js'
import { codeOf } from '../../test/vectors/published.js'
import { concat, equal } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { pad } from '../bytes/padding.js'
import { PROTOCOL } from '../limits.js'
import { chunkRoom, packRecords, partRoom, type Record, recordRoom, recordSize, unpackRecords } from './records.js'

const FRAME = PROTOCOL.FRAME_PLAINTEXT
const id = new Uint8Array(16).fill(7)
const hash = new Uint8Array(32).fill(8)

function block(...records: Record[]): Uint8Array {
  return pad(encode(RecordBlock, { records }), FRAME)
}

describe('records', () => {
  it('come out as they went in, in order, in exactly the capacity', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord(), { maxLength: 8 }), (records) => {
        const fitting = records.filter((_, i) => sizes(records.slice(0, i + 1)) <= recordRoom(FRAME))
        const plaintext = packRecords(fitting, FRAME)
        expect(plaintext.length).toBe(FRAME)
        expect(equal(plaintext, block(...fitting))).toBe(true)
        const out = unpackRecords(plaintext)
        expect(out.map(({ body }) => body?.$case)).toEqual(fitting.map(({ body }) => body?.$case))
        expect(equal(block(...out), block(...fitting))).toBe(true)
      }),
      { numRuns: cases('property.bytes') },
    )
  })

  it('leave nothing of what was packed in the same memory before', () => {
    const used = new Uint8Array(FRAME).fill(255)
    expect(packRecords([], FRAME, used)).toBe(used)
    expect(used).toEqual(new Uint8Array(FRAME))
  })

  it('take the size that recordSize tells', () => {
    fc.assert(
      fc.property(arbitraryRecord(70_000), (record) => {
        expect(recordSize(record)).toBe(encode(RecordBlock, { records: [record] }).length)
      }),
      { numRuns: cases('property.bytes') },
    )
  })

  it.each<[string, Record]>([
    ['a chunk', { body: { $case: 'fileChunk', value: { file: id, offset: 5n, data: hash } } }],
    ['a chunk without an offset', { body: { $case: 'fileChunk', value: { file: id, offset: undefined, data: hash } } }],
    ['a chunk of a short file', { body: { $case: 'fileChunk', value: { file: id.slice(1), offset: 5n, data: hash } } }],
    ['nothing', { body: undefined }],
  ])('have the bytes that the encoder makes, also where nobody may send them: %s', (_, record) => {
    expect(packRecords([record], FRAME)).toEqual(block(record))
    const sizeOf = (of: Record) => encode(RecordBlock, { records: [of] }).length
    expect(recordSize({ body: undefined })).toBe(sizeOf({ body: undefined }))
  })

  it('may be none: a heartbeat is all zeros', () => {
    for (const capacity of [FRAME, PROTOCOL.TURN_FRAME_PLAINTEXT]) {
      expect(packRecords([], capacity)).toEqual(new Uint8Array(capacity))
      expect(unpackRecords(new Uint8Array(capacity))).toEqual([])
    }
  })

  it('fill a frame to the last byte and not beyond', () => {
    const chunk = (length: number): Record => {
      return { body: { $case: 'fileChunk', value: { file: id, offset: 0n, data: new Uint8Array(length).fill(1) } } }
    }
    expect(unpackRecords(packRecords([chunk(4027)], FRAME))).toEqual([chunk(4027)])
    expect(codeOf(() => packRecords([chunk(4028)], FRAME))).toBe('too_long')
    expect(unpackRecords(packRecords([chunk(1709)], PROTOCOL.TURN_FRAME_PLAINTEXT))).toEqual([chunk(1709)])
    expect(codeOf(() => packRecords([chunk(1710)], PROTOCOL.TURN_FRAME_PLAINTEXT))).toBe('too_long')
  })

  it('are views of the plaintext: of a file, nothing is copied', () => {
    const chunk: Record = { body: { $case: 'fileChunk', value: { file: id, offset: 0n, data: new Uint8Array(100) } } }
    const plaintext = block(chunk)
    const [record] = unpackRecords(plaintext)
    expect(record).toEqual(chunk)
    expect(record?.body?.$case === 'fileChunk' && record.body.value.data.buffer).toBe(plaintext.buffer)
  })

  it.each<[string, Record, string | undefined]>([
    ['no body', { body: undefined }, 'malformed'],
    ['stream 0', { body: { $case: 'content', value: { stream: 0, last: true, data: id } } }, 'malformed'],
    [
      'an empty piece',
      { body: { $case: 'content', value: { stream: 1, last: true, data: new Uint8Array(0) } } },
      'malformed',
    ],
    ['a high stream', { body: { $case: 'content', value: { stream: 0xffff_ffff, last: false, data: id } } }, undefined],
    [
      'a chunk of file 15',
      { body: { $case: 'fileChunk', value: { file: id.slice(1), offset: 0n, data: id } } },
      'malformed',
    ],
    [
      'a chunk of file 17',
      { body: { $case: 'fileChunk', value: { file: concat(id, id), offset: 0n, data: id } } },
      'malformed',
    ],
    [
      'a chunk without offset',
      { body: { $case: 'fileChunk', value: { file: id, offset: undefined, data: id } } },
      'malformed',
    ],
    [
      'an empty chunk',
      { body: { $case: 'fileChunk', value: { file: id, offset: 0n, data: new Uint8Array(0) } } },
      'malformed',
    ],
    ['an empty receipt', { body: { $case: 'receipt', value: { contents: [] } } }, 'malformed'],
    ['a receipt of 64', { body: { $case: 'receipt', value: { contents: Array(64).fill(id) } } }, undefined],
    ['a receipt of 65', { body: { $case: 'receipt', value: { contents: Array(65).fill(id) } } }, 'malformed'],
    ['a receipt of a short ID', { body: { $case: 'receipt', value: { contents: [id, id.slice(1)] } } }, 'malformed'],
    [
      'a request of a short ID',
      { body: { $case: 'fileRequest', value: { file: id.slice(1), offset: 0n } } },
      'malformed',
    ],
    [
      'a request without offset',
      { body: { $case: 'fileRequest', value: { file: id, offset: undefined } } },
      'malformed',
    ],
    [
      'a request within a block',
      { body: { $case: 'fileRequest', value: { file: id, offset: 1_048_575n } } },
      'malformed',
    ],
    [
      'a request beyond 2^53',
      { body: { $case: 'fileRequest', value: { file: id, offset: (1n << 53n) + 1n } } },
      'malformed',
    ],
    ['a request of block 1', { body: { $case: 'fileRequest', value: { file: id, offset: 1_048_576n } } }, undefined],
    [
      'a proof of a short ID',
      { body: { $case: 'fileProof', value: { file: id.slice(1), block: 0, path: [] } } },
      'malformed',
    ],
    [
      'a proof without block',
      { body: { $case: 'fileProof', value: { file: id, block: undefined, path: [] } } },
      'malformed',
    ],
    [
      'a proof of 40',
      { body: { $case: 'fileProof', value: { file: id, block: 0, path: Array(40).fill(hash) } } },
      undefined,
    ],
    [
      'a proof of 41',
      { body: { $case: 'fileProof', value: { file: id, block: 0, path: Array(41).fill(hash) } } },
      'malformed',
    ],
    [
      'a proof with a short hash',
      { body: { $case: 'fileProof', value: { file: id, block: 0, path: [id] } } },
      'malformed',
    ],
    [
      'progress of a short ID',
      { body: { $case: 'fileProgress', value: { file: id.slice(1), offset: 0n } } },
      'malformed',
    ],
    [
      'progress without offset',
      { body: { $case: 'fileProgress', value: { file: id, offset: undefined } } },
      'malformed',
    ],
    ['a hash without epoch', { body: { $case: 'rendezvousHash', value: { epoch: undefined, hash } } }, 'malformed'],
    ['a hash of 16', { body: { $case: 'rendezvousHash', value: { epoch: 0, hash: id } } }, 'malformed'],
    [
      'a root without epoch',
      { body: { $case: 'rendezvousRoot', value: { epoch: undefined, root: hash } } },
      'malformed',
    ],
    ['a root of 16', { body: { $case: 'rendezvousRoot', value: { epoch: 0, root: id } } }, 'malformed'],
    ['a request to move', { body: { $case: 'moveRequest', value: {} } }, undefined],
    ['an empty signal', { body: { $case: 'moveSignal', value: { signal: new Uint8Array(0) } } }, 'malformed'],
    ['a longest signal', { body: { $case: 'moveSignal', value: { signal: new Uint8Array(4041) } } }, undefined],
    ['a signal too long', { body: { $case: 'moveSignal', value: { signal: new Uint8Array(4042) } } }, 'malformed'],
    ['a last without frames', { body: { $case: 'last', value: { frames: undefined } } }, 'malformed'],
    ['a last of 0', { body: { $case: 'last', value: { frames: 0n } } }, undefined],
  ])('with %s', (_, record, code) => {
    expect(codeOf(() => unpackRecords(block(record)))).toBe(code)
    const good: Record = { body: { $case: 'moveRequest', value: {} } }
    expect(codeOf(() => unpackRecords(block(good, record)))).toBe(code)
  })

  it.each([
    ['an unknown record', Uint8Array.of(0x0a, 3, 0x62, 1, 0), 'not_canonical'],
    ['an unknown field of a block', Uint8Array.of(0x12, 0), 'not_canonical'],
    ['two bodies', Uint8Array.of(0x0a, 4, 0x4a, 0, 0x4a, 0), 'not_canonical'],
    ['a record cut off', Uint8Array.of(0x0a, 9, 0x4a, 0), 'malformed'],
    ['a group', Uint8Array.of(0x0b), 'malformed'],
    ['data of a piece twice', Uint8Array.of(0x0a, 10, 0x0a, 8, 8, 1, 0x1a, 1, 5, 0x1a, 1, 5), 'not_canonical'],
    ['data of a piece before its stream', Uint8Array.of(0x0a, 7, 0x0a, 5, 0x1a, 1, 5, 8, 1), 'not_canonical'],
    ['an overlong length of data', Uint8Array.of(0x0a, 8, 0x0a, 6, 8, 1, 0x1a, 0x81, 0, 5), 'not_canonical'],
    ['data followed by an unknown field', Uint8Array.of(0x0a, 9, 0x0a, 7, 8, 1, 0x1a, 1, 5, 0x20, 1), 'not_canonical'],
  ])('with %s', (_, bytes, code) => {
    expect(codeOf(() => unpackRecords(pad(bytes, FRAME)))).toBe(code)
  })

  it('with padding that is not zero, or a length beyond the block', () => {
    const plaintext = packRecords([], FRAME)
    expect(codeOf(() => unpackRecords(plaintext.with(FRAME - 1, 1)))).toBe('bad_padding')
    expect(codeOf(() => unpackRecords(plaintext.with(0, 0xff)))).toBe('bad_padding')
    for (const size of [0, 1, FRAME - 1, FRAME + 1]) {
      expect(codeOf(() => unpackRecords(new Uint8Array(size)))).toBe('wrong_size')
    }
  })

  it('from hostile bytes: a typed code or sound records that pack to the same bytes', () => {
    const sound = fc.sample(fc.array(arbitraryRecord(300), { minLength: 1, maxLength: 3 }), { numRuns: 200, seed: 1 })
    const blocks = sound.map((records) => encode(RecordBlock, { records }))
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.tuple(fc.constantFrom(...blocks), fc.nat(200), fc.nat(255)).map(([bytes, at, to]) => changed(bytes, at, to)),
    )
    const codes = new Set<string | undefined>()
    fc.assert(
      fc.property(hostile, (bytes) => {
        const plaintext = pad(bytes, FRAME)
        codes.add(codeOf(() => expect(equal(block(...unpackRecords(plaintext)), plaintext)).toBe(true)))
      }),
      { numRuns: cases('hostile.decoder') },
    )
    expect([...codes].sort()).toEqual(['malformed', 'not_canonical', undefined])
  })
})

describe('partRoom and chunkRoom', () => {
  it('give the most that fits', () => {
    for (let room = 0; room <= recordRoom(FRAME); room += room < 300 ? 1 : 13) {
      for (const last of [true, false]) {
        const part = (length: number): Record => {
          return { body: { $case: 'content', value: { stream: 64, last, data: new Uint8Array(length) } } }
        }
        expectMost(partRoom(64, last, room), part, room)
      }
      const chunk = (length: number): Record => {
        return { body: { $case: 'fileChunk', value: { file: id, offset: 0n, data: new Uint8Array(length) } } }
      }
      expectMost(chunkRoom(id, room), chunk, room)
    }
  })

  function expectMost(length: number, record: (length: number) => Record, room: number): void {
    if (length >= 1) expect(recordSize(record(length))).toBeLessThanOrEqual(room)
    expect(recordSize(record(Math.max(1, length + 1)))).toBeGreaterThan(room)
  }
})

function changed(bytes: Uint8Array, at: number, to: number): Uint8Array {
  const out = bytes.slice()
  out[at % out.length] = to
  return out
}

function sizes(records: readonly Record[]): number {
  return records.reduce((sum, record) => sum + recordSize(record), 0)
}
