/** The worked examples of the spec, read from its own pages: computed apart from the SDK, so that neither can drift. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aliasOf, formatCode } from '../../src/account/codes.js'
import { preparePassword } from '../../src/account/rules.js'
import { checkedArgon2id } from '../../src/adapters/argon2.js'
import { concat, fromHex, toHex } from '../../src/bytes/bytes.js'
import { noblePrimitives as p } from '../../src/crypto/primitives-noble.js'
import { makeBundle, verifyBundle } from '../../src/identity/bundle.js'
import { identityId, isOfferer } from '../../src/identity/id.js'
import { identitySecrets, publicIdentity } from '../../src/identity/keys.js'
import { safetyNumber, safetyQr } from '../../src/identity/safety-number.js'
import {
  ownLinkKey,
  ownTopicKey,
  recoveryAuthenticator,
  recoveryFingerprint,
  vaultWrapKey,
} from '../../src/keys/derivation.js'
import { passwordProfile, splitPassword } from '../../src/keys/password.js'
import { entropyToWords, wordsToEntropy } from '../../src/keys/words.js'
import { openWrappedMasterKey, wrapMasterKey } from '../../src/keys/wrapper.js'
import { createVaultHeader, openVaultKey } from '../../src/vault/header.js'
import { searchKey, tableKey } from '../../src/vault/key-tree.js'
import { openRecord, sealRecord } from '../../src/vault/record.js'
import { packTokens } from '../../src/vault/search/page.js'
import { termsOf, tokenOf } from '../../src/vault/search/tokens.js'
import { webCryptoAead as aead } from '../fixtures/webcrypto.js'

/** The table of a chapter's section "Worked example": name to value. */
function example(chapter: string): { text(name: string): string; bytes(name: string): Uint8Array } {
  const page = readFileSync(new URL(`../../../spec/${chapter}.md`, import.meta.url), 'utf8')
  const section = page.split(/^## /m).find((part) => part.includes('Worked example')) ?? ''
  const rows = new Map([...section.matchAll(/^\| ([^|]+) \| `([^`]+)`/gm)].map(([, name, value]) => [name, value]))
  const text = (name: string) => {
    const value = rows.get(name)
    if (value === undefined) throw new Error(`spec/${chapter} has no worked value "${name}"`)
    return value
  }
  return { text, bytes: (name) => fromHex(text(name)) }
}

/** A random source that gives these bytes in turn. */
function given(...values: Uint8Array[]): (length: number) => Uint8Array {
  return (length) => {
    const value = values.shift()
    expect(value).toHaveLength(length)
    return value as Uint8Array
  }
}

const keys = example('03-keys')
const masterKey = keys.bytes('master key')

describe('worked example of spec/03', () => {
  it('[V4] words', () => {
    expect(entropyToWords(masterKey).join(' ')).toBe(keys.text('words'))
    expect(wordsToEntropy(keys.text('words'))).toEqual(masterKey)
  })

  it('[A3] password and wrapped master key', async () => {
    const prepared = preparePassword(keys.text('password'))
    expect(toHex(prepared)).toBe(keys.text('prepared'))
    const salt = keys.bytes('salt')
    const stretched = await checkedArgon2id(prepared, salt, passwordProfile(1))
    expect(toHex(stretched)).toBe(keys.text('S'))
    const { authKey, wrapKey } = splitPassword(p, stretched)
    expect([toHex(authKey), toHex(wrapKey)]).toEqual([keys.text('authKey'), keys.text('wrapKey')])
    const host = { aead, random: given(keys.bytes('nonce')) }
    const wrapped = await wrapMasterKey(host, { profile: 1, salt, wrapKey, masterKey })
    expect(toHex(wrapped)).toBe(keys.text('wrapped master key'))
    expect(await openWrappedMasterKey(host, wrapped, { profile: 1, salt, wrapKey })).toEqual(masterKey)
  })

  it('[A4] what is derived from the master key', () => {
    const authenticator = recoveryAuthenticator(p, masterKey)
    expect(toHex(authenticator)).toBe(keys.text('recovery authenticator'))
    expect(toHex(recoveryFingerprint(p, authenticator))).toBe(keys.text('recovery fingerprint'))
    expect(toHex(vaultWrapKey(p, masterKey))).toBe(keys.text('vault wrap key'))
    expect(toHex(ownTopicKey(p, masterKey))).toBe(keys.text('own topic key'))
    expect(toHex(ownLinkKey(p, masterKey))).toBe(keys.text('own link key'))
  })
})

describe('worked example of spec/04', () => {
  const values = example('04-identity')
  const secrets = (who: string) =>
    identitySecrets(values.bytes(`Ed25519 seed of ${who}`), values.bytes(`X25519 secret of ${who}`))
  const [a, b] = [publicIdentity(p, secrets('A')), publicIdentity(p, secrets('B'))]

  it('[A16] [A17] alias, ids and bundle', () => {
    const alias = aliasOf(p, values.text('internal identifier'))
    expect(alias).toBe(values.text('alias of A'))
    expect(formatCode(alias)).toBe(`${alias.slice(0, 4)}-${alias.slice(4)}`)
    expect([toHex(identityId(p, a)), toHex(identityId(p, b))]).toEqual([values.text('id of A'), values.text('id of B')])
    const bundle = makeBundle(p, secrets('A'), alias)
    expect([toHex(bundle.body), toHex(bundle.signature)]).toEqual([
      values.text('body of A'),
      values.text('signature of A'),
    ])
    expect(verifyBundle(p, bundle, alias)).toEqual(a)
    expect(isOfferer(b.ed25519, a.ed25519)).toBe(true)
  })

  it('[V19] safety number and code', () => {
    const number = safetyNumber(p, a, b)
    expect(number).toBe(values.text('safety number'))
    const halves = [values.text('half of A'), values.text('half of B')].sort().join('')
    expect(number.replaceAll(' ', '')).toBe(halves)
    expect(toHex(safetyQr(p, a, b))).toBe(values.text('code that A shows'))
  })
})

describe('worked example of spec/11', () => {
  const values = example('11-vault')
  const vaultKey = values.bytes('vault key')
  const deviceKey = {
    seal: (n: Uint8Array, d: Uint8Array, t: Uint8Array) => aead.seal(values.bytes('device key'), n, d, t),
    open: (n: Uint8Array, d: Uint8Array, t: Uint8Array) => aead.open(values.bytes('device key'), n, d, t),
  }

  it('wrapped vault key', async () => {
    const host = { aead, primitives: p, random: given(values.bytes('inner nonce'), values.bytes('outer nonce')) }
    const header = await createVaultHeader({
      username: 'amy1',
      server: 'http://localhost:8470',
      wrappedMasterKey: keys.bytes('wrapped master key'),
      vaultKey,
      masterKey,
      deviceKey,
      host,
    })
    expect(toHex(header.wrappedVaultKey)).toBe(values.text('wrapped vault key'))
    expect(await openVaultKey(header, { masterKey, deviceKey, host })).toEqual(vaultKey)
    const outer = header.wrappedVaultKey
    const place = concat(values.bytes('place'), Uint8Array.of(2))
    expect(await deviceKey.open(outer.subarray(0, 12), place, outer.subarray(12))).toHaveLength(60)
  })

  it('[V1] sealed record', async () => {
    const key = tableKey(p, vaultKey, 'contact')
    expect(toHex(key)).toBe(values.text('key of table contact'))
    const place = { table: 'contact', id: '0001', version: 1 }
    const random = given(values.bytes('record nonce'))
    const sealed = await sealRecord(aead, key, place, values.bytes('plaintext'), { random })
    expect(toHex(sealed)).toBe(values.text('sealed record'))
    expect(await openRecord(aead, key, place, sealed)).toEqual(values.bytes('plaintext'))
    const data = values.bytes('associated data of record 0001, version 1')
    expect(await aead.open(key, sealed.subarray(2, 14), data, sealed.subarray(16))).toEqual(values.bytes('plaintext'))
  })

  it.each(['c', 'cre', 'creme', 'c++', '東', '東京'])('[V3] the token of %s', (term) => {
    const key = searchKey(p, vaultKey)
    expect(toHex(key)).toBe(values.text('search key'))
    expect(termsOf(values.text('text'))).toContain(term)
    expect(toHex(packTokens([tokenOf(p, key, term)]))).toBe(values.text(`token of \`${term}\``))
  })
})
