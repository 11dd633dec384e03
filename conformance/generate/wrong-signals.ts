/** Signals with one deviation each, or two where the order of the checks tells (spec/06 section 8). */
import { join, zeros } from '../literal/bytes.js'
import { type Field, write } from '../literal/protobuf.js'
import type { Draw } from './random.js'

export type Wrong = readonly [name: string, comment: string, signal: Uint8Array, code: string]

export function wrongSignals(draw: Draw): Wrong[] {
  const id = draw(16)
  const sixteen = Array.from({ length: 16 }, (): Field => [4, draw(16)])
  const hello = (versions: Uint8Array, rest: readonly Field[] = [[2, id], [3, id], ...sixteen]): Uint8Array =>
    write([[1, write([[1, versions], ...rest])]])
  const sdp = (length: number): Uint8Array => new Uint8Array(Buffer.from('x'.repeat(length)))
  const one = Uint8Array.of(1)
  const bye = (reason: number): Uint8Array =>
    write([
      [
        4,
        write([
          [1, id],
          [2, id],
          [3, id],
          [4, reason],
        ]),
      ],
    ])
  const offer = (text: Uint8Array): Uint8Array =>
    write([
      [
        2,
        write([
          [1, id],
          [2, id],
          [3, id],
          [4, id],
          [5, text],
        ]),
      ],
    ])
  const good = bye(1)
  return [
    ['nothing', 'No signal in the oneof.', zeros(0), 'malformed'],
    ['two signals', 'A oneof has one.', join(good, good), 'not_canonical'],
    ['unknown signal', 'Number 5.', write([[5, zeros(0)]]), 'not_canonical'],
    ['cut off', 'The body is longer than what follows.', good.slice(0, -1), 'malformed'],
    ['hello without versions', '1 to 8.', write([[1, write([[2, id], [3, id], ...sixteen])]]), 'malformed'],
    ['hello with version 0', '1 at least.', hello(Uint8Array.of(0, 1)), 'malformed'],
    ['hello with descending versions', 'Ascending.', hello(Uint8Array.of(2, 1)), 'malformed'],
    ['hello with a version twice', 'Ascending.', hello(Uint8Array.of(1, 1)), 'malformed'],
    ['hello with nine versions', '8 at most.', hello(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)), 'malformed'],
    ['hello with version 65,536', '65,535 at most.', hello(Uint8Array.of(0x80, 0x80, 0x04)), 'malformed'],
    [
      'hello with a version in two bytes',
      'A varint longer than needed.',
      hello(Uint8Array.of(0x81, 0x00)),
      'not_canonical',
    ],
    [
      'hello with versions not packed',
      'Repeated numbers are packed.',
      write([[1, write([[1, 1], [2, id], [3, id], ...sixteen])]]),
      'not_canonical',
    ],
    ['hello with 15 tags', 'Exactly 16.', hello(one, [[2, id], [3, id], ...sixteen.slice(1)]), 'wrong_size'],
    ['hello with 17 tags', 'Exactly 16.', hello(one, [[2, id], [3, id], ...sixteen, [4, id]]), 'wrong_size'],
    [
      'hello with a tag of 15 bytes',
      '16 each.',
      hello(one, [[2, id], [3, id], ...sixteen.slice(1), [4, id.slice(1)]]),
      'wrong_size',
    ],
    [
      'hello with 15 tags and version 0',
      'Lengths before values.',
      hello(Uint8Array.of(0, 1), [[2, id], [3, id], ...sixteen.slice(1)]),
      'wrong_size',
    ],
    ['hello with a device of 17 bytes', '16.', hello(one, [[2, join(id, one)], [3, id], ...sixteen]), 'wrong_size'],
    ['hello without a nonce', '16.', hello(one, [[2, id], ...sixteen]), 'wrong_size'],
    [
      'offer without an SDP',
      '1 byte at least.',
      write([
        [
          2,
          write([
            [1, id],
            [2, id],
            [3, id],
            [4, id],
          ]),
        ],
      ]),
      'malformed',
    ],
    ['offer with an SDP of 3,501 bytes', '3,500 at most.', offer(sdp(3501)), 'too_long'],
    [
      'offer to 15 bytes with an SDP of 3,501',
      'Lengths of fields before the SDP.',
      write([
        [
          2,
          write([
            [1, id],
            [2, id.slice(1)],
            [3, id],
            [4, id],
            [5, sdp(3501)],
          ]),
        ],
      ]),
      'wrong_size',
    ],
    [
      'bye from nobody, of reason 4',
      'Lengths before values.',
      write([
        [
          4,
          write([
            [2, id],
            [3, id],
            [4, 4],
          ]),
        ],
      ]),
      'wrong_size',
    ],
    [
      'offer with an SDP that is too long and no UTF-8',
      'The encoding before the lengths.',
      offer(join(sdp(3501), Uint8Array.of(0x80))),
      'not_canonical',
    ],
    ['offer with an SDP that is no UTF-8', 'A lone continuation byte.', offer(Uint8Array.of(0x80)), 'not_canonical'],
    [
      'answer with a hash of 31 bytes',
      '32.',
      write([
        [
          3,
          write([
            [1, id],
            [2, id],
            [3, zeros(31)],
            [4, sdp(5)],
          ]),
        ],
      ]),
      'wrong_size',
    ],
    [
      'bye without a reason',
      '1 to 3.',
      write([
        [
          4,
          write([
            [1, id],
            [2, id],
            [3, id],
          ]),
        ],
      ]),
      'malformed',
    ],
    ['bye of reason 4', '1 to 3.', bye(4), 'malformed'],
    [
      'bye from nobody',
      '16.',
      write([
        [
          4,
          write([
            [2, id],
            [3, id],
            [4, 1],
          ]),
        ],
      ]),
      'wrong_size',
    ],
    [
      'bye with an unknown field',
      'Field 5.',
      write([
        [
          4,
          write([
            [1, id],
            [2, id],
            [3, id],
            [4, 1],
            [5, 1],
          ]),
        ],
      ]),
      'not_canonical',
    ],
  ]
}
