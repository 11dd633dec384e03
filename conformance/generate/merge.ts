/** Vectors of spec/11 sections 7 and 8: pairs of items and what they become, refused items. */
import { join, u32be, zeros } from '../literal/bytes.js'
import { encodeContent } from '../literal/content.js'
import { decodeItem, encodeItem, joinItems, type LiteralItem } from '../literal/merge.js'
import { type Field, write } from '../literal/protobuf.js'
import { refusal } from './json.js'
import { seeded } from './random.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))
const draw = seeded('merge')
const [contact, id] = [draw(32), draw(16)]
const replicas = [draw(16), draw(16)].sort(Buffer.compare) as [Uint8Array, Uint8Array]

function stamp(counter: number, replica = 0): Uint8Array {
  return write([
    [1, counter],
    [2, replicas[replica] as Uint8Array],
  ])
}

function register(field: number, at: Uint8Array, value: Uint8Array): Field {
  return [1, write([[1, field], [2, at], ...(value.length > 0 ? [[3, value] as Field] : [])])]
}

function content(text: string): Uint8Array {
  const body = text === '' ? zeros(0) : write([[1, utf8(text)]])
  return encodeContent({ id, sequence: 7, writtenAt: 1_000, kind: 1, expirySeconds: 0, body })
}

function mark(sequence: number, of: Uint8Array, text = ''): Uint8Array {
  return write([[1, sequence], [2, of], ...(text === '' ? [] : [[3, utf8(text)] as Field])])
}

const [one, other] = [draw(16), draw(16)].sort(Buffer.compare) as [Uint8Array, Uint8Array]

/** Fields of an own SyncContent that waits, in order. */
function line(
  at: Uint8Array,
  bytes: Uint8Array,
  changes: Field[] | undefined,
  state: number,
  storedAt: number,
): Uint8Array {
  return write([
    [1, 1],
    [2, at],
    ...(bytes.length > 0 ? [[3, bytes] as Field] : []),
    ...(changes === undefined ? [] : [[4, write(changes)] as Field]),
    [5, state],
    [6, storedAt],
  ])
}

function item(kind: number, value: Uint8Array, dot = stamp(5)): LiteralItem {
  return { dot, contact: kind >= 6 ? contact : zeros(0), id: kind === 4 || kind === 6 ? zeros(0) : id, kind, value }
}

type Pair = readonly [name: string, kind: number, mine: Uint8Array, theirs: Uint8Array]

function pairs(): Pair[] {
  const plain = line(stamp(1), content('first'), undefined, 1, 10)
  const early = write([
    [2, stamp(2, 1)],
    [4, write([[1, mark(9, one, 'edited')]])],
  ])
  const edited = line(stamp(1), content('edited'), [[1, mark(9, one)]], 1, 10)
  const registers = (...fields: Field[]) => write(fields)
  return [
    [
      'the later stamp stays',
      6,
      registers(register(12, stamp(3), utf8('a'))),
      registers(register(12, stamp(4), utf8('b'))),
    ],
    [
      'equal counters: the greater replica stays',
      6,
      registers(register(12, stamp(3, 1), utf8('a'))),
      registers(register(12, stamp(3), utf8('b'))),
    ],
    [
      'each field by itself',
      6,
      registers(register(2, stamp(9), utf8('x')), register(12, stamp(3), utf8('a'))),
      registers(register(2, stamp(4), utf8('y')), register(14, stamp(1), utf8('d'))),
    ],
    [
      'a growing field keeps the greater value',
      6,
      registers(register(10, stamp(9), join(zeros(4), u32be(5)))),
      registers(register(10, stamp(3), join(zeros(4), u32be(6)))),
    ],
    [
      'a field of a later version is kept',
      6,
      registers(register(900, stamp(9), utf8('new'))),
      registers(register(12, stamp(3), utf8('a'))),
    ],
    [
      'a later root of one replica',
      7,
      registers(register(1, stamp(9), join(u32be(20_000), zeros(32)))),
      registers(register(1, stamp(3), join(u32be(20_001), zeros(32)))),
    ],
    [
      'a device that was removed stays so',
      5,
      registers(register(3, stamp(1), Uint8Array.of(1))),
      registers(register(2, stamp(8), utf8('again'))),
    ],
    ['own wake tokens', 4, registers(register(1, stamp(2), draw(32))), registers(register(1, stamp(3), draw(32)))],
    ['the same', 8, plain, plain],
    ['delivered on one', 8, plain, line(stamp(1), content('first'), undefined, 2, 12)],
    [
      'the earlier place',
      8,
      line(stamp(4), content('first'), undefined, 1, 10),
      line(stamp(3, 1), content('first'), undefined, 1, 11),
    ],
    ['edited on one', 8, plain, edited],
    ['an edit that came before its content', 8, plain, early],
    ['two edits', 8, edited, line(stamp(1), content('edited later'), [[1, mark(10, one)]], 1, 10)],
    [
      'two edits under one number: the greater ID',
      8,
      edited,
      line(stamp(1), content('a'), [[1, mark(9, other)]], 1, 10),
    ],
    ['a reaction here, an edit there', 8, line(stamp(1), content('first'), [[3, mark(8, one, '👍')]], 1, 10), edited],
    [
      'two reactions',
      8,
      line(stamp(1), content('first'), [[4, mark(8, one, '👍')]], 1, 10),
      line(stamp(1), content('first'), [[4, mark(9, one)]], 1, 10),
    ],
    ['deleted on one', 8, edited, line(stamp(1), content(''), [[2, 1]], 1, 10)],
    [
      'gone from one',
      8,
      edited,
      write([
        [1, 1],
        [2, stamp(1)],
        [7, 1],
      ]),
    ],
    ['queued here, done there', 9, write([[1, content('first')]]), write([[2, 1]])],
    [
      'a file, accepted and cancelled',
      10,
      write([
        [1, utf8('offer')],
        [3, 2],
      ]),
      write([
        [1, utf8('offer')],
        [3, 5],
      ]),
    ],
    [
      'a file, failed and complete',
      10,
      write([
        [1, utf8('offer')],
        [3, 6],
      ]),
      write([
        [1, utf8('offer')],
        [3, 3],
      ]),
    ],
    [
      'a file, complete and removed',
      10,
      write([
        [1, utf8('offer')],
        [3, 3],
      ]),
      write([
        [1, utf8('id')],
        [3, 7],
      ]),
    ],
  ]
}

function wrong(): [name: string, comment: string, code: string, bytes: Uint8Array][] {
  const good = item(8, line(stamp(1), content('first'), undefined, 1, 10))
  const person = (...fields: Field[]) => encodeItem(item(6, write(fields)))
  const name = register(12, stamp(1), utf8('a'))
  const lineOf = (...fields: Field[]) => encodeItem({ ...good, value: write(fields) })
  return [
    [
      'no value',
      'Each item has one.',
      'malformed',
      write([
        [1, stamp(1)],
        [2, contact],
        [3, id],
      ]),
    ],
    ['counter 0', 'From 1.', 'malformed', encodeItem({ ...good, dot: write([[2, replicas[0]]]) })],
    ['counter 2^48 + 1', 'Up to 2^48.', 'malformed', encodeItem({ ...good, dot: stamp(2 ** 48 + 1) })],
    [
      'replica of 15 bytes',
      '16.',
      'malformed',
      encodeItem({
        ...good,
        dot: write([
          [1, 1],
          [2, zeros(15)],
        ]),
      }),
    ],
    ['contact of 31 bytes', '32.', 'malformed', encodeItem({ ...good, contact: contact.slice(1) })],
    ['a person with an ID', 'The identity is enough.', 'malformed', encodeItem({ ...item(6, write([name])), id })],
    [
      'an account with a contact',
      'It belongs to nobody else.',
      'malformed',
      encodeItem({ ...item(4, write([name])), contact }),
    ],
    ['fields in another order', 'Ascending.', 'malformed', person(name, register(2, stamp(1), utf8('a')))],
    ['a field twice', 'Once.', 'malformed', person(name, name)],
    ['field 0', 'From 1.', 'malformed', person([1, write([[2, stamp(1)]])])],
    ['field 1,024', 'Up to 1,023.', 'malformed', person(register(1_024, stamp(1), utf8('a')))],
    [
      '65 fields',
      'Up to 64.',
      'malformed',
      person(...Array.from({ length: 65 }, (_, i) => register(i + 1, stamp(1), utf8('a')))),
    ],
    ['a content under another ID', 'The item names it.', 'malformed', encodeItem({ ...good, id: one })],
    ['a content without a place', 'Each has one.', 'malformed', lineOf([1, 1], [3, content('first')], [5, 1])],
    ['a content without a state', 'A message has one.', 'malformed', lineOf([2, stamp(1)], [3, content('first')])],
    [
      'a text beside its content',
      'The body has it.',
      'malformed',
      lineOf([2, stamp(1)], [3, content('first')], [4, write([[1, mark(9, one, 'x')]])], [5, 1]),
    ],
    [
      'deleted, with its body',
      'Nothing is kept.',
      'malformed',
      lineOf([2, stamp(1)], [3, content('first')], [4, write([[2, 1]])], [5, 1]),
    ],
    [
      'gone, with its content',
      'Nothing is kept.',
      'malformed',
      lineOf([2, stamp(1)], [3, content('first')], [5, 1], [7, 1]),
    ],
    ['a mark without an ID', '16 bytes.', 'malformed', lineOf([2, stamp(1)], [4, write([[1, write([[1, 9]])]])])],
    [
      'a content that is none',
      'An envelope of spec/10.',
      'bad_content',
      lineOf([2, stamp(1)], [3, Uint8Array.of(8)], [5, 1]),
    ],
    ['queued and empty', 'There, or done.', 'malformed', encodeItem(item(9, zeros(0)))],
    [
      'done and there',
      'There, or done.',
      'malformed',
      encodeItem(
        item(
          9,
          write([
            [1, content('first')],
            [2, 1],
          ]),
        ),
      ),
    ],
    ['a file without a state', 'One of seven.', 'malformed', encodeItem(item(10, write([[1, utf8('offer')]])))],
    [
      'an unknown kind',
      'No kind 11 today.',
      'not_canonical',
      write([
        [1, stamp(1)],
        [11, zeros(1)],
      ]),
    ],
  ]
}

export function mergeVectors(): unknown {
  const joins = pairs().map(([name, kind, mine, theirs]) => {
    const [a, b] = [item(kind, mine, stamp(5)), item(kind, theirs, stamp(6, 1))]
    const { value, verdict } = joinItems(decodeItem(encodeItem(a)), decodeItem(encodeItem(b)))
    const back = joinItems(b, a)
    if (Buffer.compare(back.value, value) !== 0) throw new Error(`${name}: the order of the two decides`)
    return { name, mine: encodeItem(a), theirs: encodeItem(b), joined: encodeItem({ ...a, value }), verdict }
  })
  const refusals = wrong().map(([name, comment, code, bytes]) =>
    refusal({ name, comment, item: bytes, code }, () => decodeItem(bytes)),
  )
  return { spec: 'spec/11', joins, refusals }
}
