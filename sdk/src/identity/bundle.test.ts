import { inspect } from 'node:util'
import { IdentityBundleBody } from '@solo2/proto/account'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { repeatableRandom } from '../../test/fixtures/webcrypto.js'
import { concat, fromHex, toHex, utf8 } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { noblePrimitives as p } from '../crypto/primitives-noble.js'
import { Solo2Error } from '../errors.js'
import { ensureNewIdentity, makeBundle, verifyBundle } from './bundle.js'
import { identityId, isOfferer } from './id.js'
import { generateIdentity, identitySecrets, publicIdentity } from './keys.js'

const random = repeatableRandom()
const secrets = generateIdentity({ random })
const keys = publicIdentity(p, secrets)
const ALIAS = '7K3M9QXA'
const bundle = makeBundle(p, secrets, ALIAS)
const coded = (code: string) => expect.objectContaining({ name: 'Solo2Error', code })

/** A bundle over any body, signed by our key: what a dishonest owner of a key can make. */
function signed(body: Partial<IdentityBundleBody>, extra: Uint8Array = new Uint8Array(0)) {
  const bytes = concat(encode(IdentityBundleBody, { version: 1, ...keys, alias: ALIAS, ...body }), extra)
  const message = concat(utf8('Solo2 v1 identity bundle'), Uint8Array.of(0), bytes)
  return { body: bytes, signature: p.ed25519Sign(secrets.ed25519Seed, message) }
}

describe('[A17] identity bundle', () => {
  it('holds what it was made of', () => {
    expect(bundle.body).toHaveLength(80)
    expect(verifyBundle(p, bundle, ALIAS)).toEqual(keys)
    expect(signed({})).toEqual(bundle)
  })

  it('is refused after any change of one bit', () => {
    for (const part of ['body', 'signature'] as const) {
      for (let bit = 0; bit < bundle[part].length * 8; bit++) {
        const changed = bundle[part].slice()
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(() => verifyBundle(p, { ...bundle, [part]: changed }, ALIAS), `${part} bit ${bit}`).toThrow(Solo2Error)
      }
    }
  })

  it.each([
    ['another account', () => verifyBundle(p, bundle, '7K3M9QXB'), 'foreign_contact'],
    [
      'another account, signed by the key',
      () => verifyBundle(p, signed({ alias: '7K3M9QXB' }), ALIAS),
      'foreign_contact',
    ],
    ['version 2', () => verifyBundle(p, signed({ version: 2 }), ALIAS), 'unsupported_version'],
    [
      'version 2 with a field more',
      () => verifyBundle(p, signed({ version: 2 }, fromHex('2a0101')), ALIAS),
      'unsupported_version',
    ],
    ['an unknown field', () => verifyBundle(p, signed({}, fromHex('2a0101')), ALIAS), 'wrong_size'],
    [
      'a short alias with an unknown field',
      () => verifyBundle(p, signed({ alias: '7K3M9' }, fromHex('2a0101')), ALIAS),
      'not_canonical',
    ],
    ['no version', () => verifyBundle(p, signed({ version: 0, alias: `${ALIAS}AB` }), ALIAS), 'malformed'],
    ['no body', () => verifyBundle(p, { ...bundle, body: new Uint8Array(0) }, ALIAS), 'wrong_size'],
    ['a body of a megabyte', () => verifyBundle(p, { ...bundle, body: new Uint8Array(1 << 20) }, ALIAS), 'wrong_size'],
    ['zeros', () => verifyBundle(p, { ...bundle, body: new Uint8Array(80) }, ALIAS), 'not_canonical'],
    ['no signature', () => verifyBundle(p, { ...bundle, signature: new Uint8Array(0) }, ALIAS), 'wrong_size'],
    [
      'a signature of zeros',
      () => verifyBundle(p, { ...bundle, signature: new Uint8Array(64) }, ALIAS),
      'bad_signature',
    ],
    [
      'keys of 31 and 33 bytes',
      () => verifyBundle(p, signed({ ed25519: new Uint8Array(31), x25519: new Uint8Array(33) }), ALIAS),
      'invalid_key',
    ],
    [
      'a small-order Ed25519 key',
      () =>
        verifyBundle(
          p,
          { ...signed({ ed25519: fromHex(`01${'00'.repeat(31)}`) }), signature: fromHex(`01${'00'.repeat(63)}`) },
          ALIAS,
        ),
      'bad_signature',
    ],
    [
      'an X25519 key of small order',
      () => verifyBundle(p, signed({ x25519: new Uint8Array(32) }), ALIAS),
      'invalid_key',
    ],
    [
      'an X25519 key that is not canonical',
      () => verifyBundle(p, signed({ x25519: new Uint8Array(32).fill(255) }), ALIAS),
      'invalid_key',
    ],
  ])('with %s is refused', (_, run, code) => expect(run).toThrow(coded(code)))

  it('signed under another label is refused', () => {
    const signature = p.ed25519Sign(secrets.ed25519Seed, concat(utf8('Solo2 v1 identity bundle'), bundle.body))
    expect(() => verifyBundle(p, { ...bundle, signature }, ALIAS)).toThrow(coded('bad_signature'))
  })

  it('any bytes give a typed error', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ minLength: 78, maxLength: 78 }).map((rest) => Uint8Array.of(8, 1, ...rest)),
    )
    fc.assert(
      fc.property(body, fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes, signature) => {
        expect(() => verifyBundle(p, { body: bytes, signature }, ALIAS)).toThrow(Solo2Error)
      }),
      { numRuns: cases('property.bytes') },
    )
  })

  it.each(['', '7K3M9QX', '7K3M9QXAA', '7k3m9qxa', '7K3M9QXé'])('is not made for the alias %j', (alias) => {
    expect(() => makeBundle(p, secrets, alias)).toThrow(coded('invalid_argument'))
  })
})

describe('who may be taken up', () => {
  const other = publicIdentity(p, generateIdentity({ random }))
  const third = publicIdentity(p, generateIdentity({ random }))
  it('somebody new', () => expect(() => ensureNewIdentity(third, { own: keys, contacts: [other] })).not.toThrow())
  it.each([
    ['our own keys', keys, 'foreign_contact'],
    ['our Ed25519 key alone', { ...third, ed25519: keys.ed25519 }, 'foreign_contact'],
    ['our X25519 key alone', { ...third, x25519: keys.x25519 }, 'foreign_contact'],
    ["another contact's keys", other, 'foreign_contact'],
    ["another contact's X25519 key alone", { ...third, x25519: other.x25519 }, 'foreign_contact'],
  ])('nobody with %s', (_, claimed, code) => {
    expect(() => ensureNewIdentity(claimed, { own: keys, contacts: [other] })).toThrow(coded(code))
  })
})

describe('id and order', () => {
  it('the id is the hash of label and keys', () => {
    expect(identityId(p, keys)).toEqual(p.sha256(concat(utf8('Solo2 v1 identity'), keys.ed25519, keys.x25519)))
    expect(() => identityId(p, { ...keys, x25519: new Uint8Array(31) })).toThrow(coded('invalid_key'))
  })
  it('the smaller key offers; exactly one side does', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (a, c) => {
          if (toHex(a) === toHex(c)) expect(() => isOfferer(a, c)).toThrow(coded('reflected'))
          else expect([isOfferer(a, c), isOfferer(c, a)]).toEqual([toHex(a) < toHex(c), toHex(c) < toHex(a)])
        },
      ),
    )
    expect(() => isOfferer(keys.ed25519, keys.ed25519.slice())).toThrow(coded('reflected'))
  })
})

it('identity secrets do not print themselves', () => {
  for (const shown of [String(secrets), JSON.stringify({ secrets }), inspect({ secrets })]) {
    expect(shown).toContain('[IdentitySecrets]')
    expect(shown).not.toMatch(/[0-9]{2}/)
  }
})

it('secrets of wrong lengths are the caller’s fault', () => {
  expect(() => publicIdentity(p, identitySecrets(new Uint8Array(31), new Uint8Array(32)))).toThrow(
    coded('invalid_argument'),
  )
})
