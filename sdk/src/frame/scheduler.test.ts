import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { codeOf } from '../../test/vectors/published.js'
import { concat, equal } from '../bytes/bytes.js'
import { PROTOCOL } from '../limits.js'
import { CONTENT_BYTES, createReassembly, reassemble } from './reassembly.js'
import { packRecords, type Record, recordSize } from './records.js'
import {
  bulkBytes,
  createQueue,
  dropFile,
  enqueueContent,
  enqueueRecord,
  hasUrgent,
  isEmpty,
  type QueueState,
  take,
} from './scheduler.js'

const FRAME = PROTOCOL.FRAME_PLAINTEXT
const TURN = PROTOCOL.TURN_FRAME_PLAINTEXT

const file = (n: number) => new Uint8Array(16).fill(n)
const content = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const receipt = (n: number): Record => ({ body: { $case: 'receipt', value: { contents: [file(n)] } } })
const signal = (length: number): Record => {
  return { body: { $case: 'moveSignal', value: { signal: new Uint8Array(length).fill(1) } } }
}
const chunk = (n: number, length: number, offset = 0): Record => {
  const data = Uint8Array.from({ length }, (_, i) => (offset + i) & 255)
  return { body: { $case: 'fileChunk', value: { file: file(n), offset: BigInt(offset), data } } }
}
const proof = (n: number, block: number): Record => {
  return { body: { $case: 'fileProof', value: { file: file(n), block, path: [] } } }
}
const progress = (n: number, offset: bigint): Record => {
  return { body: { $case: 'fileProgress', value: { file: file(n), offset } } }
}
const request = (n: number): Record => ({ body: { $case: 'fileRequest', value: { file: file(n), offset: 0n } } })

function kinds(records: readonly Record[]): (string | undefined)[] {
  return records.map(({ body }) => body?.$case)
}

/** Takes frames until nothing waits; each must fit its capacity. */
function drain(queue: QueueState, capacities: readonly number[] = [FRAME]): (readonly Record[])[] {
  const frames: (readonly Record[])[] = []
  for (let now = queue; !isEmpty(now); ) {
    const taken = take(now, capacities[frames.length % capacities.length] as number)
    packRecords(taken.records, capacities[frames.length % capacities.length] as number)
    frames.push(taken.records)
    now = taken.queue
    if (frames.length > 5_000) expect.fail('the queue does not drain')
  }
  return frames
}

/** What a receiver gets, in order of completion. */
function joined(frames: readonly (readonly Record[])[]): Uint8Array[] {
  const contents: Uint8Array[] = []
  let state = createReassembly()
  for (const { body } of frames.flat()) {
    if (body?.$case !== 'content') continue
    const step = reassemble(state, body.value)
    state = step.state
    if (step.content) contents.push(step.content)
  }
  expect(state.size).toBe(0)
  return contents
}

describe('take', () => {
  it('sends controls, contents, file progress, file data, in this order', () => {
    let queue = enqueueRecord(createQueue(), proof(1, 0), 'bulk')
    queue = enqueueRecord(queue, chunk(1, 100), 'bulk')
    queue = enqueueRecord(queue, progress(2, 5n), 'bulk')
    queue = enqueueContent(queue, content(30, 1))
    queue = enqueueRecord(queue, receipt(1), 'control')
    const { records, queue: rest, urgent } = take(queue, FRAME)
    expect(kinds(records)).toEqual(['receipt', 'content', 'fileProgress', 'fileProof', 'fileChunk'])
    expect(urgent).toBe(true)
    expect(isEmpty(rest)).toBe(true)
  })

  it('puts several short contents into one frame, whole and in order', () => {
    let queue = createQueue()
    for (let i = 1; i <= 5; i++) queue = enqueueContent(queue, content(100, i))
    const { records, queue: rest } = take(queue, FRAME)
    expect(records).toHaveLength(5)
    expect(records.every(({ body }) => body?.$case === 'content' && body.value.last)).toBe(true)
    expect(joined([records])).toEqual([1, 2, 3, 4, 5].map((i) => content(100, i)))
    expect(isEmpty(rest)).toBe(true)
  })

  it('[C4] puts contents of different lengths into one frame as they were queued', () => {
    const lengths = [90, 30, 60, 31, 12]
    let queue = createQueue()
    for (const [i, length] of lengths.entries()) queue = enqueueContent(queue, content(length, i))
    expect(joined(drain(queue)).map(({ length }) => length)).toEqual(lengths)
  })

  it('lets a short content pass a long one', () => {
    let queue = enqueueContent(createQueue(), content(60_000, 1))
    queue = take(queue, FRAME).queue
    queue = enqueueContent(queue, content(50, 2))
    const { records } = take(queue, FRAME)
    expect(joined([records.filter(({ body }) => body?.$case === 'content' && body.value.last)])).toEqual([
      content(50, 2),
    ])
    expect(records).toHaveLength(2)
    expect(records.reduce((sum, record) => sum + recordSize(record), 0)).toBeGreaterThan(FRAME - 20)
  })

  it('serves long contents alike', () => {
    let queue = createQueue()
    for (let i = 1; i <= 40; i++) queue = enqueueContent(queue, content(20_000, i))
    const bytes = new Map<number, number>()
    for (let frame = 0; frame < 40; frame++) {
      const taken = take(queue, FRAME)
      queue = taken.queue
      for (const { body } of taken.records) {
        if (body?.$case !== 'content') continue
        const author = body.value.data[0] as number
        bytes.set(author, (bytes.get(author) ?? 0) + body.value.data.length)
      }
    }
    expect(bytes.size).toBe(40)
    expect(Math.max(...bytes.values()) / Math.min(...bytes.values())).toBeLessThan(1.5)
  })

  it('never has more than 64 streams open, and uses the lowest free number', () => {
    let queue = createQueue()
    for (let i = 0; i < 100; i++) queue = enqueueContent(queue, content(5_000, i))
    const open = new Set<number>()
    let most = 0
    for (const { body } of drain(queue).flat()) {
      if (body?.$case !== 'content') continue
      const { stream, last } = body.value
      if (!open.has(stream)) {
        for (let lower = 1; lower < stream; lower++) expect(open.has(lower)).toBe(true)
      }
      if (last) open.delete(stream)
      else open.add(stream)
      most = Math.max(most, open.size)
    }
    expect(most).toBe(64)
  })

  it('keeps the order of controls, and holds back what does not fit a turn’s first frame', () => {
    let queue = enqueueRecord(createQueue(), signal(3_000), 'control')
    queue = enqueueRecord(queue, receipt(1), 'control')
    queue = enqueueContent(queue, content(20, 1))
    const first = take(queue, TURN)
    expect(kinds(first.records)).toEqual(['content'])
    const second = take(first.queue, FRAME)
    expect(kinds(second.records)).toEqual(['moveSignal', 'receipt'])
  })

  it('gives an empty turn frame rather than none', () => {
    const queue = enqueueRecord(createQueue(), signal(3_000), 'control')
    const { records, urgent, queue: rest } = take(queue, TURN)
    expect([records, urgent]).toEqual([[], false])
    expect(hasUrgent(rest)).toBe(true)
  })

  it('cuts a block into chunks that fill frames, behind its proof', () => {
    let queue = enqueueRecord(createQueue(), proof(1, 3), 'bulk')
    const offset = 3 * PROTOCOL.FILE_BLOCK_BYTES
    queue = enqueueRecord(queue, chunk(1, 20_000, offset), 'bulk')
    expect(bulkBytes(queue)).toBe(20_000)
    const frames = drain(queue)
    expect(kinds(frames[0] ?? [])).toEqual(['fileProof', 'fileChunk'])
    expect(frames).toHaveLength(Math.ceil(20_000 / 4_020))
    let next = BigInt(offset)
    for (const { body } of frames.flat()) {
      if (body?.$case !== 'fileChunk') continue
      expect(body.value.offset).toBe(next)
      expect(body.value.data[0]).toBe(Number(next) & 255)
      next += BigInt(body.value.data.length)
    }
    expect(next).toBe(BigInt(offset + 20_000))
  })

  it('cuts offsets beyond 32 bits right', () => {
    const record: Record = {
      body: { $case: 'fileChunk', value: { file: file(1), offset: 2n ** 32n - 1n, data: content(5_000, 1) } },
    }
    const offsets = drain(enqueueRecord(createQueue(), record, 'bulk')).flat()
    expect(offsets.map(({ body }) => body?.$case === 'fileChunk' && body.value.offset)).toEqual([
      2n ** 32n - 1n,
      2n ** 32n - 1n + 4_027n,
    ])
  })

  it('moves several files in turns', () => {
    let queue = createQueue()
    for (const n of [1, 2, 3]) queue = enqueueRecord(queue, chunk(n, 12_000), 'bulk')
    const order = drain(queue).map(([first]) => (first?.body?.$case === 'fileChunk' ? first.body.value.file[0] : 0))
    expect(order.slice(0, 6)).toEqual([1, 2, 3, 1, 2, 3])
  })

  it('puts the ends of short files into one frame', () => {
    let queue = createQueue()
    for (const n of [1, 2, 3]) queue = enqueueRecord(queue, chunk(n, 50), 'bulk')
    expect(take(queue, FRAME).records).toHaveLength(3)
  })

  it('lets chat that comes later overtake file data that waits', () => {
    let queue = enqueueRecord(createQueue(), chunk(1, 500_000), 'bulk')
    queue = take(queue, FRAME).queue
    queue = enqueueContent(queue, content(40, 9))
    const { records } = take(queue, FRAME)
    expect(kinds(records)).toEqual(['content', 'fileChunk'])
  })
})

describe('hasUrgent', () => {
  it('is for anything but file data, its proofs and progress', () => {
    const bulk = (record: Record) => enqueueRecord(createQueue(), record, 'bulk')
    for (const record of [chunk(1, 10), proof(1, 0), progress(1, 0n)]) {
      expect(hasUrgent(bulk(record))).toBe(false)
      expect(isEmpty(bulk(record))).toBe(false)
      expect(take(bulk(record), FRAME).urgent).toBe(false)
    }
    for (const queue of [
      bulk(request(1)),
      enqueueRecord(createQueue(), receipt(1), 'control'),
      enqueueContent(createQueue(), content(1, 1)),
    ]) {
      expect(hasUrgent(queue)).toBe(true)
      expect(take(queue, FRAME).urgent).toBe(true)
    }
    expect([hasUrgent(createQueue()), isEmpty(createQueue())]).toEqual([false, true])
  })
})

describe('enqueue', () => {
  it('replaces progress of the same file that still waits', () => {
    let queue = enqueueRecord(createQueue(), progress(1, 1n), 'bulk')
    queue = enqueueRecord(queue, progress(2, 2n), 'bulk')
    queue = enqueueRecord(queue, progress(1, 3n), 'bulk')
    expect(take(queue, FRAME).records).toEqual([progress(2, 2n), progress(1, 3n)])
  })

  it('drops all that waits of a file', () => {
    let queue = createQueue()
    for (const record of [proof(1, 0), chunk(1, 9_000), progress(1, 1n), chunk(2, 10)]) {
      queue = enqueueRecord(queue, record, 'bulk')
    }
    expect(drain(dropFile(queue, file(1))).flat()).toEqual([chunk(2, 10)])
  })

  it('leaves the queue of before as it was', () => {
    const queue = enqueueContent(createQueue(), content(9_000, 1))
    const copy = structuredClone(queue)
    enqueueContent(queue, content(1, 2))
    enqueueRecord(queue, chunk(1, 1), 'bulk')
    take(queue, FRAME)
    expect(queue).toEqual(copy)
  })

  it.each<[string, () => unknown, string | undefined]>([
    ['the longest content', () => enqueueContent(createQueue(), content(CONTENT_BYTES, 1)), undefined],
    ['a longer content', () => enqueueContent(createQueue(), content(CONTENT_BYTES + 1, 1)), 'too_long'],
    ['an empty content', () => enqueueContent(createQueue(), content(0, 1)), 'invalid_argument'],
    ['a record without a body', () => enqueueRecord(createQueue(), { body: undefined }, 'control'), 'invalid_argument'],
    [
      'a piece of a content',
      () =>
        enqueueRecord(
          createQueue(),
          { body: { $case: 'content', value: { stream: 1, last: true, data: file(1) } } },
          'control',
        ),
      'invalid_argument',
    ],
    ['a receipt as bulk', () => enqueueRecord(createQueue(), receipt(1), 'bulk'), 'invalid_argument'],
    ['a record that fits no frame', () => enqueueRecord(createQueue(), signal(4_060), 'control'), 'too_long'],
    ['a long chunk', () => enqueueRecord(createQueue(), chunk(1, 1_048_576), 'bulk'), undefined],
    ['a long chunk as control', () => enqueueRecord(createQueue(), chunk(1, 1_048_576), 'control'), 'too_long'],
  ])('takes or refuses %s', (_, enqueue, code) => {
    expect(codeOf(enqueue)).toBe(code)
  })
})

describe('whatever is queued, in whatever frames', () => {
  it('arrives whole: contents, records, files', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 12_000 })), {
      maxLength: 20,
    })
    const files = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 15_000 })), {
      maxLength: 6,
    })
    const capacities = fc.array(fc.constantFrom(FRAME, TURN), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(lengths, files, capacities, fc.nat(5), (lengths, files, capacities, receipts) => {
        let queue = createQueue()
        const contents = lengths.map((length, i) => content(length, i + 1))
        for (const bytes of contents) queue = enqueueContent(queue, bytes)
        const sizes = new Map<number, number>()
        for (const [n, length] of files) {
          queue = enqueueRecord(queue, chunk(n, length, sizes.get(n) ?? 0), 'bulk')
          sizes.set(n, (sizes.get(n) ?? 0) + length)
        }
        for (let i = 0; i < receipts; i++) queue = enqueueRecord(queue, receipt(i), 'control')
        const frames = drain(queue, capacities)

        const arrived = joined(frames).sort((a, b) => (a[0] as number) - (b[0] as number))
        expect(arrived.length).toBe(contents.length)
        expect(arrived.every((bytes, i) => equal(bytes, contents[i] as Uint8Array))).toBe(true)
        expect(frames.flat().filter(({ body }) => body?.$case === 'receipt')).toHaveLength(receipts)
        for (const [n, size] of sizes) {
          const data = frames.flat().flatMap(({ body }) => {
            return body?.$case === 'fileChunk' && body.value.file[0] === n ? [body.value.data] : []
          })
          expect(
            equal(
              concat(...data),
              Uint8Array.from({ length: size }, (_, i) => i & 255),
            ),
          ).toBe(true)
        }
      }),
      { numRuns: cases(150, 5_000) },
    )
  })
})
