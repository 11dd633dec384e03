import { createCipheriv, hkdfSync } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { repeatableRandom, webCryptoAead } from '../../test/fixtures/webcrypto.js'
import { toHex } from '../bytes/bytes.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { Solo2Error } from '../errors.js'
import { ownLinkKey, ownTopicKey, recoveryAuthenticator, recoveryFingerprint, vaultWrapKey } from './derivation.js'
import { PASSWORD_PROFILE, PROFILE_FLOOR, passwordProfile, splitPassword } from './password.js'
import { openWrappedMasterKey, parseWrappedMasterKey, wrapMasterKey } from './wrapper.js'

const b = (length: number, value: number) => new Uint8Array(length).fill(value)
const host = { aead: webCryptoAead, random: repeatableRandom() }
const [salt, wrapKey, masterKey] = [b(16, 1), b(32, 2), b(32, 3)]
const header = { profile: 1, salt }
const coded = (code: string) => expect.objectContaining({ name: 'Solo2Error', code })

/** HKDF-SHA-256 with an empty salt, by Node. */
const nodeHkdf = (key: Uint8Array, label: string) => toHex(new Uint8Array(hkdfSync('sha256', key, '', label, 32)))

describe('[A3] the wrapped master key', () => {
  it('has the layout of spec/03 section 3, by other means', async () => {
    const wrapped = await wrapMasterKey(host, { ...header, wrapKey, masterKey })
    expect(wrapped).toHaveLength(80)
    expect(toHex(wrapped.subarray(0, 20))).toBe(`01010000${'01'.repeat(16)}`)
    const cipher = createCipheriv('aes-256-gcm', wrapKey, wrapped.subarray(20, 32))
    cipher.setAAD(Buffer.concat([wrapped.subarray(0, 20), Buffer.from('Solo2 v1 master key')]))
    const sealed = Buffer.concat([cipher.update(masterKey), cipher.final(), cipher.getAuthTag()])
    expect(toHex(wrapped.subarray(32))).toBe(sealed.toString('hex'))
    expect(parseWrappedMasterKey(wrapped)).toEqual(header)
    expect(await openWrappedMasterKey(host, wrapped, { ...header, wrapKey })).toEqual(masterKey)
  })

  it('takes a fresh nonce each time', async () => {
    const [one, two] = [
      await wrapMasterKey(host, { ...header, wrapKey, masterKey }),
      await wrapMasterKey(host, { ...header, wrapKey, masterKey }),
    ]
    expect(one.subarray(20, 32)).not.toEqual(two.subarray(20, 32))
  })

  it('opens for no other password, and says so', async () => {
    const wrapped = await wrapMasterKey(host, { ...header, wrapKey, masterKey })
    await expect(openWrappedMasterKey(host, wrapped, { ...header, wrapKey: b(32, 4) })).rejects.toEqual(
      coded('wrong_password'),
    )
  })

  it('opens after no change of any byte', async () => {
    const wrapped = await wrapMasterKey(host, { ...header, wrapKey, masterKey })
    const codes: Record<string, number> = {}
    for (let at = 0; at < 80; at++) {
      const changed = wrapped.slice()
      changed[at] = (changed[at] as number) ^ 0x80
      const error = await openWrappedMasterKey(host, changed, { ...header, wrapKey }).then(
        () => expect.unreachable(`opened with byte ${at} changed`),
        (e: unknown) => e,
      )
      expect(error).toBeInstanceOf(Solo2Error)
      const { code } = error as Solo2Error
      codes[code] = (codes[code] ?? 0) + 1
    }
    // Version; profile, reserved and salt; nonce, ciphertext and tag.
    expect(codes).toEqual({ unsupported_version: 1, malformed: 19, wrong_password: 60 })
  })

  it('whose header is not what Prelogin said is refused, and a profile below the floor too', async () => {
    const wrapped = await wrapMasterKey(host, { ...header, wrapKey, masterKey })
    await expect(openWrappedMasterKey(host, wrapped, { profile: 1, salt: b(16, 9), wrapKey })).rejects.toEqual(
      coded('malformed'),
    )
    await expect(openWrappedMasterKey(host, wrapped, { profile: 2, salt, wrapKey })).rejects.toEqual(coded('malformed'))
    const later = wrapped.slice()
    later[1] = 2
    await expect(openWrappedMasterKey(host, later, { profile: 2, salt, wrapKey })).rejects.toEqual(
      coded('unsupported_version'),
    )
  })

  it('any 80 bytes give a header or a typed error, other lengths wrong_size', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 80, maxLength: 80 }),
      fc.uint8Array({ minLength: 76, maxLength: 76 }).map((rest) => Uint8Array.of(1, 1, 0, 0, ...rest)),
      fc.uint8Array({ maxLength: 200 }),
    )
    fc.assert(
      fc.property(bytes, (wrapped) => {
        try {
          const { profile, salt: read } = parseWrappedMasterKey(wrapped)
          expect([wrapped.length, wrapped[1], toHex(read)]).toEqual([80, profile, toHex(wrapped.subarray(4, 20))])
        } catch (error) {
          const { code } = error as Solo2Error
          expect(code).toMatch(wrapped.length === 80 ? /^(unsupported_version|malformed)$/ : /^wrong_size$/)
        }
      }),
      { numRuns: cases('property.bytes') },
    )
  })

  it.each([
    ['a salt of 15 bytes', { ...header, salt: b(15, 1), wrapKey, masterKey }, 'invalid_argument'],
    ['a wrapKey of 31 bytes', { ...header, wrapKey: b(31, 1), masterKey }, 'invalid_argument'],
    ['a master key of 16 bytes', { ...header, wrapKey, masterKey: b(16, 1) }, 'invalid_argument'],
    ['an unknown profile', { profile: 200, salt, wrapKey, masterKey }, 'unsupported_version'],
  ])('is not made with %s', async (_, input, code) => {
    await expect(wrapMasterKey(host, input)).rejects.toEqual(coded(code))
  })
})

describe('password profiles', () => {
  it('profile 1 is the floor and the one in use', () => {
    expect(passwordProfile(1)).toEqual({ memoryKiB: 65_536, passes: 3, lanes: 1 })
    expect([PASSWORD_PROFILE, PROFILE_FLOOR]).toEqual([1, 1])
  })
  it.each([0, -1, 2, 1.5, Number.NaN, 255])('profile %d is refused, whatever the server says', (profile) => {
    expect(() => passwordProfile(profile)).toThrow(coded('unsupported_version'))
  })
})

describe('derivation, by other means', () => {
  it('splits the stretched password', () => {
    const stretched = b(32, 5)
    const keys = splitPassword(noblePrimitives, stretched)
    expect(toHex(keys.authKey)).toBe(nodeHkdf(stretched, 'Solo2 v1 auth'))
    expect(toHex(keys.wrapKey)).toBe(nodeHkdf(stretched, 'Solo2 v1 wrap'))
    expect(() => splitPassword(noblePrimitives, b(31, 5))).toThrow(coded('invalid_argument'))
  })

  it('derives from the master key', () => {
    expect(toHex(recoveryAuthenticator(noblePrimitives, masterKey))).toBe(nodeHkdf(masterKey, 'Solo2 v1 recovery'))
    expect(toHex(vaultWrapKey(noblePrimitives, masterKey))).toBe(nodeHkdf(masterKey, 'Solo2 v1 vault wrap'))
    expect(toHex(ownTopicKey(noblePrimitives, masterKey))).toBe(nodeHkdf(masterKey, 'Solo2 v1 own topic'))
    expect(toHex(ownLinkKey(noblePrimitives, masterKey))).toBe(nodeHkdf(masterKey, 'Solo2 v1 own link'))
    expect(() => vaultWrapKey(noblePrimitives, b(16, 3))).toThrow(coded('invalid_argument'))
  })

  it('[A4] the recovery fingerprint is the SHA-256 of the authenticator', () => {
    const authenticator = recoveryAuthenticator(noblePrimitives, masterKey)
    expect(recoveryFingerprint(noblePrimitives, authenticator)).toEqual(noblePrimitives.sha256(authenticator))
    expect(() => recoveryFingerprint(noblePrimitives, b(31, 1))).toThrow(coded('invalid_argument'))
  })
})

it('password keys do not print themselves', () => {
  const keys = splitPassword(noblePrimitives, b(32, 5))
  const hex = toHex(keys.authKey).slice(0, 8)
  for (const shown of [String(keys), JSON.stringify({ keys }), inspect({ keys }), `${keys}`]) {
    expect(shown).toContain('[PasswordKeys]')
    expect(shown).not.toContain(hex)
    expect(shown).not.toContain(`${keys.authKey[0]}, ${keys.authKey[1]}`)
  }
})
