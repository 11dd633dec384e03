/** Handshake messages with one deviation each. */
import { join, pad, zeros } from '../literal/bytes.js'
import {
  begin,
  decodeMessage,
  encodeMessage,
  encodePayload2,
  MESSAGE_1,
  MESSAGE_2,
  PAYLOAD_1,
  PAYLOAD_2,
  padWrongly,
  readMessage1,
  readMessage2,
  writeMessage1,
  writeMessage2,
} from '../literal/handshake.js'
import { mlkemPublic, x25519Public } from '../literal/primitives.js'
import { write } from '../literal/protobuf.js'
import { type Forgery, forgeMessage, highBit, unreduced } from './forge.js'
import type { NamedRun } from './handshake.js'
import { afterMessage1, firstKeys, partyI, partyR, secrets } from './handshake-run.js'
import { flip, refusal } from './json.js'
import { seeded } from './random.js'

interface Refusal {
  readonly name: string
  readonly comment: string
  readonly transcript: string
  readonly receiver: 'initiator' | 'responder'
  readonly message: Uint8Array
  readonly code: string
}

type Entry = readonly [name: string, comment: string, message: Uint8Array, code: string]

/** A point of order 8 (its u-coordinate, canonical): gives zero with every clamped scalar. */
const ORDER_8 = Uint8Array.from(Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex'))
/** 2^255 - 19 itself: zero, written otherwise. */
const NOT_CANONICAL = join(Uint8Array.of(0xed), new Uint8Array(30).fill(0xff), Uint8Array.of(0x7f))

/** Deviations of the encoding, alike for both messages. */
function ofEncoding(message: Uint8Array, kem: number, payload: number): Entry[] {
  const [e, k, p] = decodeMessage(message, kem, payload) as [Uint8Array, Uint8Array, Uint8Array]
  return [
    ['truncated by one byte', 'Size before all else.', message.slice(0, -1), 'wrong_size'],
    ['one byte too long', 'Size before all else.', join(message, zeros(1)), 'wrong_size'],
    ['empty message', 'Size before all else.', zeros(0), 'wrong_size'],
    ['no protobuf', '4,096 bytes of ff.', new Uint8Array(4096).fill(0xff), 'malformed'],
    [
      'unknown field',
      'Field 4, varint 1, at the end; the payload is two bytes shorter.',
      write([
        [1, e],
        [2, k],
        [3, p.slice(0, -2)],
        [4, 1],
      ]),
      'not_canonical',
    ],
    [
      'fields out of order',
      'Field 2 before field 1.',
      write([
        [2, k],
        [1, e],
        [3, p],
      ]),
      'not_canonical',
    ],
    [
      'ephemeral of 33 bytes',
      'The payload is one byte shorter.',
      write([
        [1, join(e, zeros(1))],
        [2, k],
        [3, p.slice(0, -1)],
      ]),
      'malformed',
    ],
    [
      'ephemeral missing',
      'The payload fills its place.',
      write([
        [2, k],
        [3, join(p, zeros(34))],
      ]),
      'malformed',
    ],
    ['ephemeral changed', 'One bit of field 1.', encodeMessage([flip(e, 0), k, p]), 'handshake_failed'],
    ['encrypted KEM part changed', 'One bit of field 2.', encodeMessage([e, flip(k, 5), p]), 'handshake_failed'],
    [
      'tag of the KEM part changed',
      'One bit at the end of field 2.',
      encodeMessage([e, flip(k, -1), p]),
      'handshake_failed',
    ],
    ['payload changed', 'One bit of field 3.', encodeMessage([e, k, flip(p, 100)]), 'handshake_failed'],
    ["payload's tag changed", 'One bit at the end of field 3.', encodeMessage([e, k, flip(p, -1)]), 'handshake_failed'],
    [
      'ephemeral zero, unauthenticated',
      'Refused before anything is opened.',
      encodeMessage([zeros(32), k, p]),
      'invalid_key',
    ],
    ['ephemeral not canonical', '2^255 - 19.', encodeMessage([NOT_CANONICAL, k, p]), 'invalid_key'],
  ]
}

export function refusalsOfMessage1(first: NamedRun, second: NamedRun): Refusal[] {
  const { psk0, secrets: from, prologue, message1, message2 } = first.run
  const draw = seeded('refused message 1')
  const strange = secrets(draw)
  const honest = partyI(from, psk0, prologue)
  const forge = (forgery: Forgery, payload = zeros(PAYLOAD_1)): Uint8Array =>
    forgeMessage(begin(honest), MESSAGE_1, payload, forgery)
  const publicE = x25519Public(from.initiator.ephemeral)
  const swapped = begin({ ...honest, role: 'responder' })
  const entries: Entry[] = [
    ...ofEncoding(message1, 1184, PAYLOAD_1),
    ['message 2 instead', 'The lengths differ.', message2, 'malformed'],
    ['message 1 of another meeting', 'Other prologue, other psk0.', second.run.message1, 'handshake_failed'],
    [
      'wrong psk0',
      'The sender has one bit otherwise.',
      writeMessage1(begin({ ...honest, psk: flip(psk0, 31) })),
      'handshake_failed',
    ],
    [
      'wrong prologue',
      'One bit of a signal’s hash differs.',
      writeMessage1(begin({ ...honest, prologue: flip(prologue, 20) })),
      'handshake_failed',
    ],
    [
      'devices swapped in the prologue',
      'deviceR before deviceI.',
      writeMessage1(
        begin({ ...honest, prologue: join(prologue.slice(0, -32), prologue.slice(-16), prologue.slice(-32, -16)) }),
      ),
      'handshake_failed',
    ],
    [
      'roles swapped',
      'The sender mixes the static keys in the order of a responder.',
      forgeMessage({ ...swapped, role: 'initiator' }, MESSAGE_1, zeros(PAYLOAD_1), {}),
      'handshake_failed',
    ],
    [
      'another static key',
      'The sender does not hold the key of the contact.',
      writeMessage1(begin({ ...honest, s: strange.initiator.static })),
      'handshake_failed',
    ],
    [
      'another recipient',
      'Made for another static key.',
      writeMessage1(begin({ ...honest, rs: x25519Public(strange.responder.static) })),
      'handshake_failed',
    ],
    [
      'ephemeral zero',
      'Everything else fits a shared secret of zeros.',
      forge({ ephemeral: zeros(32), smallOrder: true }),
      'invalid_key',
    ],
    [
      'ephemeral of order 8',
      'Everything else fits a shared secret of zeros.',
      forge({ ephemeral: ORDER_8, smallOrder: true }),
      'invalid_key',
    ],
    [
      'ephemeral with bit 255 set',
      'A receiver that ignores the bit computes the same secrets.',
      forge({ ephemeral: highBit(publicE) }),
      'invalid_key',
    ],
    [
      'ML-KEM key not reduced',
      'FIPS 203 section 7.2; everything else is right.',
      forge({ ek: unreduced(mlkemPublic(from.initiator.kemSeed)) }),
      'invalid_key',
    ],
    [
      'ML-KEM key not reduced, payload changed',
      'The key is checked before the payload is opened.',
      flip(forge({ ek: unreduced(mlkemPublic(from.initiator.kemSeed)) }), -1),
      'invalid_key',
    ],
    [
      'padding not zero',
      'A one in the last byte of the payload.',
      forge({}, flip(zeros(PAYLOAD_1), -1)),
      'bad_padding',
    ],
    [
      'padding too long',
      'The length says 2,839, one byte more than there are.',
      forge({}, padWrongly(zeros(0), PAYLOAD_1, 2839)),
      'bad_padding',
    ],
    [
      'payload with ratchet keys',
      'They belong into message 2 only.',
      forge({}, pad(encodePayload2(zeros(32).fill(9), mlkemPublic(from.initiator.kemSeed)), PAYLOAD_1)),
      'malformed',
    ],
    [
      'payload with a device key',
      'It belongs into the handshake with a new device only (07-27).',
      forge({}, pad(write([[2, zeros(32).fill(9)]]), PAYLOAD_1)),
      'malformed',
    ],
    [
      'payload with an unknown field',
      'Field 15, varint 1.',
      forge({}, pad(write([[15, 1]]), PAYLOAD_1)),
      'not_canonical',
    ],
    [
      'payload no protobuf',
      'A field that is cut off.',
      forge({}, pad(Uint8Array.of(0x0a, 0x05), PAYLOAD_1)),
      'malformed',
    ],
  ]
  return entries.map(([name, comment, message, code]) =>
    refusal({ name, comment, transcript: first.name, receiver: 'responder', message, code }, () =>
      readMessage1(begin(partyR(from, psk0, prologue)), message),
    ),
  )
}

export function refusalsOfMessage2(first: NamedRun, second: NamedRun): Refusal[] {
  const { psk0, secrets: from, prologue, message1, message2, X0, ek0 } = first.run
  const draw = seeded('refused message 2')
  const strange = secrets(draw)
  const after = () => afterMessage1(psk0, from, prologue)
  const forge = (forgery: Forgery, payload?: Uint8Array): Uint8Array =>
    forgeMessage(after().r, MESSAGE_2, payload ?? pad(encodePayload2(X0, ek0), PAYLOAD_2), forgery)
  const keys = (key: Uint8Array, kemKey: Uint8Array): Uint8Array => pad(encodePayload2(key, kemKey), PAYLOAD_2)
  const elsewhere = after().r
  elsewhere.rek = mlkemPublic(strange.initiator.kemSeed)
  const entries: Entry[] = [
    ...ofEncoding(message2, 1088, PAYLOAD_2),
    ['own message 1 reflected', 'The lengths differ.', message1, 'malformed'],
    ['message 2 of another meeting', 'Other keys.', second.run.message2, 'handshake_failed'],
    [
      'ML-KEM ciphertext to another key',
      'It decrypts, gives another secret (implicit rejection), and the payload does not open.',
      writeMessage2(elsewhere, firstKeys(from)),
      'handshake_failed',
    ],
    [
      'ephemeral zero',
      'Everything else fits a shared secret of zeros.',
      forge({ ephemeral: zeros(32), smallOrder: true }),
      'invalid_key',
    ],
    [
      'ephemeral of order 8',
      'Everything else fits a shared secret of zeros.',
      forge({ ephemeral: ORDER_8, smallOrder: true }),
      'invalid_key',
    ],
    [
      'ephemeral with bit 255 set',
      'A receiver that ignores the bit computes the same secrets.',
      forge({ ephemeral: highBit(x25519Public(from.responder.ephemeral)) }),
      'invalid_key',
    ],
    ['padding not zero', 'A one in the last byte.', forge({}, flip(keys(X0, ek0), -1)), 'bad_padding'],
    ['payload empty', 'The ratchet keys are missing.', forge({}, zeros(PAYLOAD_2)), 'malformed'],
    ['ratchet key of 31 bytes', 'One too few.', forge({}, keys(X0.slice(1), ek0)), 'malformed'],
    ['ratchet KEM key of 1,183 bytes', 'One too few.', forge({}, keys(X0, ek0.slice(1))), 'malformed'],
    ['ratchet key zero', 'Small order.', forge({}, keys(ORDER_8, ek0)), 'invalid_key'],
    ['ratchet key not canonical', 'Bit 255 is set.', forge({}, keys(highBit(X0), ek0)), 'invalid_key'],
    ['ratchet KEM key not reduced', 'FIPS 203 section 7.2.', forge({}, keys(X0, unreduced(ek0))), 'invalid_key'],
    [
      'ratchet keys with a device key',
      'It belongs into the handshake with a new device only (07-27).',
      forge({}, pad(join(encodePayload2(X0, ek0), write([[2, zeros(32).fill(9)]])), PAYLOAD_2)),
      'malformed',
    ],
    [
      'unknown field in the ratchet keys',
      'Field 3, varint 1.',
      forge(
        {},
        pad(
          write([
            [
              1,
              write([
                [1, X0],
                [2, ek0],
                [3, 1],
              ]),
            ],
          ]),
          PAYLOAD_2,
        ),
      ),
      'not_canonical',
    ],
  ]
  return entries.map(([name, comment, message, code]) =>
    refusal({ name, comment, transcript: first.name, receiver: 'initiator', message, code }, () =>
      readMessage2(after().i, message),
    ),
  )
}
