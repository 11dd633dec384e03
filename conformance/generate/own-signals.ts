/** Vectors of spec/06 section 9 for own topics: a seal, and what must be refused. */
import { type Correspondence, openSignal, ownSignal, sealSignal } from '../literal/signals.js'
import { refusal } from './json.js'
import { seeded } from './random.js'
import type { Wrong } from './wrong-signals.js'

/** The topics of own devices: one key for all of them, and no sender's. */
export function ownSeals(
  contactKey: Uint8Array,
  signal: Uint8Array,
): { own: unknown; seal: unknown; refusals: unknown[] } {
  const draw = seeded('own signals')
  const masterKey = draw(32)
  const own = ownSignal(masterKey)
  const { id, publicKey, psk } = own
  const between: Correspondence = { topic: draw(16), senderId: id, recipientId: id, psk }
  const ikmE = draw(32)
  const seal = (
    over: Partial<Correspondence> = {},
    keys: { readonly senderSecret?: Uint8Array; readonly recipientPublic?: Uint8Array } = {},
  ): Uint8Array => sealSignal({ ...between, ...over }, { recipientPublic: publicKey, ikmE, ...keys }, signal)
  const { psk: _, ...withoutPsk } = between
  const wrong: readonly Wrong[] = [
    ['own: another topic', 'Sealed for another topic with the same psk.', seal({ topic: draw(16) }), 'open_failed'],
    ['own: another psk', 'Of another master key.', seal({ psk: draw(32) }), 'open_failed'],
    [
      'own: without the psk',
      'The public key alone: base mode.',
      sealSignal(withoutPsk, { recipientPublic: publicKey, ikmE }, signal),
      'open_failed',
    ],
    ['own: of another key', 'Sealed to a contact.', seal({}, { recipientPublic: contactKey }), 'open_failed'],
    ['own: with a sender’s key', 'AuthPSK where PSK belongs.', seal({}, { senderSecret: own.secret }), 'open_failed'],
    ['own: of a person', 'The id of an identity as the sender’s.', seal({ senderId: draw(32) }), 'open_failed'],
  ]
  const open = (message: Uint8Array): unknown => openSignal(between, { recipientSecret: own.secret }, message)
  open(seal())
  return {
    own: { masterKey, ...own },
    seal: { name: 'own topic: PSK', ...between, ikmE, signal, sealed: seal() },
    refusals: wrong.map(([name, comment, message, code]) =>
      refusal({ name, comment, message, code }, () => open(message)),
    ),
  }
}
