import { SealedRecord, VaultHeader } from '@solo2/proto/vault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { repeatableRandom, testDeviceKey, webCryptoAead } from '../../test/fixtures/webcrypto.js'
import { concat, equal, utf8 } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { hkdf } from '../crypto/hkdf.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import type { Solo2Error } from '../errors.js'
import { wrapMasterKey } from '../keys/wrapper.js'
import {
  createVaultHeader,
  decodeVaultHeader,
  encodeVaultHeader,
  openVaultKey,
  withWrappedMasterKey,
} from './header.js'
import { tableKey } from './key-tree.js'
import { openRecord, sealRecord } from './record.js'

const b = (length: number, value: number) => new Uint8Array(length).fill(value)
const host = { aead: webCryptoAead, random: repeatableRandom(), primitives: noblePrimitives }
const [masterKey, vaultKey] = [b(32, 1), b(32, 2)]
const deviceKey = await testDeviceKey()
const wrappedMasterKey = await wrapMasterKey(host, { profile: 1, salt: b(16, 3), wrapKey: b(32, 4), masterKey })
const names = { username: 'amy1', server: 'http://localhost:8470', wrappedMasterKey }
const header = await createVaultHeader({ ...names, vaultKey, masterKey, deviceKey, host })
const coded = (code: string) => expect.objectContaining({ name: 'Solo2Error', code })

describe('the header of a vault', () => {
  it('opens with master key and device key together [V7]', async () => {
    expect(header.wrappedVaultKey).toHaveLength(88)
    expect(await openVaultKey(header, { masterKey, deviceKey, host })).toEqual(vaultKey)
    const stored = encodeVaultHeader(header)
    expect(await openVaultKey(decodeVaultHeader(stored), { masterKey, deviceKey, host })).toEqual(vaultKey)
  })

  it('opens nowhere else, even with the right master key [V5]', async () => {
    const elsewhere = await testDeviceKey()
    await expect(openVaultKey(header, { masterKey, deviceKey: elsewhere, host })).rejects.toEqual(
      coded('storage_damaged'),
    )
  })

  it('says when the words are those of another account', async () => {
    await expect(openVaultKey(header, { masterKey: b(32, 9), deviceKey, host })).rejects.toEqual(coded('wrong_words'))
  })

  it('opens after no change of the wrapped vault key, the user name or the server', async () => {
    for (let at = 0; at < 88; at++) {
      const wrappedVaultKey = header.wrappedVaultKey.slice()
      wrappedVaultKey[at] = (wrappedVaultKey[at] as number) ^ 1
      await expect(openVaultKey({ ...header, wrappedVaultKey }, { masterKey, deviceKey, host })).rejects.toEqual(
        coded('storage_damaged'),
      )
    }
    for (const change of [{ username: 'amy2' }, { server: 'http://localhost:8471' }]) {
      await expect(openVaultKey({ ...header, ...change }, { masterKey, deviceKey, host })).rejects.toEqual(
        coded('storage_damaged'),
      )
    }
  })

  it('the layers cannot be taken for each other', async () => {
    // An inner layer made with the same key as the outer one, put in its place.
    const aeadKey = hkdf(noblePrimitives, masterKey, utf8('Solo2 v1 vault wrap'), 32)
    const same = {
      seal: (n: Uint8Array, a: Uint8Array, t: Uint8Array) => webCryptoAead.seal(aeadKey, n, a, t),
      open: (n: Uint8Array, a: Uint8Array, t: Uint8Array) => webCryptoAead.open(aeadKey, n, a, t),
    }
    const made = await createVaultHeader({ ...names, vaultKey, masterKey, deviceKey: same, host })
    const inner = await same
      .open(made.wrappedVaultKey.subarray(0, 12), new Uint8Array(0), made.wrappedVaultKey.subarray(12))
      .catch((error: Solo2Error) => error.code)
    expect(inner).toBe('open_failed')
  })

  it('[V6] a new password changes the wrapped master key and nothing else', async () => {
    const again = await wrapMasterKey(host, { profile: 1, salt: b(16, 3), wrapKey: b(32, 5), masterKey })
    const changed = withWrappedMasterKey(header, again)
    expect(changed).toEqual({ ...header, wrappedMasterKey: again })
    expect(await openVaultKey(changed, { masterKey, deviceKey, host })).toEqual(vaultKey)
    expect(() => withWrappedMasterKey(header, b(79, 1))).toThrow(coded('wrong_size'))
  })

  it.each([
    ['no user name', { username: '' }],
    ['a user name that is too short', { username: 'ab' }],
    ['a user name that is too long', { username: 'a'.repeat(33) }],
    ['no server', { server: '' }],
    ['a server that is too long', { server: 'a'.repeat(513) }],
    ['a wrapped master key of 79 bytes', { wrappedMasterKey: b(79, 1) }],
    ['a wrapped vault key of 87 bytes', { wrappedVaultKey: b(87, 1) }],
    ['no version', { version: 0 }],
  ])('with %s is damaged', (_, change) => {
    expect(() => decodeVaultHeader(encode(VaultHeader, { ...header, ...change }))).toThrow(coded('storage_damaged'))
  })

  it('of a later version says so, whatever else it holds', () => {
    const later = encode(VaultHeader, { ...header, version: 2 })
    expect(() => decodeVaultHeader(later)).toThrow(coded('storage_newer'))
    expect(() => decodeVaultHeader(concat(later, Uint8Array.of(0x7a, 1, 1)))).toThrow(coded('storage_newer'))
    expect(() => decodeVaultHeader(encode(VaultHeader, { ...header, version: 300 }))).toThrow(coded('storage_newer'))
  })

  it('any bytes give a typed error', () => {
    const stored = encodeVaultHeader(header)
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.nat(stored.length - 1).map((length) => stored.slice(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 8 }).map((extra) => concat(stored, extra)),
      fc.constant(new Uint8Array(100_000)),
    )
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(() => decodeVaultHeader(bytes)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^storage_(damaged|newer)$/) }),
        )
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})

describe('[V1] records', () => {
  const key = tableKey(noblePrimitives, vaultKey, 'message')
  const place = { table: 'message', id: '0a/1', version: 1 }
  const plaintext = utf8('meet me at the pier')

  it('open where they were sealed', async () => {
    const sealed = await sealRecord(webCryptoAead, key, place, plaintext, host)
    expect(await openRecord(webCryptoAead, key, place, sealed)).toEqual(plaintext)
    expect(decodeCanonical(SealedRecord, sealed).nonce).toHaveLength(12)
    expect(Buffer.from(sealed).includes('pier')).toBe(false)
  })

  it('do not open when moved to another table, ID or version, nor under another key', async () => {
    const sealed = await sealRecord(webCryptoAead, key, place, plaintext, host)
    const other = tableKey(noblePrimitives, vaultKey, 'contact')
    const moves: [Uint8Array, typeof place][] = [
      // Even if the key were the same, the place is bound; and the key is another one.
      [key, { ...place, table: 'contact' }],
      [other, { ...place, table: 'contact' }],
      [other, place],
      [key, { ...place, id: '0a/2' }],
      [key, { ...place, version: 2 }],
      // The parts cannot flow into each other.
      [key, { table: 'message0', id: 'a/1', version: 1 }],
      [key, { table: 'messag', id: 'e0a/1', version: 1 }],
      [tableKey(noblePrimitives, b(32, 9), 'message'), place],
    ]
    for (const [moved, to] of moves) {
      await expect(openRecord(webCryptoAead, moved, to, sealed)).rejects.toEqual(coded('storage_damaged'))
    }
  })

  it('do not open after any change of one byte', async () => {
    const sealed = await sealRecord(webCryptoAead, key, place, plaintext, host)
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at] = (changed[at] as number) ^ 1
      await expect(openRecord(webCryptoAead, key, place, changed)).rejects.toEqual(coded('storage_damaged'))
    }
  })

  it('take a fresh nonce each time, and may be empty', async () => {
    const [one, two] = [
      await sealRecord(webCryptoAead, key, place, new Uint8Array(0), host),
      await sealRecord(webCryptoAead, key, place, new Uint8Array(0), host),
    ]
    expect(equal(one, two)).toBe(false)
    expect(await openRecord(webCryptoAead, key, place, one)).toEqual(new Uint8Array(0))
  })

  it('go there and back at every place', async () => {
    const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(
        name,
        name,
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        fc.uint8Array({ maxLength: 500 }),
        async (table, id, version, data) => {
          const own = tableKey(noblePrimitives, vaultKey, table)
          const sealed = await sealRecord(webCryptoAead, own, { table, id, version }, data, host)
          expect(await openRecord(webCryptoAead, own, { table, id, version }, sealed)).toEqual(data)
        },
      ),
      { numRuns: cases('property.sealing') },
    )
  })

  it('any stored bytes give storage_damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        await expect(openRecord(webCryptoAead, key, place, bytes)).rejects.toEqual(coded('storage_damaged'))
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it.each([
    ['an empty table', { ...place, table: '' }],
    ['a table with a control character', { ...place, table: 'a\nb' }],
    ['an ID with a letter that is not ASCII', { ...place, id: 'é' }],
    ['an ID of 201 characters', { ...place, id: 'a'.repeat(201) }],
    ['version 0', { ...place, version: 0 }],
    ['version 1.5', { ...place, version: 1.5 }],
    ['version 2^32', { ...place, version: 2 ** 32 }],
  ])('%s is the caller’s fault', async (_, wrong) => {
    await expect(sealRecord(webCryptoAead, key, wrong, plaintext, host)).rejects.toEqual(coded('invalid_argument'))
    await expect(openRecord(webCryptoAead, key, wrong, plaintext)).rejects.toEqual(coded('invalid_argument'))
  })

  it('keys of wrong lengths are the caller’s fault', async () => {
    await expect(sealRecord(webCryptoAead, b(16, 1), place, plaintext, host)).rejects.toEqual(coded('invalid_argument'))
    expect(() => tableKey(noblePrimitives, b(31, 1), 'message')).toThrow(coded('invalid_argument'))
    expect(() => tableKey(noblePrimitives, vaultKey, '')).toThrow(coded('invalid_argument'))
  })
})
