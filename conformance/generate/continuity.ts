/** Vectors of spec/07 sections 3, 4, 8 and 9. */
import {
  type Choice,
  type Continuity,
  choose,
  confirmed,
  type Pair,
  stored,
  tag,
  type Used,
} from '../literal/continuity.js'
import { type Draw, seeded } from './random.js'

interface Contact {
  readonly accepted: boolean
  readonly otherAccepted: boolean
}

interface ChoiceCase {
  readonly name: string
  readonly comment: string
  readonly held?: Pair
  readonly beside?: Pair
  readonly invitations?: readonly Uint8Array[]
  readonly contact: Contact
  /** What the peer shows tags of. */
  readonly shows: readonly Uint8Array[]
}

function pair(newest: Uint8Array, used: Used, usedIsInvitation = false): Pair {
  return { new: newest, used, usedIsInvitation }
}

const KNOWN: Contact = { accepted: true, otherAccepted: false }
const FIRST: Contact = { accepted: false, otherAccepted: false }
const FURTHER: Contact = { accepted: false, otherAccepted: true }

export function tagVectors(): unknown[] {
  const draw = seeded('tags')
  return Array.from({ length: 3 }, () => {
    const [secret, device, nonce] = [draw(32), draw(16), draw(16)]
    return { secret, device, nonce, tag: tag(secret, device, nonce) }
  })
}

function choiceCases(draw: Draw): ChoiceCase[] {
  const [k1, k2, k3, invitation, older] = [draw(32), draw(32), draw(32), draw(32), draw(32)]
  return [
    {
      name: 'first meeting',
      comment: 'Nobody holds anything: zeros, and a first device is accepted as it comes.',
      contact: FIRST,
      shows: [],
    },
    {
      name: 'both hold the same',
      comment: 'The ordinary later meeting.',
      held: pair(k1, 'absent'),
      contact: KNOWN,
      shows: [k1],
    },
    {
      name: 'first frame of a first meeting was lost',
      comment: 'The initiator holds {k1, used none}; the responder never stored it and shows nothing. No notice.',
      held: pair(k1, 'none'),
      contact: KNOWN,
      shows: [],
    },
    {
      name: 'first frame was lost',
      comment: 'The responder still holds k1, which the initiator kept as used.',
      held: pair(k2, k1),
      contact: KNOWN,
      shows: [k1],
    },
    {
      name: "responder's first frame was lost",
      comment: 'The responder stored k2; the initiator was not told so.',
      held: pair(k2, k1),
      contact: KNOWN,
      shows: [k2],
    },
    {
      name: 'newest of two',
      comment: 'Both match: the one that was made later.',
      held: pair(k2, k1),
      contact: KNOWN,
      shows: [k1, k2],
    },
    {
      name: 'known device without its continuity',
      comment: 'Restored, cloned or replaced: a notice; what is held stays.',
      held: pair(k1, 'absent'),
      contact: KNOWN,
      shows: [],
    },
    {
      name: 'known device with another continuity',
      comment: 'Its tag does not match: as if it showed none.',
      held: pair(k1, 'absent'),
      contact: KNOWN,
      shows: [k3],
    },
    {
      name: 'neither new nor used match',
      comment: 'used is a secret, so a missing tag is noticed.',
      held: pair(k2, k1),
      contact: KNOWN,
      shows: [k3],
    },
    {
      name: 'further device of a contact',
      comment: 'Not accepted yet: a notice.',
      contact: FURTHER,
      shows: [],
    },
    {
      name: 'further device again, before the answer',
      comment: 'It shows what is kept beside; the notice stays open.',
      beside: pair(k3, 'absent'),
      contact: FURTHER,
      shows: [k3],
    },
    {
      name: 'restored device again, before the answer',
      comment: 'The match is with what is beside: still a notice, and what is held stays.',
      held: pair(k1, 'absent'),
      beside: pair(k3, 'absent'),
      contact: KNOWN,
      shows: [k3],
    },
    {
      name: 'the device of before comes back',
      comment: 'It matches what is held: no notice in this tunnel.',
      held: pair(k1, 'absent'),
      beside: pair(k3, 'absent'),
      contact: KNOWN,
      shows: [k1],
    },
    {
      name: 'invitation',
      comment: 'The secret of the link, on a first device.',
      invitations: [invitation],
      contact: FIRST,
      shows: [invitation],
    },
    {
      name: 'newest invitation',
      comment: 'Two links match: the newer one, which is first in the list.',
      invitations: [invitation, older],
      contact: FIRST,
      shows: [older, invitation],
    },
    {
      name: 'continuity before invitation',
      comment: 'Continuity wins, and the invitation is not spent.',
      held: pair(k1, 'absent'),
      invitations: [invitation],
      contact: KNOWN,
      shows: [invitation, k1],
    },
    {
      name: 'invitation instead of continuity',
      comment: 'A known device that shows the link only: still a notice, since a link can be read by others.',
      held: pair(k1, 'absent'),
      invitations: [invitation],
      contact: KNOWN,
      shows: [invitation],
    },
    {
      name: 'first frame of a meeting by invitation was lost',
      comment:
        'The responder holds the invitation only, which the initiator kept as used: the contact is verified by it.',
      held: pair(k1, invitation, true),
      invitations: [invitation],
      contact: KNOWN,
      shows: [invitation],
    },
    {
      name: 'the invitation that was used is in no list any more',
      comment: 'It was taken back, or a week is over: the mark beside used tells what it was.',
      held: pair(k1, invitation, true),
      contact: KNOWN,
      shows: [invitation],
    },
    {
      name: "responder's first frame of a meeting by invitation was lost",
      comment: 'The responder shows k1, so that it confirmed the meeting by invitation, which is spent now.',
      held: pair(k1, invitation, true),
      invitations: [invitation],
      contact: KNOWN,
      shows: [k1],
    },
    {
      name: 'further device by invitation, again before the answer',
      comment: 'The secret is kept beside: the invitation is spent, and the notice stays open.',
      beside: pair(k1, invitation, true),
      invitations: [invitation],
      contact: FURTHER,
      shows: [invitation],
    },
    {
      name: 'neither new nor the invitation that was used match',
      comment: 'Restored, cloned or replaced: a notice.',
      held: pair(k1, invitation, true),
      invitations: [invitation],
      contact: KNOWN,
      shows: [k3],
    },
    {
      name: 'another invitation than the one that was used',
      comment: 'It is nothing that is kept for the device: a notice.',
      held: pair(k1, invitation, true),
      invitations: [older, invitation],
      contact: KNOWN,
      shows: [older],
    },
    {
      name: 'both what is held and what is beside',
      comment: 'What is beside comes first, whichever was made later: the notice stays open.',
      held: pair(k1, 'absent'),
      beside: pair(k3, 'absent'),
      contact: KNOWN,
      shows: [k1, k3],
    },
    {
      name: 'used of what is beside before new of what is held',
      comment: 'The order of line 3.',
      held: pair(k1, 'absent'),
      beside: pair(k3, k2),
      contact: KNOWN,
      shows: [k1, k2],
    },
  ]
}

function describe(kept: Continuity): unknown {
  return { held: kept.held ?? null, beside: kept.beside ?? null }
}

export function choiceVectors(): unknown[] {
  const draw = seeded('choices')
  return choiceCases(draw).map((entry) => {
    const kept: Continuity = { ...(entry.held && { held: entry.held }), ...(entry.beside && { beside: entry.beside }) }
    const [device, nonce, fresh] = [draw(16), draw(16), draw(32)]
    const real = entry.shows.map((secret) => tag(secret, device, nonce))
    const random = Array.from({ length: 16 - real.length }, () => draw(16))
    // Somewhere among the sixteen, never in the same place.
    const at = (device[0] ?? 0) % (random.length + 1)
    const peer = { device, nonce, tags: [...random.slice(0, at), ...real, ...random.slice(at)] }
    const invitations = entry.invitations ?? []
    const choice: Choice = choose(kept, invitations, peer, entry.contact)
    const asInitiator = stored(kept, 'initiator', choice, fresh)
    return {
      name: entry.name,
      comment: entry.comment,
      kept: describe(kept),
      invitations,
      contact: entry.contact,
      peer,
      expect: choice,
      afterwards: {
        continuity: fresh,
        initiatorStored: describe(asInitiator),
        initiatorConfirmed: describe(confirmed(asInitiator, choice)),
        responderStored: describe(stored(kept, 'responder', choice, fresh)),
      },
    }
  })
}
