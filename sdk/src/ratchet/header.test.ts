import { FrameHeader } from '@solo2/proto/tunnel'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../test/vectors/published.js'
import { concat } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { decodeHeader, encodeHeader } from './header.js'

const fields = {
  pn: 7,
  key: new Uint8Array(32).fill(1),
  kemKey: new Uint8Array(1184).fill(2),
  kemCiphertext: new Uint8Array(1088).fill(3),
}
const none = new Uint8Array(0)
const empty = { turn: 1, n: 1, pn: undefined, key: none, kemKey: none, kemCiphertext: none }

describe('header', () => {
  it('has 10 bytes, or 2,327 with the fields of a turn', () => {
    const plain = { turn: 0xffff_ffff, n: 1, fields: undefined }
    const turn = { turn: 3, n: 0, fields }
    expect(encodeHeader(plain)).toEqual(encode(FrameHeader, { ...empty, turn: 0xffff_ffff }))
    expect(encodeHeader(plain)).toHaveLength(10)
    expect(encodeHeader(turn)).toHaveLength(2327)
    expect(decodeHeader(encodeHeader(plain))).toEqual(plain)
    expect(decodeHeader(encodeHeader(turn))).toEqual(turn)
  })

  it('carries keys with frame 0 and only there', () => {
    expect(codeOf(() => decodeHeader(encodeHeader({ turn: 1, n: 0, fields: undefined })))).toBe('malformed')
    expect(codeOf(() => decodeHeader(encodeHeader({ turn: 1, n: 1, fields })))).toBe('malformed')
  })

  it.each([
    ['no bytes', none, 'malformed'],
    ['9 bytes', encodeHeader({ turn: 1, n: 1, fields: undefined }).subarray(0, 9), 'malformed'],
    ['11 bytes', concat(encodeHeader({ turn: 1, n: 1, fields: undefined }), Uint8Array.of(0)), 'malformed'],
    ['no turn', encode(FrameHeader, { ...empty, turn: undefined, pn: 1 }), 'malformed'],
    ['no n', encode(FrameHeader, { ...empty, n: undefined, pn: 1 }), 'malformed'],
    ['one field only', concat(Uint8Array.of(0x0d, 1, 0, 0, 0), Uint8Array.of(0x0d, 1, 0, 0, 0)), 'not_canonical'],
    [
      'fields in another order',
      concat(Uint8Array.of(0x15, 1, 0, 0, 0), Uint8Array.of(0x0d, 1, 0, 0, 0)),
      'not_canonical',
    ],
    ['an unknown field', concat(Uint8Array.of(0x0d, 1, 0, 0, 0), Uint8Array.of(0x3d, 1, 0, 0, 0)), 'not_canonical'],
    [
      'another tag first, and the right one later',
      Uint8Array.of(0x3d, 1, 0x0d, 0, 0, 0x15, 1, 0, 0, 0),
      'not_canonical',
    ],
    [
      'another tag second, and the right one later',
      Uint8Array.of(0x0d, 1, 0, 0, 0, 0x3d, 1, 0x15, 0, 0),
      'not_canonical',
    ],
    ['a group', Uint8Array.of(0x0b, 1, 0, 0, 0, 0x15, 1, 0, 0, 0), 'malformed'],
    ['no pn', encodeHeader({ turn: 1, n: 0, fields }).with(10, 0x15), 'not_canonical'],
    [
      'lengths exchanged',
      encode(FrameHeader, { ...fields, turn: 1, n: 0, kemKey: fields.kemCiphertext, kemCiphertext: fields.kemKey }),
      'malformed',
    ],
    [
      'one byte moved from key to key',
      encode(FrameHeader, { ...fields, turn: 1, n: 0, key: new Uint8Array(31), kemKey: new Uint8Array(1185) }),
      'malformed',
    ],
  ])('refuses %s', (_, bytes, code) => {
    expect(codeOf(() => decodeHeader(bytes))).toBe(code)
  })
})
