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
  readonly usedIsInvitation: boolean
}

/** Section 8: what is kept for one device of a contact. */
export interface Continuity {
  readonly held?: Pair
  readonly beside?: Pair
}

type Candidate = Omit<Choice, 'psk0' | 'notice'> & { readonly secret: Uint8Array; readonly from: 'held' | 'beside' }

/** Line 3 of section 4: what is kept for one device, in the order in which it is tried. */
export function candidates(kept: Continuity): Candidate[] {
  const out: Candidate[] = []
  for (const from of ['beside', 'held'] as const) {
    const pair = kept[from]
    if (pair === undefined) continue
    const used = pair.used instanceof Uint8Array ? pair.used : undefined
    const invitation = pair.usedIsInvitation && used ? used : null
    // 07-13: a match with `new` confirms the handshake in which the invitation was psk0.
    out.push({ kind: 'continuity', secret: pair.new, from, spent: invitation })
    if (used) out.push({ kind: invitation ? 'invitation' : 'continuity', secret: used, from, spent: invitation })
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
  /** 07-17: the secret of the invitation that is over with the confirmation, or before by 07-13. */
  readonly spent: Uint8Array | null
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
  // What is beside a device that was not accepted is an open notice, and stays one (07-19).
  const newDevice = !contact.accepted && (contact.otherAccepted || kept.beside !== undefined)
  const match = candidates(kept).find(({ secret }) => shown(secret))
  if (match) {
    const { kind, secret, from, spent } = match
    return { kind, psk0: secret, notice: from === 'beside' || newDevice, spent }
  }
  const came = kept.held !== undefined && kept.held.used !== 'none'
  const invitation = invitations.find(shown)
  if (invitation) return { kind: 'invitation', psk0: invitation, notice: came || newDevice, spent: invitation }
  return { kind: 'none', psk0: zeros(32), notice: came || newDevice, spent: null }
}

/** 07-13 and 07-14, with 07-16: what is stored in the place of what was. */
export function stored(
  kept: Continuity,
  role: 'initiator' | 'responder',
  choice: Choice,
  secret: Uint8Array,
): Continuity {
  const used: Used = role === 'responder' ? 'absent' : choice.kind === 'none' ? 'none' : choice.psk0
  const usedIsInvitation = role === 'initiator' && choice.kind === 'invitation'
  return { ...kept, [choice.notice ? 'beside' : 'held']: { new: secret, used, usedIsInvitation } }
}

/** 07-15. */
export function confirmed(kept: Continuity, choice: Choice): Continuity {
  const place = choice.notice ? 'beside' : 'held'
  const pair = kept[place]
  return pair === undefined ? kept : { ...kept, [place]: { new: pair.new, used: 'absent', usedIsInvitation: false } }
}
