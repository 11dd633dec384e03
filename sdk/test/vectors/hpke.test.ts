import { describe, expect, it } from 'vitest'
import { concat, toHex, utf8 } from '../../src/bytes/bytes.js'
import { hkdfExpand } from '../../src/crypto/hkdf.js'
import { hpkeDeriveSecret, hpkeKeySchedule, hpkeOpen, hpkeSeal } from '../../src/crypto/hpke.js'
import { noblePrimitives as p } from '../../src/crypto/primitives-noble.js'
import { bytes, published } from './published.js'

interface Vector {
  mode: number
  aead_id: number
  info: string
  ikmE: string
  ikmR: string
  skRm: string
  pkRm: string
  skEm: string
  ikmS?: string
  skSm?: string
  pkSm?: string
  psk?: string
  psk_id?: string
  enc: string
  shared_secret: string
  key: string
  base_nonce: string
  exporter_secret: string
  encryptions: { aad: string; ct: string; nonce: string; pt: string }[]
  exports: { exporter_context: string; L: number; exported_value: string }[]
}

const MODES = ['base', 'psk', 'auth', 'auth_psk']

function pskOf(v: Vector) {
  return v.psk !== undefined && v.psk_id !== undefined ? { psk: bytes(v.psk), pskId: bytes(v.psk_id) } : {}
}

/** LabeledExpand(exporter_secret, "sec", context, L) of RFC 9180 section 5.3: the SDK itself exports nothing. */
function exported(v: Vector, context: string, length: number): string {
  const suite = concat(utf8('HPKE'), Uint8Array.of(0, 0x20, 0, 1, v.aead_id >> 8, v.aead_id & 255))
  const info = concat(Uint8Array.of(length >> 8, length & 255), utf8('HPKE-v1'), suite, utf8('sec'), bytes(context))
  return toHex(hkdfExpand(p, bytes(v.exporter_secret), info, length))
}

describe.each(published<Vector[]>('hpke-rfc9180/x25519-sha256-chacha20poly1305.json'))(
  'HPKE, RFC 9180, mode $mode',
  (v) => {
    const mode = MODES[v.mode]
    const first = v.encryptions[0] as Vector['encryptions'][number]
    const context = { info: bytes(v.info), aad: bytes(first.aad), ...pskOf(v) }
    const open = (enc: string, ciphertext: string) =>
      hpkeOpen(p, {
        ...context,
        recipientSecret: bytes(v.skRm),
        senderPublic: v.pkSm === undefined ? undefined : bytes(v.pkSm),
        enc: bytes(enc),
        ciphertext: bytes(ciphertext),
      })

    it(`${mode}: DeriveKeyPair`, () => {
      expect(toHex(hpkeDeriveSecret(p, bytes(v.ikmR)))).toBe(v.skRm)
      expect(toHex(p.x25519PublicKey(bytes(v.skRm)))).toBe(v.pkRm)
      if (v.ikmS !== undefined) expect(toHex(hpkeDeriveSecret(p, bytes(v.ikmS)))).toBe(v.skSm)
    })

    it(`${mode}: seals the first encryption byte for byte and opens it`, () => {
      const sealed = hpkeSeal(
        { primitives: p, random: () => bytes(v.ikmE) },
        {
          ...context,
          recipientPublic: bytes(v.pkRm),
          senderSecret: v.skSm === undefined ? undefined : bytes(v.skSm),
          plaintext: bytes(first.pt),
        },
      )
      expect([toHex(sealed.enc), toHex(sealed.ciphertext)]).toEqual([v.enc, first.ct])
      expect(toHex(open(v.enc, first.ct))).toBe(first.pt)
    })

    it(`${mode}: key schedule, all 257 encryptions under it, 3 exports`, () => {
      const schedule = hpkeKeySchedule(p, v.pkSm !== undefined, bytes(v.shared_secret), context)
      expect(toHex(schedule.key)).toBe(v.key)
      expect(toHex(schedule.baseNonce)).toBe(v.base_nonce)
      expect(toHex(schedule.exporterSecret)).toBe(v.exporter_secret)
      expect(v.encryptions).toHaveLength(257)
      v.encryptions.forEach((e, sequence) => {
        const nonce = schedule.baseNonce.slice()
        nonce[11] = (nonce[11] as number) ^ (sequence & 255)
        nonce[10] = (nonce[10] as number) ^ (sequence >> 8)
        expect(toHex(nonce)).toBe(e.nonce)
        expect(toHex(p.aeadSeal(schedule.key, nonce, bytes(e.aad), bytes(e.pt)))).toBe(e.ct)
      })
      expect(v.exports).toHaveLength(3)
      for (const e of v.exports) expect(exported(v, e.exporter_context, e.L)).toBe(e.exported_value)
    })

    it(`${mode}: opens nothing else`, () => {
      const flip = (hex: string, at: number) => {
        const out = bytes(hex)
        out[at] = (out[at] as number) ^ 1
        return toHex(out)
      }
      expect(() => open(v.enc, flip(first.ct, 0))).toThrow(expect.objectContaining({ code: 'open_failed' }))
      expect(() => open(flip(v.enc, 0), first.ct)).toThrow(expect.objectContaining({ code: 'open_failed' }))
      expect(() => open('00'.repeat(32), first.ct)).toThrow(expect.objectContaining({ code: 'invalid_key' }))
      expect(() => open('ff'.repeat(32), first.ct)).toThrow(expect.objectContaining({ code: 'invalid_key' }))
      expect(() => open(v.enc, '')).toThrow(expect.objectContaining({ code: 'open_failed' }))
    })
  },
)

describe('HPKE, RFC 9180, export-only', () => {
  it('key schedule and exports in four modes', () => {
    const all = published<Vector[]>('hpke-rfc9180/x25519-sha256-export-only.json')
    expect(all.map((v) => v.mode)).toEqual([0, 1, 2, 3])
    for (const v of all) {
      const context = { info: bytes(v.info), ...pskOf(v) }
      const schedule = hpkeKeySchedule(p, v.pkSm !== undefined, bytes(v.shared_secret), context, v.aead_id)
      expect(toHex(schedule.exporterSecret)).toBe(v.exporter_secret)
      for (const e of v.exports) expect(exported(v, e.exporter_context, e.L)).toBe(e.exported_value)
    }
  })
})

describe('HPKE: what a caller may not do', () => {
  const shared = new Uint8Array(32)
  const info = new Uint8Array(0)
  it.each([
    ['a psk without its ID', { info, psk: new Uint8Array(32) }],
    ['an ID without its psk', { info, pskId: new Uint8Array(1) }],
    ['a psk of 31 bytes', { info, psk: new Uint8Array(31), pskId: new Uint8Array(1) }],
    ['an empty ID', { info, psk: new Uint8Array(32), pskId: new Uint8Array(0) }],
  ])('%s', (_, context) => {
    expect(() => hpkeKeySchedule(p, false, shared, context)).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    )
  })

  it('derive a key pair from fewer than 32 bytes', () => {
    expect(() => hpkeDeriveSecret(p, new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })
})
