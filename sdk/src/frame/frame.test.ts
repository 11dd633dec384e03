import { Frame } from '@solo2/proto/tunnel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { codeOf } from '../../test/vectors/published.js'
import { concat, equal } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { PROTOCOL } from '../limits.js'
import { ciphertextPlace, decodeFrame, encodeFrame } from './frame.js'

const plain = { header: new Uint8Array(10).fill(1), ciphertext: new Uint8Array(4081).fill(2) }
const turn = { header: new Uint8Array(2327).fill(3), ciphertext: new Uint8Array(1763).fill(4) }

/** What the frame decoder must agree with: the canonical decoder, then the two pairs of lengths. */
function reference(bytes: Uint8Array): string | undefined {
  return codeOf(() => {
    if (bytes.length !== PROTOCOL.FRAME_SIZE) throw { code: 'wrong_size' }
    const { header, ciphertext } = decodeCanonical(Frame, bytes)
    const lengths = `${header.length}/${ciphertext.length}`
    if (lengths !== '10/4081' && lengths !== '2327/1763') throw { code: 'malformed' }
  })
}

describe('frame', () => {
  it.each([
    ['a turn', turn],
    ['any other', plain],
  ])('of %s has 4,096 bytes, as the encoder of the proto makes it', (_, message) => {
    const frame = encodeFrame(message)
    expect(frame).toHaveLength(4096)
    expect(equal(frame, encode(Frame, message))).toBe(true)
    expect(decodeFrame(frame)).toEqual(message)
  })

  it('gives views: nothing is copied', () => {
    const frame = encodeFrame(plain)
    expect(decodeFrame(frame).ciphertext.buffer).toBe(frame.buffer)
  })

  it('is made anew, also of the views of one that came', () => {
    const came = encodeFrame(plain)
    const before = came.slice()
    encodeFrame({ header: new Uint8Array(10).fill(9), ciphertext: decodeFrame(came).ciphertext })
    expect(came).toEqual(before)
  })

  it.each([
    ['a turn', turn, true],
    ['any other', plain, false],
  ])(
    'of %s is the same wherever its ciphertext lies: in its place or beside, in its memory or in another',
    (_, message, isTurn) => {
      const { header, ciphertext } = message
      const expected = encode(Frame, message)
      const at = 4096 - ciphertext.length
      const memory = new Uint8Array(3 * 4096)
      const out = memory.subarray(4096, 2 * 4096)
      const place = ciphertextPlace(out, isTurn)
      expect([place.buffer, place.byteOffset, place.length]).toEqual([memory.buffer, 4096 + at, ciphertext.length])
      const elsewhere = [
        place,
        memory.subarray(2 * 4096),
        new Uint8Array(3 * 4096).subarray(place.byteOffset),
        // As far before the frame as its place lies behind its beginning.
        ...(isTurn ? [memory.subarray(4096 - at)] : []),
      ]
      for (const bytes of elsewhere) {
        memory.fill(0)
        const there = bytes.subarray(0, ciphertext.length)
        there.set(ciphertext)
        expect(equal(encodeFrame({ header, ciphertext: there }, out), expected)).toBe(true)
      }
    },
  )

  it('is not made of what does not fill it', () => {
    const [header, ciphertext] = [new Uint8Array(11), new Uint8Array(4080)]
    for (const message of [
      { ...plain, header },
      { ...plain, ciphertext },
      { header, ciphertext },
      { header: plain.header, ciphertext: turn.ciphertext },
      { header: turn.header, ciphertext: plain.ciphertext },
    ]) {
      expect(codeOf(() => encodeFrame(message))).toBe('invalid_argument')
    }
  })

  it.each([
    ['one byte less', encodeFrame(plain).subarray(1), 'wrong_size'],
    ['one byte more', concat(encodeFrame(plain), new Uint8Array(1)), 'wrong_size'],
    ['nothing', new Uint8Array(0), 'wrong_size'],
    ['zeros', new Uint8Array(4096), 'not_canonical'],
    ['no protobuf', new Uint8Array(4096).fill(0xff), 'malformed'],
    [
      'header of 11 bytes',
      encode(Frame, { header: new Uint8Array(11), ciphertext: new Uint8Array(4080) }),
      'malformed',
    ],
    ['header only', encode(Frame, { header: new Uint8Array(4093), ciphertext: new Uint8Array(0) }), 'malformed'],
    ['lengths of both kinds', encode(Frame, { header: turn.ciphertext, ciphertext: turn.header }), 'malformed'],
    [
      'fields in another order',
      concat(
        encode(Frame, { ...plain, header: new Uint8Array(0) }),
        encode(Frame, { ...plain, ciphertext: new Uint8Array(0) }),
      ),
      'not_canonical',
    ],
    [
      'an unknown field',
      concat(encode(Frame, { ...plain, ciphertext: new Uint8Array(4079) }), Uint8Array.of(0x18, 1)),
      'not_canonical',
    ],
    [
      'an overlong length',
      concat(
        Uint8Array.of(0x0a, 0x8a, 0x00),
        encode(Frame, { ...plain, ciphertext: new Uint8Array(4080) }).subarray(2),
      ),
      'not_canonical',
    ],
  ])('is refused with %s', (_, bytes, code) => {
    expect(codeOf(() => decodeFrame(bytes))).toBe(code)
    expect(reference(bytes)).toBe(code)
  })

  it('[T9] is accepted and refused exactly as the canonical decoder says, whatever bytes change', () => {
    const change = fc.record({ at: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.nat(4095)), to: fc.nat(255) })
    // The heads of a turn's ciphertext are far inside.
    const inside = fc.record({ at: fc.integer({ min: 2325, max: 2340 }), to: fc.nat(255) })
    const changes = fc.array(fc.oneof(change, inside), { maxLength: 3 })
    fc.assert(
      fc.property(fc.constantFrom(plain, turn), changes, (message, changes) => {
        const bytes = encodeFrame(message)
        for (const { at, to } of changes) bytes[at] = to
        expect(codeOf(() => decodeFrame(bytes))).toBe(reference(bytes))
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})
