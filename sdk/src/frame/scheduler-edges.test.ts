/** Where a record, a piece or a chunk just fits, and what waits beside what. */
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../test/vectors/published.js'
import { concat } from '../bytes/bytes.js'
import { PROTOCOL } from '../limits.js'
import { chunkRoom, packRecords, partRoom, type Record, recordRoom, recordSize } from './records.js'
import {
  createQueue,
  dropFile,
  enqueueAck,
  enqueueContent,
  enqueueRecord,
  isBulkOnly,
  type QueueState,
  take,
} from './scheduler.js'

const FRAME = PROTOCOL.FRAME_PLAINTEXT
const ROOM = recordRoom(FRAME)

const file = (n: number) => new Uint8Array(16).fill(n)
const content = (length: number) => new Uint8Array(length).fill(7)
const signal = (length: number): Record => ({
  body: { $case: 'moveSignal', value: { signal: new Uint8Array(length).fill(1) } },
})
const chunk = (length: number): Record => ({
  body: { $case: 'fileChunk', value: { file: file(1), offset: 0n, data: content(length) } },
})
const proof = (hashes: number): Record => {
  const path = Array.from({ length: hashes }, () => new Uint8Array(32))
  return { body: { $case: 'fileProof', value: { file: file(1), block: 0, path } } }
}
const request = (n: number): Record => ({ body: { $case: 'fileRequest', value: { file: file(n), offset: 0n } } })
const progress = (n: number, offset: bigint): Record => ({
  body: { $case: 'fileProgress', value: { file: file(n), offset } },
})
const ack = (frames: bigint): Record => ({ body: { $case: 'frameAck', value: { frames } } })

/** The length of a signal whose record takes exactly so many bytes in a block. */
function lengthOf(size: number): number {
  for (let length = size; length > 0; length--) if (recordSize(signal(length)) === size) return length
  throw new Error(`no signal takes ${size} bytes`)
}

/** A queue whose next frame has `left` bytes beside its control. */
function roomOf(left: number): QueueState {
  return enqueueRecord(createQueue(), signal(lengthOf(ROOM - left)), 'control')
}

function bulk(...records: readonly Record[]): QueueState {
  return records.reduce((queue, record) => enqueueRecord(queue, record, 'bulk'), createQueue())
}

describe('isBulkOnly', () => {
  it('is so of nothing and of file data, and not of anything else', () => {
    expect(isBulkOnly(createQueue())).toBe(true)
    expect(isBulkOnly(bulk(chunk(9)))).toBe(true)
    expect(isBulkOnly(roomOf(0))).toBe(false)
    expect(isBulkOnly(enqueueContent(createQueue(), content(1)))).toBe(false)
    expect(isBulkOnly(bulk(request(1)))).toBe(false)
  })
})

describe('requests', () => {
  it('are in the order in which they came, and only progress takes the place of its own', () => {
    expect(bulk(request(1), request(1)).requests).toEqual([request(1), request(1)])
    const { requests } = bulk(progress(1, 1n), request(1), progress(2, 1n), progress(1, 2n))
    expect(requests).toEqual([request(1), progress(2, 1n), progress(1, 2n)])
    expect(bulk(progress(1, 1n), request(1)).requests).toEqual([progress(1, 1n), request(1)])
  })

  it('have one acknowledgement, the last', () => {
    const queue = enqueueAck(enqueueAck(bulk(request(1)), 5), 9)
    expect(queue.requests).toEqual([request(1), ack(9n)])
    expect(take(queue, FRAME)).toMatchObject({ records: [request(1), ack(9n)], urgent: true })
  })

  it('of a file go with it, and nothing else', () => {
    const queue = dropFile(enqueueAck(bulk(request(1), request(2)), 5), file(1))
    expect(queue.requests).toEqual([request(2), ack(5n)])
  })
})

describe('a record that just fits', () => {
  it('is taken, and one byte more is refused', () => {
    const queue = roomOf(0)
    expect(take(queue, FRAME)).toMatchObject({ records: queue.controls, queue: createQueue() })
    const longer = signal(lengthOf(ROOM) + 1)
    expect(codeOf(() => enqueueRecord(createQueue(), longer, 'control'))).toBe('too_long')
    expect(codeOf(() => bulk(proof(200)))).toBe('too_long')
  })

  it('of a file leaves nothing behind', () => {
    const whole = chunk(chunkRoom(file(1), ROOM))
    expect(take(bulk(whole), FRAME)).toEqual({ queue: createQueue(), records: [whole], urgent: false })
  })

  it('of a file waits whole if it is no chunk', () => {
    const queue = enqueueRecord(roomOf(recordSize(proof(4)) - 1), proof(4), 'bulk')
    const first = take(queue, FRAME)
    expect(first.records).toEqual(queue.controls)
    expect(take(first.queue, FRAME).records).toEqual([proof(4)])
  })

  it('of a file is cut for a single byte', () => {
    let left = 1
    while (chunkRoom(file(1), left) < 1) left++
    const first = take(enqueueRecord(roomOf(left), chunk(9), 'bulk'), FRAME)
    const [, cut] = first.records
    expect(cut?.body?.$case === 'fileChunk' && cut.body.value.data.length).toBe(1)
    const { body } = take(first.queue, FRAME).records[0] as Record
    expect(body?.$case === 'fileChunk' && [body.value.offset, body.value.data.length]).toEqual([1n, 8])
  })
})

describe('a content', () => {
  const pieces = (records: readonly Record[]) =>
    records.flatMap(({ body }) => (body?.$case === 'content' ? [body.value] : []))

  it('of any length around what a frame holds goes in whole pieces that fill it', () => {
    const most = partRoom(1, true, ROOM)
    for (let length = most - 4; length < most + 8; length++) {
      const first = take(enqueueContent(createQueue(), content(length)), FRAME)
      packRecords(first.records, FRAME)
      const [piece] = pieces(first.records)
      expect(piece?.last).toBe(length <= most)
      if (length > partRoom(1, false, ROOM)) expect(recordSize(first.records[0] as Record)).toBe(ROOM)
      const rest = pieces(take(first.queue, FRAME).records)
      if (length > most) expect(rest.map(({ last, data }) => last && data.length > 0)).toEqual([true])
      expect(concat(piece?.data as Uint8Array, ...rest.map(({ data }) => data))).toEqual(content(length))
    }
  })

  it('waits where not even a byte of it fits', () => {
    const queue = enqueueContent(roomOf(3), content(40))
    const first = take(queue, FRAME)
    expect(first.records).toEqual(queue.controls)
    expect(pieces(take(first.queue, FRAME).records)).toEqual([{ stream: 1, last: true, data: content(40) }])
  })

  it('shares a frame with so many others that each has 256 bytes', () => {
    let queue = createQueue()
    for (let n = 0; n < 30; n++) queue = enqueueContent(queue, content(5_000))
    expect(take(queue, FRAME).records).toHaveLength(Math.floor(ROOM / 256))
    const turn = PROTOCOL.TURN_FRAME_PLAINTEXT
    expect(take(queue, turn).records).toHaveLength(Math.floor(recordRoom(turn) / 256))
  })

  it('gives its number to the next as soon as it is through', () => {
    const begun = take(enqueueContent(createQueue(), content(ROOM)), FRAME).queue
    const { records } = take(enqueueContent(begun, content(5_000)), FRAME)
    expect(pieces(records).map(({ stream, last }) => [stream, last])).toEqual([
      [1, true],
      [1, false],
    ])
  })
})
