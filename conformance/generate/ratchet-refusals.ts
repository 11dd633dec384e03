/** Frames with one deviation each, at a named place of a transcript. */
import { join, pad, zeros } from '../literal/bytes.js'
import { x25519, x25519Public } from '../literal/primitives.js'
import { fixed32, write } from '../literal/protobuf.js'
import { decodeFrame, encodeFrame, encodeHeader, type Header, openFrame, ROOM, TURN_ROOM } from '../literal/ratchet.js'
import { type ForgedTurn, forgeFrame, forgeTurn, highBit, unreduced } from './forge.js'
import type { NamedRun } from './handshake.js'
import { flip, refusal } from './json.js'
import { seeded } from './random.js'
import { draws, play } from './ratchet-run.js'
import { SCRIPTS, type Script } from './ratchet-script.js'

interface Refusal {
  readonly name: string
  readonly comment: string
  readonly transcript: string
  /** So many events of the transcript have happened. */
  readonly after: number
  readonly receiver: 'I' | 'R'
  readonly message: Uint8Array
  readonly code: string
}

type Entry = readonly [name: string, comment: string, message: Uint8Array, code: string]

const [PING_PONG, CROSSING] = SCRIPTS as [Script, Script]
const BODY = pad(zeros(0), ROOM)
const TURN_BODY = pad(zeros(0), TURN_ROOM)

/** Bytes of the frame's own fields before the header's bytes: tag and length. */
const HEADER_AT = 2
const TURN_HEADER_AT = 3

/** An ordinary frame that comes next at R: (1, 1) in the crossing transcript after three events. */
function ofOrdinary(start: NamedRun): Refusal[] {
  const after = 3
  const frames = play(start, CROSSING).frames
  const next = (frames[1] as { frame: Uint8Array }).frame
  const first = (frames[0] as { frame: Uint8Array }).frame
  // The honest sender before it sealed `next`.
  const sender = play(start, CROSSING, 1).sides.I
  const { headerBytes, ciphertext } = decodeFrame(next)
  const forge = (header: Header | Uint8Array): Uint8Array => forgeFrame(sender, header, BODY)
  const turn = fixed32(1)
  const entries: Entry[] = [
    ['truncated by one byte', 'Size before all else.', next.slice(0, -1), 'wrong_size'],
    ['one byte too long', 'Size before all else.', join(next, zeros(1)), 'wrong_size'],
    ['no protobuf', '4,096 bytes of ff.', zeros(4096).fill(0xff), 'malformed'],
    [
      'unknown field in the frame',
      'Field 3, varint 1; the ciphertext is two bytes shorter.',
      write([
        [1, headerBytes],
        [2, ciphertext.slice(0, -2)],
        [3, 1],
      ]),
      'not_canonical',
    ],
    [
      'fields of the frame out of order',
      'Ciphertext first.',
      write([
        [2, ciphertext],
        [1, headerBytes],
      ]),
      'not_canonical',
    ],
    [
      'header under another field',
      'Field 3 instead of 1.',
      write([
        [3, headerBytes],
        [2, ciphertext],
      ]),
      'not_canonical',
    ],
    [
      'ciphertext under another field',
      'Field 4 instead of 2.',
      write([
        [1, headerBytes],
        [4, ciphertext],
      ]),
      'not_canonical',
    ],
    [
      'header of 15 bytes',
      'pn where none belongs; the ciphertext is shorter.',
      encodeFrame(
        write([
          [1, turn],
          [2, fixed32(1)],
          [3, fixed32(0)],
        ]),
        ciphertext.slice(0, -5),
      ),
      'malformed',
    ],
    [
      'header fields out of order',
      'n before turn; sealed over these bytes.',
      forge(
        write([
          [2, fixed32(1)],
          [1, turn],
        ]),
      ),
      'not_canonical',
    ],
    [
      'header without n',
      'turn and pn; sealed over these bytes.',
      forge(
        write([
          [1, turn],
          [3, fixed32(1)],
        ]),
      ),
      'malformed',
    ],
    [
      'unknown field in the header',
      'turn and field 7; sealed over these bytes.',
      forge(
        write([
          [1, turn],
          [7, fixed32(1)],
        ]),
      ),
      'not_canonical',
    ],
    ['n = 0 without keys', 'A first frame has its keys.', forge({ turn: 1, n: 0 }), 'malformed'],
    [
      'header changed',
      'One bit of n, in the clear: 1 becomes 0, and a first frame has keys.',
      flip(next, HEADER_AT + 6),
      'malformed',
    ],
    ['turn changed', 'One bit of turn, in the clear.', flip(next, HEADER_AT + 1), 'out_of_order'],
    ['ciphertext changed', 'One bit in the middle.', flip(next, 2000), 'open_failed'],
    ['tag changed', 'One bit of the last byte.', flip(next, -1), 'open_failed'],
    ['replay', 'The frame that was opened before.', first, 'out_of_order'],
    ['n skipped', 'n = 2 instead of 1, sealed under the key of 1.', forge({ turn: 1, n: 2 }), 'out_of_order'],
    ['turn of the wrong side', 'Turn 2 is the receiver’s.', forge({ turn: 2, n: 1 }), 'out_of_order'],
    ['turn ahead', 'Turn 3 before the receiver’s turn 2.', forge({ turn: 3, n: 1 }), 'out_of_order'],
    ['turn zero', 'Turns count from 1.', forge({ turn: 0, n: 1 }), 'out_of_order'],
    ['n of 2^32 - 1', 'The largest number.', forge({ turn: 1, n: 0xffff_ffff }), 'out_of_order'],
    [
      'frame of another tunnel',
      'The same place in a run with other keys.',
      (
        play({ ...start, run: { ...start.run, keys: { ...start.run.keys, rk0: zeros(32) } } }, CROSSING, 2)
          .frames[1] as { frame: Uint8Array }
      ).frame,
      'open_failed',
    ],
  ]
  return entries.map((entry) => check(start, CROSSING, after, 'R', entry))
}

/** A turn's first frame that comes next at I: (2, 0), then (4, 0) after a chain of several frames. */
function ofTurns(start: NamedRun): Refusal[] {
  // Ping-pong after four events: I has sealed (3, 0) in the fifth, R opens it in the sixth, seals (4, 0) in the seventh.
  const after = 7
  const frames = play(start, PING_PONG).frames
  const next = (frames[3] as { frame: Uint8Array }).frame
  const sender = play(start, PING_PONG, 6).sides.R
  const { header, headerBytes, ciphertext } = decodeFrame(next)
  const keys = header.keys
  if (keys === undefined) throw new Error('not a first frame')
  const drawn = draws(seeded('forged turns'))
  const dh = x25519(drawn.x, sender.peerX)
  const forge = (forged: Partial<ForgedTurn>): Uint8Array => forgeTurn(sender, dh, { ...drawn, ...forged }, TURN_BODY)
  const fields = (of: Header, key: Uint8Array, kemKey: Uint8Array, ct: Uint8Array): Uint8Array =>
    write([
      [1, fixed32(of.turn)],
      [2, fixed32(of.n)],
      [3, fixed32(of.keys?.pn ?? 0)],
      [4, key],
      [5, kemKey],
      [6, ct],
    ])
  const lengths = (key: number, kemKey: number, ct: number): Uint8Array =>
    encodeFrame(
      fields(
        header,
        join(keys.key, zeros(1)).slice(0, key),
        join(keys.kemKey, zeros(1)).slice(0, kemKey),
        keys.kemCiphertext.slice(0, ct),
      ),
      ciphertext,
    )
  // Offsets within the header: turn, n, pn 5 bytes each; then tag, length and the values.
  const KEY_AT = TURN_HEADER_AT + 15 + 2
  const KEM_KEY_AT = KEY_AT + 32 + 3
  const CT_AT = KEM_KEY_AT + 1184 + 3
  const entries: Entry[] = [
    ['header changed: pn', 'One bit, in the clear.', flip(next, TURN_HEADER_AT + 11), 'out_of_order'],
    ['header changed: key', 'One bit of X_t.', flip(next, KEY_AT), 'open_failed'],
    [
      'header changed: KEM key',
      'One bit of the seed at the end of ek_t.',
      flip(next, KEM_KEY_AT + 1183),
      'open_failed',
    ],
    ['header changed: KEM ciphertext', 'One bit of ct: another shared secret.', flip(next, CT_AT + 500), 'open_failed'],
    ['ciphertext changed', 'One bit.', flip(next, TURN_HEADER_AT + headerBytes.length + 3 + 100), 'open_failed'],
    ['tag changed', 'One bit of the last byte.', flip(next, -1), 'open_failed'],
    [
      'unknown field in the header',
      'Field 7 instead of 3, at the end.',
      encodeFrame(
        write([
          [1, fixed32(4)],
          [2, fixed32(0)],
          [4, keys.key],
          [5, keys.kemKey],
          [6, keys.kemCiphertext],
          [7, fixed32(1)],
        ]),
        ciphertext,
      ),
      'not_canonical',
    ],
    [
      'header fields out of order',
      'n before turn; sealed over these bytes.',
      forge({
        header: (of) =>
          join(
            write([
              [2, fixed32(of.n)],
              [1, fixed32(of.turn)],
            ]),
            encodeHeader(of).slice(10),
          ),
      }),
      'not_canonical',
    ],
    [
      'pn missing',
      'X_t is five bytes longer instead.',
      encodeFrame(
        write([
          [1, fixed32(4)],
          [2, fixed32(0)],
          [4, join(keys.key, zeros(5))],
          [5, keys.kemKey],
          [6, keys.kemCiphertext],
        ]),
        ciphertext,
      ),
      'malformed',
    ],
    ['key of 33 bytes', 'ek_t has one byte less.', lengths(33, 1183, 1088), 'malformed'],
    ['KEM key of 1,185 bytes', 'ct has one byte less.', lengths(32, 1185, 1087), 'malformed'],
    ['keys with n = 1', 'Only a first frame has keys.', forge({ n: 1 }), 'malformed'],
    ['pn too small', 'A frame of the last chain would be missing unseen.', forge({ pn: 0 }), 'out_of_order'],
    ['pn too large', 'As if one frame had been cut off.', forge({ pn: 2 }), 'out_of_order'],
    ['turn + 1', 'Turn 5 is the receiver’s.', forge({ turn: 5 }), 'out_of_order'],
    ['turn + 4', 'Turn 6 instead of 4.', forge({ turn: 6 }), 'out_of_order'],
    ['the same turn again', 'Turn 2, which was before.', forge({ turn: 2 }), 'out_of_order'],
    ['replay', 'The first frame of turn 2.', (frames[1] as { frame: Uint8Array }).frame, 'out_of_order'],
    ['reflection', "The receiver's own turn 3.", (frames[2] as { frame: Uint8Array }).frame, 'out_of_order'],
    [
      'key zero',
      'Everything else fits a shared secret of zeros.',
      forge({ key: zeros(32), dh: zeros(32) }),
      'invalid_key',
    ],
    [
      'key with bit 255 set',
      'A receiver that ignores the bit computes the same secret.',
      forge({ key: highBit(x25519Public(drawn.x)) }),
      'invalid_key',
    ],
    [
      'KEM key not reduced',
      'FIPS 203 section 7.2; everything else is right.',
      forge({ kemKey: unreduced(keys.kemKey) }),
      'invalid_key',
    ],
  ]
  return entries.map((entry) => check(start, PING_PONG, after, 'I', entry))
}

/** Places where nothing, or something else, may come. */
function ofPlaces(start: NamedRun): Refusal[] {
  const ping = play(start, PING_PONG).frames.map(({ frame }) => frame)
  const crossing = play(start, CROSSING).frames.map(({ frame }) => frame)
  const drawn = draws(seeded('early turn'))
  // I starts turn 3 with the keys it knows, though R has not sent turn 2.
  const early = play(start, PING_PONG, 2).sides.I
  const forged = forgeTurn(early, x25519(drawn.x, early.peerX), drawn, TURN_BODY)
  return [
    check(start, PING_PONG, 0, 'I', [
      'frame before own first turn',
      'I speaks first.',
      ping[1] as Uint8Array,
      'out_of_order',
    ]),
    check(start, PING_PONG, 0, 'R', [
      'first frame is turn 3',
      'Turn 1 is missing.',
      ping[2] as Uint8Array,
      'out_of_order',
    ]),
    check(start, CROSSING, 0, 'R', [
      'first frame is (1, 1)',
      'Frame (1, 0) is missing.',
      crossing[1] as Uint8Array,
      'out_of_order',
    ]),
    check(start, PING_PONG, 2, 'R', [
      'turn 3 before turn 2',
      'The sender turns without an answer.',
      forged,
      'out_of_order',
    ]),
  ]
}

function check(
  start: NamedRun,
  script: Script,
  after: number,
  receiver: 'I' | 'R',
  [name, comment, message, code]: Entry,
): Refusal {
  const entry = { name, comment, transcript: script.name, after, receiver, message, code }
  return refusal(entry, () => openFrame(play(start, script, after).sides[receiver], message))
}

export function refusals(start: NamedRun): Refusal[] {
  return [...ofOrdinary(start), ...ofTurns(start), ...ofPlaces(start)]
}
