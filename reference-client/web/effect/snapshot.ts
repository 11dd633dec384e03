/** Plain copies of the SDK's live objects, for the state. */
import type { Snapshot, TransferSnapshot } from '../action.js'
import type { NotesView } from '../notes.js'
import type { Contact, FileTransfer, Me, Notes, PairingRequest, Tunnel } from '../sdk.js'
import type { ContactView, Facts, RequestView } from '../state.js'
import { locksOf } from './locks.js'
import { notificationsView } from './notifications.js'

export function contactView(contact: Contact): ContactView {
  const { id, displayName, alias, state, path, safetyNumber, verification, safetyQr, notice } = contact
  const { nickname, muted, archived, pinned, readReceipts } = contact.settings
  const { timerSeconds, blocked, unread, firstUnread, waitsFor, diagnosis, build } = contact
  return {
    ...{ id, displayName, alias, state, path, safetyNumber, verification, safetyQr, notice },
    ...{ nickname, muted, archived, pinned, readReceipts },
    ...{ timerSeconds, blocked, unread, firstUnread, waitsFor, diagnosis, build },
  }
}

export function notesView({ id, timerSeconds, settings: { pinned, archived } }: Notes): NotesView {
  return { id, timerSeconds, pinned, archived }
}

export function requestView(request: PairingRequest): Omit<RequestView, 'busy'> {
  const { id, displayName, alias, createdAt } = request
  return { id, displayName, alias, createdAt }
}

export function transferView(transfer: FileTransfer): TransferSnapshot {
  const { id, contact, outgoing, name, size, stage, bytes, stored, held, damaged } = transfer
  return { id, contact, outgoing, name, size, stage, bytes, stored, held, damaged }
}

export function factsOf(facts: NonNullable<Tunnel['facts']>): Facts {
  const { since, framesSent, framesReceived, turns, ownTurnAt } = facts
  return { since, framesSent, framesReceived, turns, lastTurnAt: ownTurnAt }
}

export function snapshot(me: Me, now: number): Snapshot {
  const { username, displayName, pairingCode, alias, server } = me
  return {
    account: { username, displayName, pairingCode, alias, server },
    // It tells when it has asked; until then nothing speaks against it.
    server: 'connected',
    contacts: me.contacts.map(contactView),
    notes: notesView(me.notes),
    requests: me.requests.map(requestView),
    invitations: me.invitations.list(),
    drafts: Object.fromEntries([...me.contacts, me.notes].map(({ id, settings }) => [id, settings.draft])),
    transfers: me.contacts.flatMap((contact) => contact.transfers.map(transferView)),
    notifications: notificationsView(me),
    devices: me.devices.list,
    locks: locksOf(me),
    network: me.network,
    session: me.sessionState,
    clockAheadMs: me.clock.aheadMs,
    now,
  }
}
