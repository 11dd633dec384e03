/** Vectors of spec/09 sections 1 to 4, and of spec/00's padding: padding, records, blocks, pieces of contents. */
import { join, pad, unpad, zeros } from '../literal/bytes.js'
import { CONTENT_BYTES, decodeBlock, encodeBlock, type LiteralRecord, takePart, unpackBlock } from '../literal/frame.js'
import { sha256 } from '../literal/primitives.js'
import { type Field, fixed32, fixed64, write } from '../literal/protobuf.js'
import { ROOM, TURN_ROOM } from '../literal/ratchet.js'
import { brokenWire } from './broken-wire.js'
import { codeOf, print, refusal } from './json.js'
import { type Draw, seeded } from './random.js'

function paddings(draw: Draw): unknown {
  const sizes = [
    [0, 2],
    [0, 16],
    [1, 3],
    [13, 16],
    [14, 16],
    [255, 300],
    [256, 300],
    [1745, TURN_ROOM],
  ] as const
  const wrong = [
    ['empty', 'No length.', zeros(0)],
    ['one byte', 'Half a length.', zeros(1)],
    ['length beyond the end', 'Says 15, has 14.', join(Uint8Array.of(0, 15), zeros(14))],
    ['largest length', 'Says 65,535.', join(Uint8Array.of(255, 255), zeros(14))],
    ['first byte after the data', 'Not zero.', join(Uint8Array.of(0, 2, 9, 9, 1), zeros(11))],
    ['last byte', 'Not zero.', join(Uint8Array.of(0, 2, 9, 9), zeros(11), Uint8Array.of(1))],
  ] as const
  return {
    padded: sizes.map(([length, size]) => {
      const bytes = draw(length)
      return { bytes, size, padded: pad(bytes, size) }
    }),
    refusals: wrong.map(([name, comment, padded]) =>
      refusal({ name, comment, padded, code: 'bad_padding' }, () => unpad(padded)),
    ),
    tooLong: [
      { length: 15, size: 16, code: codeOf('padding 15 into 16', () => pad(zeros(15), 16)) },
      { length: 1746, size: TURN_ROOM, code: codeOf('padding 1,746', () => pad(zeros(1746), TURN_ROOM)) },
    ],
  }
}

function blocks(draw: Draw): { name: string; records: LiteralRecord[] }[] {
  const [file, hash] = [draw(16), draw(32)]
  const big = 2n ** 32n + 4096n
  return [
    { name: 'heartbeat', records: [] },
    { name: 'content part, open', records: [{ kind: 'content_part', stream: 1, last: false, data: draw(20) }] },
    { name: 'content part, last', records: [{ kind: 'content_part', stream: 64, last: true, data: draw(1) }] },
    {
      name: 'content part, large stream number',
      records: [{ kind: 'content_part', stream: 4_294_967_295, last: true, data: draw(3) }],
    },
    {
      name: 'content part that fills a frame',
      records: [{ kind: 'content_part', stream: 127, last: true, data: draw(4050) }],
    },
    {
      name: 'content part that fills a turn’s first frame',
      records: [{ kind: 'content_part', stream: 127, last: true, data: draw(1732) }],
    },
    { name: 'file chunk at zero', records: [{ kind: 'file_chunk', file, offset: 0n, data: draw(8) }] },
    { name: 'file chunk beyond 2^32', records: [{ kind: 'file_chunk', file, offset: big, data: draw(8) }] },
    {
      name: 'file chunk at the last offset',
      records: [{ kind: 'file_chunk', file, offset: 2n ** 53n - 1n, data: Uint8Array.of(1) }],
    },
    { name: 'file chunk that fills a frame', records: [{ kind: 'file_chunk', file, offset: 4027n, data: draw(4027) }] },
    { name: 'one receipt', records: [{ kind: 'receipt', contents: [draw(16)] }] },
    { name: '64 receipts', records: [{ kind: 'receipt', contents: Array.from({ length: 64 }, () => draw(16)) }] },
    { name: 'receipt of an ID of zeros', records: [{ kind: 'receipt', contents: [zeros(16)] }] },
    { name: 'file request from the start', records: [{ kind: 'file_request', file, offset: 0n }] },
    { name: 'file request from block 4,097', records: [{ kind: 'file_request', file, offset: 4097n * 1_048_576n }] },
    { name: 'file proof of a single block', records: [{ kind: 'file_proof', file, block: 0, path: [] }] },
    {
      name: 'file proof of 40 hashes',
      records: [{ kind: 'file_proof', file, block: 9, path: Array.from({ length: 40 }, () => draw(32)) }],
    },
    { name: 'file progress', records: [{ kind: 'file_progress', file, offset: big }] },
    { name: 'rendezvous hash', records: [{ kind: 'rendezvous_hash', epoch: 20_000, hash }] },
    { name: 'rendezvous hash, epoch zero', records: [{ kind: 'rendezvous_hash', epoch: 0, hash }] },
    { name: 'rendezvous root', records: [{ kind: 'rendezvous_root', epoch: 19_999, root: hash }] },
    { name: 'move request', records: [{ kind: 'move_request' }] },
    { name: 'move signal, longest', records: [{ kind: 'move_signal', signal: draw(4041) }] },
    { name: 'last', records: [{ kind: 'last', frames: 0n }] },
    { name: 'wake token', records: [{ kind: 'wake_token', token: hash }] },
    { name: 'frame acknowledgement', records: [{ kind: 'frame_ack', frames: 4096n }] },
    { name: 'frame acknowledgement of none', records: [{ kind: 'frame_ack', frames: 0n }] },
    { name: 'build', records: [{ kind: 'build', hash }] },
    {
      name: 'several',
      records: [
        { kind: 'rendezvous_hash', epoch: 20_000, hash },
        { kind: 'receipt', contents: [draw(16), draw(16)] },
        { kind: 'content_part', stream: 1, last: true, data: draw(40) },
        { kind: 'content_part', stream: 2, last: false, data: draw(40) },
        { kind: 'file_chunk', file, offset: 0n, data: draw(100) },
        { kind: 'last', frames: 12n },
      ],
    },
  ]
}

/** One record as a block: number in the oneof, and fields. */
function record(number: number, fields: readonly Field[]): Uint8Array {
  return write([[1, write([[number, write(fields)]])]])
}

function wrongBlocks(draw: Draw): [name: string, comment: string, block: Uint8Array, code: string][] {
  const [file, id, hash] = [draw(16), draw(16), draw(32)]
  const good = record(9, [])
  const many = (count: number, length: number): Field[] => Array.from({ length: count }, (): Field => [1, draw(length)])
  return [
    ['cut off', 'A record that ends too early.', Uint8Array.of(0x0a, 0x05, 0x4a), 'malformed'],
    ['unknown field in the block', 'Field 2.', join(good, write([[2, 1]])), 'not_canonical'],
    ['unknown record', 'Number 15 in the oneof.', record(15, []), 'not_canonical'],
    ['frame acknowledgement without a number', 'Present also when zero.', record(13, []), 'malformed'],
    ['wake token of 31 bytes', 'Always 32.', record(12, [[1, zeros(31)]]), 'malformed'],
    ['build of 33 bytes', 'Always 32.', record(14, [[1, zeros(33)]]), 'malformed'],
    ['build without a hash', 'Who has none sends none.', record(14, []), 'malformed'],
    ['record without a body', 'Empty.', write([[1, zeros(0)]]), 'malformed'],
    [
      'record with two bodies',
      'A oneof has one.',
      write([
        [
          1,
          write([
            [9, zeros(0)],
            [11, write([[1, fixed64(1n)]])],
          ]),
        ],
      ]),
      'not_canonical',
    ],
    [
      'length in two bytes',
      'A varint longer than needed.',
      Uint8Array.of(0x0a, 0x82, 0x00, 0x4a, 0x00),
      'not_canonical',
    ],
    ['good record, then a bad one', 'The whole block is refused.', join(good, record(3, [])), 'malformed'],
    ['content part of stream 0', 'Streams count from 1.', record(1, [[3, id]]), 'malformed'],
    [
      'content part without data',
      'At least one byte.',
      record(1, [
        [1, 1],
        [2, 1],
      ]),
      'malformed',
    ],
    [
      'content part with last = 2',
      'A bool is 1.',
      record(1, [
        [1, 1],
        [2, 2],
        [3, id],
      ]),
      'not_canonical',
    ],
    [
      'content part with last = 0',
      'A default is not written.',
      record(1, [
        [1, 1],
        [2, 0],
        [3, id],
      ]),
      'not_canonical',
    ],
    [
      'content part with a stream of 33 bits',
      'uint32.',
      record(1, [
        [1, 2 ** 32 + 1],
        [3, id],
      ]),
      'not_canonical',
    ],
    [
      'content part with an unknown field',
      'Field 4.',
      record(1, [
        [1, 1],
        [3, id],
        [4, 1],
      ]),
      'not_canonical',
    ],
    [
      'file chunk without offset',
      'Present also when zero.',
      record(2, [
        [1, file],
        [3, id],
      ]),
      'malformed',
    ],
    [
      'file chunk without data',
      'At least one byte.',
      record(2, [
        [1, file],
        [2, fixed64(0n)],
      ]),
      'malformed',
    ],
    [
      'file chunk of a file of 15 bytes',
      'IDs are 16 bytes.',
      record(2, [
        [1, file.slice(1)],
        [2, fixed64(0n)],
        [3, id],
      ]),
      'malformed',
    ],
    ['receipt of nothing', 'At least one.', record(3, []), 'malformed'],
    ['receipt of 65', 'At most 64.', record(3, many(65, 16)), 'malformed'],
    ['receipt of 17 bytes', 'IDs are 16 bytes.', record(3, many(1, 17)), 'malformed'],
    ['receipt of an empty ID', 'IDs are 16 bytes.', record(3, many(1, 0)), 'malformed'],
    [
      'file request within a block',
      'A multiple of 1,048,576.',
      record(4, [
        [1, file],
        [2, fixed64(1n)],
      ]),
      'malformed',
    ],
    [
      'file chunk at 2^53',
      'Offsets are below.',
      record(2, [
        [1, file],
        [2, fixed64(2n ** 53n)],
        [3, id],
      ]),
      'malformed',
    ],
    [
      'file request from 2^53',
      'Offsets are below.',
      record(4, [
        [1, file],
        [2, fixed64(2n ** 53n)],
      ]),
      'malformed',
    ],
    [
      'file progress of 2^64 - 1',
      'Offsets are below 2^53.',
      record(6, [
        [1, file],
        [2, fixed64(2n ** 64n - 1n)],
      ]),
      'malformed',
    ],
    ['file request without offset', 'Present also when zero.', record(4, [[1, file]]), 'malformed'],
    ['file request without file', 'IDs are 16 bytes.', record(4, [[2, fixed64(0n)]]), 'malformed'],
    [
      'file proof of 41 hashes',
      'At most 40.',
      record(5, [[1, file], [2, fixed32(0)], ...Array.from({ length: 41 }, (): Field => [3, hash])]),
      'malformed',
    ],
    [
      'file proof with a hash of 31 bytes',
      '32 each.',
      record(5, [
        [1, file],
        [2, fixed32(0)],
        [3, hash.slice(1)],
      ]),
      'malformed',
    ],
    ['file proof without block', 'Present also when zero.', record(5, [[1, file]]), 'malformed'],
    ['file progress without offset', 'Present also when zero.', record(6, [[1, file]]), 'malformed'],
    [
      'rendezvous hash of 31 bytes',
      '32.',
      record(7, [
        [1, fixed32(1)],
        [2, hash.slice(1)],
      ]),
      'malformed',
    ],
    ['rendezvous hash without epoch', 'Present also when zero.', record(7, [[2, hash]]), 'malformed'],
    [
      'rendezvous hash with a varint epoch',
      'Another wire type is an unknown field.',
      record(7, [
        [1, 1],
        [2, hash],
      ]),
      'not_canonical',
    ],
    [
      'rendezvous root of 33 bytes',
      '32.',
      record(8, [
        [1, fixed32(1)],
        [2, join(hash, zeros(1))],
      ]),
      'malformed',
    ],
    ['move request with a field', 'It has none.', record(9, [[1, 1]]), 'not_canonical'],
    ['move signal, empty', 'At least one byte.', record(10, []), 'malformed'],
    ['move signal of 4,042 bytes', 'A signal has 4,041 at most.', record(10, [[1, zeros(4042).fill(1)]]), 'malformed'],
    ['last without frames', 'Present also when zero.', record(11, []), 'malformed'],
  ]
}

/** 09-2: a sound block in a padded plaintext that is no frame's. */
function wrongSizes(): unknown[] {
  const block = encodeBlock([{ kind: 'move_request' }])
  return [0, 2, TURN_ROOM - 1, TURN_ROOM + 1, ROOM - 1, ROOM + 1].map((size) => {
    const padded = size < 2 ? zeros(size) : pad(size < 16 ? zeros(0) : block, size)
    return { size, padded, code: codeOf(`a plaintext of ${size} bytes`, () => unpackBlock(padded)) }
  })
}

interface Piece {
  readonly stream: number
  readonly last: boolean
  /** So many bytes, all of this value. */
  readonly length: number
  readonly fill: number
}

function streams(): unknown {
  const piece = (stream: number, last: boolean, length: number): Piece => ({ stream, last, length, fill: stream & 255 })
  const opened = Array.from({ length: 64 }, (_, i) => piece(i + 1, false, 1))
  const full = Array.from({ length: 16 }, () => piece(1, false, 4050))
  const rest = CONTENT_BYTES - 16 * 4050
  const cases: { name: string; pieces: Piece[] }[] = [
    { name: 'one piece', pieces: [piece(1, true, 5)] },
    { name: 'three pieces', pieces: [piece(1, false, 5), piece(1, false, 6), piece(1, true, 7)] },
    {
      name: 'two streams, interleaved',
      pieces: [piece(1, false, 5), piece(2, false, 6), piece(1, true, 7), piece(2, true, 8)],
    },
    { name: 'a number used again', pieces: [piece(1, true, 5), piece(1, false, 6), piece(1, true, 7)] },
    { name: '64 open', pieces: [...opened, piece(64, true, 1), piece(65, true, 1)] },
    { name: '65 open', pieces: [...opened, piece(65, false, 1)] },
    { name: '65th stream in one piece', pieces: [...opened, piece(65, true, 1)] },
    { name: 'longest content', pieces: [...full, piece(1, true, rest)] },
    { name: 'one byte too long', pieces: [...full, piece(1, true, rest + 1)] },
    { name: 'one byte too long, not last', pieces: [...full, piece(1, false, rest + 1)] },
  ]
  return cases.map(({ name, pieces }) => {
    const open = new Map<number, Uint8Array>()
    const contents: unknown[] = []
    const take = ({ stream, last, length, fill }: Piece): void => {
      const whole = takePart(open, { stream, last, data: zeros(length).fill(fill) })
      if (whole) contents.push({ stream, length: whole.length, sha256: sha256(whole) })
    }
    for (const one of pieces.slice(0, -1)) take(one)
    const last = pieces.at(-1) as Piece
    let code: string | null = null
    const before = contents.length
    try {
      take(last)
    } catch {
      contents.length = before
      code = codeOf(name, () => take(last))
    }
    return { name, pieces, contents, code }
  })
}

export function frameVectors(): unknown {
  const draw = seeded('frames')
  const records = blocks(draw).map(({ name, records: list }) => {
    const block = encodeBlock(list)
    const size = block.length + 2 <= TURN_ROOM ? TURN_ROOM : ROOM
    const again = unpackBlock(pad(block, size))
    if (print(again) !== print(list)) throw new Error(`${name}: decodes to something else`)
    return { name, records: list, block, fitsTurnFrame: size === TURN_ROOM }
  })
  const refusals = wrongBlocks(draw).map(([name, comment, block, code]) =>
    refusal({ name, comment, block, code }, () => decodeBlock(block)),
  )
  return {
    spec: 'spec/09',
    padding: paddings(draw),
    blocks: records,
    refusals,
    brokenWire: brokenWire(),
    wrongSizes: wrongSizes(),
    streams: streams(),
  }
}
