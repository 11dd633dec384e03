/** The literal transcription against what others published: Noise without the hybrid tokens, the chain step, primitives. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hex, join, same, unhex, zeros } from '../literal/bytes.js'
import { hpkeOpen, hpkeSeal } from '../literal/hpke.js'
import { type Noise, type Party, readMessage, split, start, type Token, writeMessage } from '../literal/noise.js'
import { checkMlkem, encaps, hkdf, mlkemPublic, open, seal, x25519, x25519Public } from '../literal/primitives.js'
import { chain } from '../literal/ratchet.js'

const published = new URL('../vectors/published/', import.meta.url)
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, published), 'utf8'))

interface NoiseVector {
  readonly protocol_name: string
  readonly init_prologue: string
  readonly init_psks?: readonly string[]
  readonly init_static: string
  readonly init_ephemeral: string
  readonly init_remote_static: string
  readonly resp_static: string
  readonly resp_ephemeral: string
  readonly resp_remote_static: string
  readonly handshake_hash: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
}

const { vectors } = json('noise/cacophony-25519-chachapoly.json') as { vectors: readonly NoiseVector[] }

/** Lengths of what stands before the payload: the ephemeral key. */
function parts(message: Uint8Array): Uint8Array[] {
  return [message.slice(0, 32), message.slice(32)]
}

test('Noise KKpsk0 of cacophony: every message, the hash, and the transport keys', () => {
  const name = 'Noise_KKpsk0_25519_ChaChaPoly_SHA256'
  const vector = vectors.find((one) => one.protocol_name === name) as NoiseVector
  const [psk] = vector.init_psks as readonly [string]
  const common = { name, prologue: unhex(vector.init_prologue), psk: unhex(psk) }
  const party = (role: 'initiator' | 'responder', s: string, rs: string, e: string): Party => ({
    ...common,
    role,
    s: unhex(s),
    rs: unhex(rs),
    e: unhex(e),
  })
  const i: Noise = start(party('initiator', vector.init_static, vector.init_remote_static, vector.init_ephemeral))
  const r: Noise = start(party('responder', vector.resp_static, vector.resp_remote_static, vector.resp_ephemeral))
  const tokens: readonly Token[][] = [
    ['psk', 'e', 'es', 'ss'],
    ['e', 'ee', 'se'],
  ]
  tokens.forEach((list, index) => {
    const [writer, reader] = index === 0 ? [i, r] : [r, i]
    const { payload, ciphertext } = vector.messages[index] as { payload: string; ciphertext: string }
    expect(join(...writeMessage(writer, list, unhex(payload)))).toEqual(unhex(ciphertext))
    expect(readMessage(reader, list, parts(unhex(ciphertext)))).toEqual(unhex(payload))
  })
  expect(i.h).toEqual(unhex(vector.handshake_hash))
  expect(r.h).toEqual(unhex(vector.handshake_hash))
  expect(split(i)).toEqual(split(r))
  const { k1, k2 } = split(i)
  vector.messages.slice(2).forEach(({ payload, ciphertext }, index) => {
    const nonce = join(zeros(4), Uint8Array.of(index >> 1), zeros(7))
    expect(seal(index % 2 === 0 ? k1 : k2, nonce, zeros(0), unhex(payload))).toEqual(unhex(ciphertext))
  })
})

test('chain step of the published Double Ratchet', () => {
  const [vector] = json('double-ratchet-kdf/chain-key.json') as [Record<string, string>]
  const { chain_key = '', info = '', next_chain_key = '', cipher_key = '', mac_key = '' } = vector
  const { mk, ck } = chain(unhex(chain_key))
  expect(ck).toEqual(unhex(next_chain_key))
  const keys = hkdf(zeros(32), mk, new Uint8Array(Buffer.from(info)), 80)
  expect(keys.slice(0, 64)).toEqual(unhex(cipher_key + mac_key))
})

test('X25519 of RFC 7748 section 5.2 and 6.1, save the input that is not canonical', () => {
  const cases = json('x25519-rfc7748/kat.json') as readonly Record<'input' | 'output' | 'scalar', string>[]
  const base = join(Uint8Array.of(9), zeros(31))
  for (const { input, output, scalar } of cases) {
    if (unhex(input).at(-1) === 0x93) expect(() => x25519(unhex(scalar), unhex(input))).toThrow('invalid_key')
    else expect(x25519(unhex(scalar), unhex(input))).toEqual(unhex(output))
    if (same(unhex(input), base)) expect(x25519Public(unhex(scalar))).toEqual(unhex(output))
  }
})

test('HKDF of RFC 5869', () => {
  const cases = json('hkdf-rfc5869/hkdf-sha256.json') as readonly Record<
    'ikm' | 'salt' | 'info' | 'l' | 'okm',
    string
  >[]
  expect(cases.length).toBeGreaterThan(2)
  for (const { ikm, salt, info, l, okm } of cases) {
    expect(hkdf(unhex(salt), unhex(ikm), unhex(info), Number(l))).toEqual(unhex(okm))
  }
})

test('AEAD of RFC 8439', () => {
  const { aead } = json('chacha20-poly1305-rfc8439/rfc8439.json') as { aead: readonly Record<string, string>[] }
  for (const { key = '', nonce = '', aad = '', msg = '', ct = '', tag = '' } of aead) {
    const sealed = unhex(ct + tag)
    expect(seal(unhex(key), unhex(nonce), unhex(aad), unhex(msg))).toEqual(sealed)
    expect(open(unhex(key), unhex(nonce), unhex(aad), sealed)).toEqual(unhex(msg))
    expect(open(unhex(key), unhex(nonce), unhex(aad), join(sealed.slice(0, -1), zeros(1)))).toBeUndefined()
  }
})

test('HPKE of RFC 9180 in all four modes, first message', () => {
  type Vector = Record<'info' | 'ikmE' | 'skRm' | 'pkRm' | 'enc', string> &
    Partial<Record<'skSm' | 'pkSm' | 'psk' | 'psk_id', string>> & {
      readonly encryptions: readonly Record<'aad' | 'pt' | 'ct', string>[]
    }
  const cases = json('hpke-rfc9180/x25519-sha256-chacha20poly1305.json') as readonly Vector[]
  expect(cases.length).toBe(4)
  for (const { info, ikmE, skRm, pkRm, enc, skSm, pkSm, psk, psk_id, encryptions } of cases) {
    const [first] = encryptions as [Record<'aad' | 'pt' | 'ct', string>]
    const setting = { info: unhex(info), ...(psk && psk_id && { psk: unhex(psk), pskId: unhex(psk_id) }) }
    const sealing = { ...setting, pkR: unhex(pkRm), ikmE: unhex(ikmE), ...(skSm && { skS: unhex(skSm) }) }
    const made = hpkeSeal(sealing, unhex(first.aad), unhex(first.pt))
    expect([hex(made.enc), hex(made.ciphertext)]).toEqual([enc, first.ct])
    const opening = { ...setting, skR: unhex(skRm), ...(pkSm && { pkS: unhex(pkSm) }) }
    expect(hex(hpkeOpen(opening, unhex(first.aad), unhex(enc), unhex(first.ct)))).toBe(first.pt)
  }
})

test('ML-KEM-768 of NIST: seeds to keys, encapsulation, and the check of encapsulation keys', () => {
  interface Group {
    readonly function?: string
    readonly tests: readonly (Record<'d' | 'z' | 'ek' | 'm' | 'c' | 'k', string> & { readonly testPassed: boolean })[]
  }
  const groups = (file: string): readonly Group[] =>
    (json(`acvp-ml-kem-768/${file}`) as { testGroups: readonly Group[] }).testGroups
  const of = (name: string) => groups('encap-decap.json').find((group) => group.function === name)?.tests ?? []
  for (const { d, z, ek } of groups('keygen.json')[0]?.tests ?? []) expect(mlkemPublic(unhex(d + z))).toEqual(unhex(ek))
  for (const { ek, m, c, k } of of('encapsulation')) {
    expect(encaps(unhex(ek), unhex(m))).toEqual({ ct: unhex(c), ss: unhex(k) })
  }
  const verdicts = of('encapsulationKeyCheck').map(({ ek, testPassed }) => {
    if (testPassed) checkMlkem(unhex(ek))
    else expect(() => checkMlkem(unhex(ek))).toThrow('invalid_key')
    return testPassed
  })
  expect(new Set(verdicts)).toEqual(new Set([true, false]))
})
