/** Vectors of spec/10 sections 2 and 3: contents of each kind, kept unknown ones, refused ones. */
import { ascii, join, zeros } from '../literal/bytes.js'
import { decodeBody, decodeContent, encodeContent, type LiteralContent } from '../literal/content.js'
import { type Field, fixed32, fixed64, write } from '../literal/protobuf.js'
import { refusal } from './json.js'
import { type Draw, seeded } from './random.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))

/** Two's complement in 4 bytes. */
const signed = (value: number): Field[1] => fixed32(value >>> 0)

/** 10-40: an author writes none; who gets it does not look at it. */
const IGNORED_LIFE = 'reaction with a life: ignored'

function bodies(draw: Draw): [name: string, kind: number, body: Uint8Array][] {
  const [target, file, root] = [draw(16), draw(16), draw(32)]
  const offer: Field[] = [
    [1, file],
    [2, utf8('map-17.pdf')],
    [3, fixed64(2n ** 32n + 17n)],
    [4, root],
  ]
  const picture = write([
    [1, 3],
    [2, 2],
    [3, draw(12)],
  ])
  return [
    ['text', 1, write([[1, utf8('Grüße 👋')]])],
    [
      'text that answers',
      1,
      write([
        [1, utf8('yes')],
        [2, target],
      ]),
    ],
    ['text with a byte order mark, not normalised', 1, write([[1, utf8('\ufeffe\u0301')]])],
    ['file offer', 2, write(offer)],
    [
      'offer of an empty file',
      2,
      write([
        [1, file],
        [2, utf8('empty')],
        [3, fixed64(0n)],
        [4, root],
      ]),
    ],
    ['voice note', 2, write([...offer, [5, write([[1, 4_250]])]])],
    ['picture with a thumbnail', 2, write([...offer, [6, picture]])],
    ['picture without one', 2, write([...offer, [6, zeros(0)]])],
    ['file refusal', 3, write([[1, file]])],
    ['file cancel', 4, write([[1, file]])],
    [
      'edit',
      5,
      write([
        [1, target],
        [2, utf8('heron42')],
      ]),
    ],
    ['deletion', 6, write([[1, target]])],
    [
      'reaction',
      7,
      write([
        [1, target],
        [2, utf8('👩🏽‍❤️‍💋‍👨🏿')],
      ]),
    ],
    ['reaction taken back', 7, write([[1, target]])],
    [
      'reaction that is no emoji: kept, not shown',
      7,
      write([
        [1, target],
        [2, utf8('no')],
      ]),
    ],
    [
      'timer of an hour',
      8,
      write([
        [1, 3600],
        [2, 1],
      ]),
    ],
    ['timer off', 8, write([[2, 4_294_967_295]])],
    [
      'place',
      9,
      write([
        [1, signed(-338_567_844)],
        [2, signed(1_512_152_967)],
        [3, 12],
        [4, 1_750_000_000_000],
      ]),
    ],
    [
      'place at zero, accuracy and time unknown',
      9,
      write([
        [1, signed(0)],
        [2, signed(0)],
      ]),
    ],
    [
      'place at the corner',
      9,
      write([
        [1, signed(-900_000_000)],
        [2, signed(-1_800_000_000)],
        [3, 20_000_000],
        [4, 2 ** 53 - 1],
      ]),
    ],
    ['read position', 10, write([[1, 2 ** 53 - 1]])],
    [IGNORED_LIFE, 7, write([[1, target]])],
  ]
}

/** 10-4: kept as they are, acknowledged, shown as "update to read". */
function unknown(draw: Draw): [name: string, comment: string, kind: number, body: Uint8Array][] {
  const target = draw(16)
  return [
    ['a later kind', 'Kind 11.', 11, draw(8)],
    ['the largest kind', 'Kind 2^32 - 1, without a body.', 4_294_967_295, zeros(0)],
    [
      'a wider text',
      'Field 3.',
      1,
      write([
        [1, utf8('a')],
        [2, target],
        [3, 1],
      ]),
    ],
    ['a text that is no UTF-8', 'FF is in no UTF-8.', 1, write([[1, Uint8Array.of(255)]])],
    [
      'an offer of two media',
      'A oneof has one.',
      2,
      write([
        [1, target],
        [2, utf8('n')],
        [3, fixed64(1n)],
        [4, zeros(32)],
        [5, write([[1, 1]])],
        [6, zeros(0)],
      ]),
    ],
    [
      'an edit in another order',
      'Fields ascend.',
      5,
      write([
        [2, utf8('a')],
        [1, target],
      ]),
    ],
    [
      'a place of varints',
      'Another wire type.',
      9,
      write([
        [1, 1],
        [2, 1],
      ]),
    ],
  ]
}

function wrong(draw: Draw): [name: string, comment: string, content: Uint8Array][] {
  const target = draw(16)
  const id = draw(16)
  const text = write([[1, utf8('a')]])
  const good: LiteralContent = { id, sequence: 1, writtenAt: 0, kind: 1, expirySeconds: 0, body: text }
  const envelope = (change: Partial<LiteralContent>): Uint8Array => encodeContent({ ...good, ...change })
  const of = (kind: number, fields: readonly Field[]): Uint8Array => envelope({ kind, body: write(fields) })
  const offer = (...more: readonly Field[]): Uint8Array =>
    of(2, [[1, target], [2, utf8('n')], [3, fixed64(1n)], [4, zeros(32)], ...more])
  const place = (latitude: number, longitude: number, accuracy: number, takenAt: number): Uint8Array => {
    const fields: Field[] = [
      [1, signed(latitude)],
      [2, signed(longitude)],
    ]
    if (accuracy > 0) fields.push([3, accuracy])
    if (takenAt > 0) fields.push([4, takenAt])
    return of(9, fields)
  }
  return [
    ['nothing', 'No field.', zeros(0)],
    ['cut off', 'The last byte is missing.', envelope({}).slice(0, -1)],
    ['unknown field', 'Field 7.', join(envelope({}), write([[7, 1]]))],
    ['ID of 15 bytes', '16.', envelope({ id: id.slice(1) })],
    ['ID of 17 bytes', '16.', envelope({ id: join(id, zeros(1)) })],
    ['no sequence number', 'From 1.', envelope({ sequence: 0 })],
    ['sequence number 2^53', 'Below 2^53.', envelope({ sequence: 2 ** 53 })],
    ['time 2^53', 'Below 2^53.', envelope({ writtenAt: 2 ** 53 })],
    ['no kind', 'From 1.', envelope({ kind: 0 })],
    ['life of 4 seconds', 'From 5.', envelope({ expirySeconds: 4 })],
    ['life of 2,419,201 seconds', 'Four weeks at most.', envelope({ expirySeconds: 2_419_201 })],
    ['empty text', 'At least a byte.', envelope({ body: zeros(0) })],
    [
      'answer to 15 bytes',
      '16, or empty.',
      of(1, [
        [1, utf8('a')],
        [2, target.slice(1)],
      ]),
    ],
    [
      'offer without size',
      'Present also when zero.',
      of(2, [
        [1, target],
        [2, utf8('n')],
        [4, zeros(32)],
      ]),
    ],
    [
      'offer of 2^53 bytes',
      'Below 2^53.',
      of(2, [
        [1, target],
        [2, utf8('n')],
        [3, fixed64(2n ** 53n)],
        [4, zeros(32)],
      ]),
    ],
    [
      'offer without a name',
      'At least a byte.',
      of(2, [
        [1, target],
        [3, fixed64(1n)],
        [4, zeros(32)],
      ]),
    ],
    [
      'offer with a name of 256 bytes',
      '255.',
      of(2, [
        [1, target],
        [2, ascii('n'.repeat(256))],
        [3, fixed64(1n)],
        [4, zeros(32)],
      ]),
    ],
    [
      'offer with a root of 31 bytes',
      '32.',
      of(2, [
        [1, target],
        [2, utf8('n')],
        [3, fixed64(1n)],
        [4, zeros(31)],
      ]),
    ],
    ['voice note of no time', 'From 1 ms.', offer([5, zeros(0)])],
    ['voice note of more than a day', '86,400,000 ms.', offer([5, write([[1, 86_400_001]])])],
    [
      'thumbnail that lacks a byte',
      '2 bytes a pixel.',
      offer([
        6,
        write([
          [1, 3],
          [2, 2],
          [3, draw(11)],
        ]),
      ]),
    ],
    ['thumbnail without height', 'Both or none.', offer([6, write([[1, 3]])])],
    [
      'thumbnail whose size wraps at 32 bits',
      '65,536 by 65,536 pixels of no byte.',
      offer([
        6,
        write([
          [1, 65_536],
          [2, 65_536],
        ]),
      ]),
    ],
    ['refusal of 17 bytes', 'IDs are 16 bytes.', of(3, [[1, join(target, zeros(1))]])],
    ['cancel of nothing', 'IDs are 16 bytes.', of(4, [])],
    ['edit to nothing', 'At least a byte.', of(5, [[1, target]])],
    ['edit of nothing', 'IDs are 16 bytes.', of(5, [[2, utf8('a')]])],
    ['deletion of 15 bytes', 'IDs are 16 bytes.', of(6, [[1, target.slice(1)]])],
    ['reaction to nothing', 'IDs are 16 bytes.', of(7, [[2, utf8('👍')]])],
    [
      'reaction of 41 bytes',
      '40.',
      of(7, [
        [1, target],
        [2, ascii('x'.repeat(41))],
      ]),
    ],
    [
      'timer of 4 seconds',
      'From 5, or 0.',
      of(8, [
        [1, 4],
        [2, 1],
      ]),
    ],
    ['timer without revision', 'From 1.', of(8, [[1, 5]])],
    ['place without longitude', 'Present also when zero.', of(9, [[1, signed(1)]])],
    ['place beyond the north pole', '90 degrees.', place(900_000_001, 0, 0, 0)],
    ['place beyond the date line', '-180 degrees.', place(0, -1_800_000_001, 0, 0)],
    ['place within 20,000,001 metres', '20,000,000.', place(0, 0, 20_000_001, 0)],
    ['place at time 2^53', 'Below 2^53.', place(0, 0, 0, 2 ** 53)],
    ['no read position', 'From 1.', of(10, [])],
  ]
}

/** TEXT, FILE_OFFER and PLACE. */
const KINDS_WITH_A_LIFE: ReadonlySet<number> = new Set([1, 2, 9])

export function contentVectors(): unknown {
  const draw = seeded('contents')
  const envelope = (kind: number, body: Uint8Array, n: number): LiteralContent => ({
    id: draw(16),
    sequence: n + 1,
    writtenAt: 1_750_000_000_000 + n,
    kind,
    expirySeconds: n % 3 === 0 ? 0 : 60 * n,
    body,
  })
  const contents = bodies(draw).map(([name, kind, body], n) => {
    const { body: _, ...rest } = envelope(kind, body, n)
    // 10-40: other kinds have no life.
    const life = name === IGNORED_LIFE ? 60 : KINDS_WITH_A_LIFE.has(kind) ? rest.expirySeconds : 0
    const fields = { ...rest, expirySeconds: life }
    const content = encodeContent({ ...fields, body })
    return { name, envelope: fields, body: decodeBody(kind, decodeContent(content).body), content }
  })
  const kept = unknown(draw).map(([name, comment, kind, body], n) => {
    if (decodeBody(kind, body) !== undefined) throw new Error(`${name}: the literal transcription knows it`)
    return { name, comment, content: encodeContent(envelope(kind, body, n)) }
  })
  const refusals = wrong(draw).map(([name, comment, content]) =>
    refusal({ name, comment, content, code: 'bad_content' }, () => {
      const { kind, body } = decodeContent(content)
      return decodeBody(kind, body)
    }),
  )
  return { spec: 'spec/10', contents, unknown: kept, refusals }
}
