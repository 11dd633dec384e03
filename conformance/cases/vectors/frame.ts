/** `frame.json`: padding, blocks of records, contents in parts. */
import { createHash } from 'node:crypto'
import {
  Build,
  ContentPart,
  FileChunk,
  FileProgress,
  FileProof,
  FileRequest,
  FrameAck,
  Last,
  MoveRequest,
  MoveSignal,
  Receipt,
  RecordBlock,
  RendezvousHash,
  RendezvousRoot,
  WakeToken,
  type Record as WireRecord,
} from '@solo2/proto/tunnel'
import { ensureKept } from '../../src/case.js'
import { frameVectors, type JsonRecord } from './data.js'
import {
  answerOf,
  bytesOf,
  ensureRefused,
  ensureSame,
  hex,
  padded,
  unhex,
  type VectorCase,
  vectorCase,
} from './judge.js'
import { wireOf } from './wire.js'

const { padding, blocks, refusals, brokenWire, wrongSizes, streams } = frameVectors
const ROOM = 4065
const TURN_ROOM = 1747

const file = 'frame'

const paddingCases: VectorCase[] = [
  ...padding.padded.map(({ bytes, size, padded: whole }) =>
    vectorCase({
      file,
      group: 'padding',
      name: `${bytes.length / 2} bytes to ${size}`,
      title: `${bytes.length / 2} bytes are padded to ${size}, and come back`,
      promises: ['T9'],
      rules: ['00-13'],
      explain: 'Padding makes everything that is sealed one size. One that differs does not open at the other side.',
      async run(testee) {
        ensureSame('padded', await bytesOf(testee, { $case: 'pad', value: { bytes: unhex(bytes), size } }), whole)
        ensureSame('unpadded', await bytesOf(testee, { $case: 'unpad', value: { padded: unhex(whole) } }), bytes)
      },
    }),
  ),
  ...padding.refusals.map(({ name, comment, padded: whole, code }) =>
    vectorCase({
      file,
      group: 'refused-padding',
      name,
      title: `refuses padding: ${name}`,
      promises: ['T9'],
      rules: ['00-13', '09-2'],
      explain: `${comment} Padding that may say anything is a channel for what nobody looks at.`,
      run: (testee) => ensureRefused(testee, { $case: 'unpad', value: { padded: unhex(whole) } }, code),
    }),
  ),
  ...padding.tooLong.map(({ length, size, code }) =>
    vectorCase({
      file,
      group: 'padding-too-long',
      name: `${length} bytes to ${size}`,
      title: `does not pad ${length} bytes to ${size}`,
      promises: [],
      rules: ['00-13'],
      explain: 'Two bytes of the size are the length. What does not fit is refused, never cut off.',
      run: (testee) => ensureRefused(testee, { $case: 'pad', value: { bytes: new Uint8Array(length), size } }, code),
    }),
  ),
]

/** The oneof's case and the message of each kind in the JSON. */
const RECORDS = {
  content_part: ['content', ContentPart],
  file_chunk: ['fileChunk', FileChunk],
  receipt: ['receipt', Receipt],
  file_request: ['fileRequest', FileRequest],
  file_proof: ['fileProof', FileProof],
  file_progress: ['fileProgress', FileProgress],
  rendezvous_hash: ['rendezvousHash', RendezvousHash],
  rendezvous_root: ['rendezvousRoot', RendezvousRoot],
  move_request: ['moveRequest', MoveRequest],
  move_signal: ['moveSignal', MoveSignal],
  last: ['last', Last],
  wake_token: ['wakeToken', WakeToken],
  frame_ack: ['frameAck', FrameAck],
  build: ['build', Build],
} as const

function recordOf({ kind, ...fields }: JsonRecord): WireRecord {
  const [$case, codec] = RECORDS[kind as keyof typeof RECORDS]
  return { body: { $case, value: wireOf<object>(codec, fields) } } as WireRecord
}

const blockCases: VectorCase[] = [
  ...blocks.map(({ name, records, block, fitsTurnFrame }) =>
    vectorCase({
      file,
      group: 'block',
      name,
      title: `packs and unpacks: ${name}`,
      promises: ['T9'],
      rules: ['00-1', '09-4'],
      explain: 'What a frame carries, as bytes, both ways. Two sides that differ here refuse each other’s frames.',
      async run(testee) {
        const wire = records.map(recordOf)
        const plaintext = padded(block, fitsTurnFrame ? TURN_ROOM : ROOM)
        const pack = { records: wire, turn: fitsTurnFrame }
        ensureSame('packed', await bytesOf(testee, { $case: 'packBlock', value: pack }), hex(plaintext))
        const back = await answerOf(testee, { $case: 'unpackBlock', value: { padded: plaintext } }, 'records')
        ensureSame(
          'unpacked',
          hex(RecordBlock.encode(back).finish()),
          hex(RecordBlock.encode({ records: wire }).finish()),
        )
        if (fitsTurnFrame) return
        await ensureRefused(testee, { $case: 'packBlock', value: { records: wire, turn: true } }, 'too_long')
      },
    }),
  ),
  ...refusals.map(({ name, comment, block, code }) =>
    vectorCase({
      file,
      group: 'refused-block',
      name,
      title: `refuses a block: ${name}`,
      promises: [],
      rules: ['00-1', '09-2', '09-3'],
      explain: `${comment} A block with one bad record is refused as a whole.`,
      run: (testee) => ensureRefused(testee, { $case: 'unpackBlock', value: { padded: padded(block, ROOM) } }, code),
    }),
  ),
  ...brokenWire.map(({ name, comment, block }) =>
    vectorCase({
      file,
      group: 'broken-wire',
      name,
      title: `refuses what protobuf does not have: ${name}`,
      promises: [],
      rules: ['00-1'],
      explain: `${comment} Readers of protobuf differ here, and some go on as if nothing was there: either code is right, to accept it is not.`,
      run: (testee) => {
        const value = { padded: padded(block, ROOM) }
        return ensureRefused(testee, { $case: 'unpackBlock', value }, 'malformed', 'not_canonical')
      },
    }),
  ),
  ...wrongSizes.map(({ size, padded: plaintext, code }) =>
    vectorCase({
      file,
      group: 'wrong-size',
      name: `${size}`,
      title: `refuses a plaintext of ${size} bytes`,
      promises: ['T9'],
      rules: ['09-2'],
      explain: 'Only two sizes of plaintext come out of frames of one size.',
      run: (testee) => ensureRefused(testee, { $case: 'unpackBlock', value: { padded: unhex(plaintext) } }, code),
    }),
  ),
]

const streamCases: VectorCase[] = streams.map(({ name, pieces, contents, code }) =>
  vectorCase({
    file,
    group: 'stream',
    name,
    title: `contents in parts: ${name}`,
    promises: [],
    rules: ['09-6', '09-7'],
    explain: 'Long contents travel in parts, and somebody who opens streams without end must not fill a memory.',
    async run(testee) {
      const parts = pieces.map(({ stream, last, length, fill }) => ({
        stream,
        last,
        data: new Uint8Array(length).fill(fill),
      }))
      const got = await answerOf(testee, { $case: 'reassemble', value: { parts } }, 'reassembled')
      ensureKept(
        got.contents.length === contents.length,
        `${got.contents.length} contents are whole, not ${contents.length}`,
      )
      contents.forEach(({ stream, sha256 }, i) => {
        const whole = got.contents[i]
        ensureKept(whole?.stream === stream, `content ${i} is of stream ${whole?.stream}, not ${stream}`)
        ensureSame(`the hash of content ${i}`, createHash('sha256').update(whole.content).digest('hex'), sha256)
      })
      ensureKept(got.refused === (code ?? ''), `the last part gave "${got.refused}", not "${code ?? ''}"`)
    },
  }),
)

export const frameCases: readonly VectorCase[] = [...paddingCases, ...blockCases, ...streamCases]
