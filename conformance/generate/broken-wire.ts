/** Blocks that protobuf's wire format does not have. */
import { join, zeros } from '../literal/bytes.js'
import { decodeBlock } from '../literal/frame.js'
import { write } from '../literal/protobuf.js'
import { codeOf } from './json.js'

/** 00-1: what protobuf's wire format does not have. Refused, with either code: libraries see it in different places. */
export function brokenWire(): { name: string; comment: string; block: Uint8Array }[] {
  const [begin, end] = [Uint8Array.of(0xa3, 0x06), Uint8Array.of(0xa4, 0x06)]
  const good = write([[1, write([[9, zeros(0)]])]])
  const times = (count: number, bytes: Uint8Array): Uint8Array => join(...Array.from({ length: count }, () => bytes))
  const cases: [name: string, comment: string, block: Uint8Array][] = [
    ['field number 0', 'Fields count from 1.', Uint8Array.of(0x00, 0x01)],
    ['a tag of zero alone', 'Some readers take it for the end.', Uint8Array.of(0x00)],
    ['a tag of 35 bits', 'Its low 32 bits are those of a record.', Uint8Array.of(0x8a, 0x80, 0x80, 0x80, 0x10, 0x00)],
    ['a length of 33 bits', 'Its low 32 bits are 0.', Uint8Array.of(0x0a, 0x80, 0x80, 0x80, 0x80, 0x10)],
    [
      'a varint of 11 bytes',
      'In an unknown field.',
      join(Uint8Array.of(0x10), times(10, Uint8Array.of(0xff)), Uint8Array.of(1)),
    ],
    ['wire type 6', 'There are 0 to 5.', Uint8Array.of(0x0e, 0x01)],
    ['wire type 7', 'There are 0 to 5.', Uint8Array.of(0x0f, 0x01)],
    ['a group', 'Field 100, begun and ended.', join(begin, end)],
    ['a group in the place of a record', 'Field 1.', Uint8Array.of(0x0b, 0x0c)],
    ['a group without its end', 'Field 100.', begin],
    ['the end of no group', 'Some readers take it for the end of the message.', join(good, end, Uint8Array.of(0xff))],
    [
      'the end of no group in a record',
      'Behind its body.',
      write([[1, join(write([[9, zeros(0)]]), Uint8Array.of(0x4c))]]),
    ],
    ['a group that ends as another', 'Field 101 ends 100.', join(begin, Uint8Array.of(0xac, 0x06))],
    [
      'groups in groups',
      'A thousand deep: a reader that calls itself must not fall over.',
      join(times(1000, begin), times(1000, end)),
    ],
  ]
  return cases.map(([name, comment, block]) => {
    const code = codeOf(name, () => decodeBlock(block))
    if (code !== 'malformed' && code !== 'not_canonical') throw new Error(`${name}: ${code}`)
    return { name, comment, block }
  })
}
