/** Invitation links: what is written is read, and nothing else is. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CODE_ALPHABET } from '../account/codes.js'
import { toBase64url } from '../bytes/bytes.js'
import { ensureInviter, type Invitation, invitationLink, parseInvitation } from './invitation.js'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const code = fc
  .array(fc.constantFrom(...CODE_ALPHABET), { minLength: 10, maxLength: 10 })
  .map((letters) => letters.join(''))
const server = fc.constantFrom('https://solo2.example', 'http://localhost:8470', 'https://[2001:db8::1]:8443')
const invitation = fc.record({ server, code, id: bytes(32), secret: bytes(32) })

test('[C5] what is written is read: server, code, the first half of the id, the secret; all but the server in the fragment', () => {
  fc.assert(
    fc.property(invitation, (made: Invitation) => {
      const link = invitationLink(made)
      expect(link.split('#')[0]).toBe(`${made.server}/`)
      const read = parseInvitation(` ${link}\n`)
      expect({ ...read }).toEqual({ ...made, id: made.id.slice(0, 16) })
      expect(() => ensureInviter(read, made.id)).not.toThrow()
    }),
  )
})

test('one changed byte of the id is an alarm', () => {
  fc.assert(
    fc.property(invitation, fc.nat(15), fc.integer({ min: 1, max: 255 }), (made, place, flip) => {
      const read = parseInvitation(invitationLink(made))
      const other = made.id.slice()
      other[place] = (other[place] as number) ^ flip
      expect(() => ensureInviter(read, other)).toThrow(expect.objectContaining({ code: 'key_changed' }))
    }),
  )
})

const packed = toBase64url(new Uint8Array(48))
test.each([
  ['nothing', ''],
  ['no fragment', 'https://solo2.example/'],
  ['another version', `https://solo2.example/#v2.7K3M9QXA4T.${packed}`],
  ['a code of another alphabet', `https://solo2.example/#v1.7K3M9QXA4U.${packed}`],
  ['a code in small letters', `https://solo2.example/#v1.7k3m9qxa4t.${packed}`],
  ['a secret that is too short', `https://solo2.example/#v1.7K3M9QXA4T.${packed.slice(1)}`],
  ['a secret that is too long', `https://solo2.example/#v1.7K3M9QXA4T.${packed}A`],
  ['padding', `https://solo2.example/#v1.7K3M9QXA4T.${packed.slice(2)}==`],
  ['another scheme', `javascript:alert(1)//#v1.7K3M9QXA4T.${packed}`],
  ['a query', `https://solo2.example/?v1.7K3M9QXA4T.${packed}`],
  ['a book', `https://solo2.example/${'a'.repeat(2_000)}#v1.7K3M9QXA4T.${packed}`],
])('%s is no invitation', (_, link) => {
  expect(() => parseInvitation(link)).toThrow(expect.objectContaining({ code: 'wrong_code', field: 'invitation' }))
})

test('any text is read or refused, in one way', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      try {
        parseInvitation(`https://solo2.example/#${text}`)
      } catch (error) {
        expect(error).toMatchObject({ code: 'wrong_code' })
      }
    }),
  )
})
