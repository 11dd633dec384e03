/** spec/07 sections 3, 4, 8 and 9: device tags, the choice of psk0, what is kept, and when a notice is shown. */
import { ascii, join, same, zeros } from './bytes.js'
import { hmac } from './primitives.js'

/** Section 3. */
export function tag(secret: Uint8Array, device: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hmac(secret, join(ascii('Solo2 v1 tag'), device, nonce)).slice(0, 16)
}

export type Used = Uint8Array | 'none' | 'absent'

export interface Pair {
  readonly new: Uint8Array
  readonly used: Used
}

/** Section 8: what is kept for one device of a contact. */
export interface Continuity {
  readonly held?: Pair
  readonly beside?: Pair
}

/** The candidates of one device, newest first: what is beside was made after what is held. */
export function candidates(kept: Continuity): { secret: Uint8Array; from: 'held' | 'beside' }[] {
  const out: { secret: Uint8Array; from: 'held' | 'beside' }[] = []
  for (const from of ['beside', 'held'] as const) {
    const pair = kept[from]
    if (pair === undefined) continue
    out.push({ secret: pair.new, from })
    if (pair.used instanceof Uint8Array) out.push({ secret: pair.used, from })
  }
  return out
}

export interface PeerHello {
  readonly device: Uint8Array
  readonly nonce: Uint8Array
  readonly tags: readonly Uint8Array[]
}

export interface Choice {
  readonly kind: 'continuity' | 'invitation' | 'none'
  readonly psk0: Uint8Array
  readonly notice: boolean
}

/** Sections 4 and 9. Invitations newest first. */
export function choose(
  kept: Continuity,
  invitations: readonly Uint8Array[],
  peer: PeerHello,
  contact: { readonly accepted: boolean; readonly otherAccepted: boolean },
): Choice {
  const shown = (secret: Uint8Array): boolean =>
    peer.tags.some((one) => same(one, tag(secret, peer.device, peer.nonce)))
  const newDevice = contact.otherAccepted && !contact.accepted
  const match = candidates(kept).find(({ secret }) => shown(secret))
  if (match) return { kind: 'continuity', psk0: match.secret, notice: match.from === 'beside' || newDevice }
  const came = kept.held !== undefined && kept.held.used !== 'none'
  const invitation = invitations.find(shown)
  if (invitation) return { kind: 'invitation', psk0: invitation, notice: came || newDevice }
  return { kind: 'none', psk0: zeros(32), notice: came || newDevice }
}

/** 07-13 and 07-14, with 07-16: what is stored in the place of what was. */
export function stored(
  kept: Continuity,
  role: 'initiator' | 'responder',
  choice: Choice,
  secret: Uint8Array,
): Continuity {
  const used: Used = role === 'responder' ? 'absent' : choice.kind === 'none' ? 'none' : choice.psk0
  return { ...kept, [choice.notice ? 'beside' : 'held']: { new: secret, used } }
}

/** 07-15. */
export function confirmed(kept: Continuity, choice: Choice): Continuity {
  const place = choice.notice ? 'beside' : 'held'
  const pair = kept[place]
  return pair === undefined ? kept : { ...kept, [place]: { new: pair.new, used: 'absent' } }
}
