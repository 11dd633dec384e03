/** What the vault keeps of one contact, as pure changes: devices with their continuity, the rendezvous root (spec/06, 07). */
import { type ContactRecord, ContactStage, type DeviceState, type RendezvousState } from '@solo2/proto/vault'
import { compare, equal, toHex, wipe } from '../bytes/bytes.js'
import type { Env } from '../env.js'
import {
  afterConfirmation,
  afterHandshake,
  type Candidate,
  type Choice,
  candidates,
  choosePsk,
  type KnownDevice,
  type Notice,
  noticeOf,
  shown,
} from '../handshake/continuity.js'
import type { Introduction } from '../introduction/meeting-state.js'
import type { RendezvousRoot } from '../introduction/rendezvous.js'
import { type MeetingTopic, meetingTopics } from '../introduction/topics.js'
import { PROTOCOL } from '../limits.js'

const NO_BYTES = new Uint8Array(0)

/** A contact of whom nothing is known. `conversation`: 16 random bytes. */
export function blankContact(conversation: Uint8Array): ContactRecord {
  return {
    ed25519: NO_BYTES,
    x25519: NO_BYTES,
    alias: '',
    displayName: '',
    stage: ContactStage.UNSPECIFIED,
    addedAt: 0n,
    code: '',
    verified: false,
    rendezvous: undefined,
    devices: [],
    nextSequence: 0n,
    pendingDevices: [],
    pendingRendezvous: undefined,
    conversation,
    wakeToken: NO_BYTES,
    siblingRoots: [],
    expirySeconds: 0,
    timerRevision: 0,
    readByThem: 0n,
    readByUs: 0n,
    settings: undefined,
    readmitted: false,
    invited: false,
    invitation: NO_BYTES,
  }
}

/** Somebody whom this account asks, or who asked it. */
export function newContact(
  who: Pick<ContactRecord, 'ed25519' | 'x25519' | 'alias' | 'displayName' | 'stage' | 'code' | 'invitation'>,
  host: Pick<Env, 'random' | 'now'>,
): ContactRecord {
  const { ed25519, x25519, alias, displayName, stage, code, invitation } = who
  return {
    ...blankContact(host.random(PROTOCOL.ID_SIZE)),
    ...{ ed25519, x25519, alias, displayName, stage, code, invitation },
    addedAt: BigInt(host.now()),
    // Above all that an earlier contact with the same person may have used (10-1).
    nextSequence: BigInt(Math.max(1, host.now())),
  }
}

export function knownDevice(record: ContactRecord, device: Uint8Array): KnownDevice {
  const find = (states: readonly DeviceState[]) => states.find((state) => equal(state.device, device))
  return { held: find(record.devices), beside: find(record.pendingDevices) }
}

/** Invitations concern who was not met yet; the contact's own, by which we ask, before ours, which anybody may bring. */
function invitationSecrets(record: ContactRecord, invitations: readonly Uint8Array[]): Uint8Array[] {
  if (record.devices.length > 0) return []
  return record.invitation.length > 0 ? [record.invitation] : [...invitations]
}

/** All continuity secrets of the contact's devices and the invitations', for the tags of our Hello. */
export function shownSecrets(record: ContactRecord, invitations: readonly Uint8Array[]): Uint8Array[] {
  const devices = [...record.pendingDevices, ...record.devices]
  const distinct = devices.filter(({ device }, i) => devices.findIndex((other) => equal(other.device, device)) === i)
  const continuity = distinct.flatMap(({ device }) =>
    candidates(knownDevice(record, device), []).map(({ secret }) => secret),
  )
  return [...continuity, ...invitationSecrets(record, invitations)]
}

export interface HandshakePlan extends Choice {
  readonly notice: Notice | undefined
}

/** psk0 and notice for a tunnel that was just introduced (spec/07 sections 4 and 9). */
export function planHandshake(
  record: ContactRecord,
  introduction: Introduction,
  invitations: readonly Uint8Array[],
  env: Env,
): HandshakePlan {
  const { peerDevice, peerNonce, peerTags } = introduction
  const known = knownDevice(record, peerDevice)
  // Only secrets that our own Hello had place for may match, so that both sides find the same ones (07-7).
  const inHello = shown(shownSecrets(record, invitations))
  const offered: readonly Candidate[] = candidates(known, invitationSecrets(record, invitations)).filter(({ secret }) =>
    inHello.includes(secret),
  )
  const choice = choosePsk(offered, { device: peerDevice, nonce: peerNonce, tags: peerTags }, env)
  const otherAccepted = record.devices.some(({ device }) => !equal(device, peerDevice))
  // Asked for or accepted anew, a contact comes as it did the first time.
  const notice = record.readmitted ? undefined : noticeOf(known, choice.match, otherAccepted)
  return { ...choice, notice }
}

function withDevice(states: readonly DeviceState[], state: DeviceState): DeviceState[] {
  return [...states.filter(({ device }) => !equal(device, state.device)), state]
}

/** Stores a device's state where it belongs: beside while a notice is open, otherwise in place of what is held. */
function storeDevice(record: ContactRecord, state: DeviceState, notice: Notice | undefined): Partial<ContactRecord> {
  if (notice !== undefined) return { pendingDevices: withDevice(record.pendingDevices, state) }
  return { devices: withDevice(record.devices, state) }
}

/** 07-13 and 07-14: what each side stores when the keys stand. */
export function establishedDevice(
  record: ContactRecord,
  introduction: Introduction,
  plan: HandshakePlan,
  continuity: Uint8Array,
): Partial<ContactRecord> {
  const { peerDevice, version, role } = introduction
  const state =
    role === 'offerer'
      ? afterHandshake(peerDevice, version, continuity, plan)
      : afterConfirmation(peerDevice, version, continuity)
  return { ...storeDevice(record, state, plan.notice), ...(isSpentAtOnce(introduction, plan) && verifiedBy(plan)) }
}

/**
 * Whether the plan's invitation is over when the keys stand, not only when the tunnel is confirmed: for the answerer that
 * is the confirmation, and a match with `new` confirms the tunnel before (07-13).
 */
export function isSpentAtOnce({ role }: Introduction, { match }: HandshakePlan): boolean {
  return role === 'answerer' || match?.kind === 'continuity'
}

/** 07-15: the initiator drops `used`. */
export function confirmedDevice(
  record: ContactRecord,
  introduction: Introduction,
  plan: HandshakePlan,
  continuity: Uint8Array,
): Partial<ContactRecord> {
  const state = afterConfirmation(introduction.peerDevice, introduction.version, continuity)
  return { ...storeDevice(record, state, plan.notice), ...verifiedBy(plan) }
}

/** 07-17: an invitation is spent, and has verified the contact, by the confirmation. */
function verifiedBy({ match, notice }: HandshakePlan): Partial<ContactRecord> {
  if (match?.spends === undefined) return {}
  return { invitation: new Uint8Array(0), ...(notice === undefined && { invited: true }) }
}

/** 07-31: the person asked the contact anew, or accepted its request. It holds no root perhaps, so that it waits on the pairing topic. */
export function readmitted({ rendezvous }: ContactRecord, now: number): Partial<ContactRecord> {
  return { readmitted: true, rendezvous: rendezvous && { ...rendezvous, agreedAt: BigInt(now) } }
}

/** 07-21: the person accepts what a notice told of: what is beside replaces what is held. */
export function acceptedDevices(record: ContactRecord): Partial<ContactRecord> {
  const devices = record.pendingDevices.reduce(withDevice, [...record.devices])
  return {
    devices: devices.toSorted((a, b) => compare(a.device, b.device)),
    pendingDevices: [],
    rendezvous: record.pendingRendezvous ?? record.rendezvous,
    pendingRendezvous: undefined,
  }
}

/**
 * What this side brings to the agreement: the root held; with a notice none, so that no root that was held before reaches
 * a device that nobody accepted (09-18).
 */
export function rootToBring(record: ContactRecord, notice: Notice | undefined): RendezvousRoot | undefined {
  return notice === undefined ? asRoot(record.rendezvous) : undefined
}

function asRoot(state: RendezvousState | undefined): RendezvousRoot | undefined {
  return state === undefined ? undefined : { epoch: state.epoch ?? 0, root: state.root }
}

/** A root that both hold, kept beside while a notice is open; the time when one was first agreed stays. */
export function withRoot(
  record: ContactRecord,
  { epoch, root }: RendezvousRoot,
  notice: Notice | undefined,
  now: number,
): Partial<ContactRecord> {
  const state = { root, epoch, agreedAt: record.rendezvous?.agreedAt ?? BigInt(now) }
  return notice === undefined ? { rendezvous: state } : { pendingRendezvous: state }
}

/**
 * Topics of the root held, of the one beside, since a device whose notice is open may hold only that one (06-21), and of
 * those that other own devices agreed: the contact's device may hold one of them (11-66).
 */
export function topicsOf(record: ContactRecord, pairingSecret: Uint8Array, env: Env): MeetingTopic[] {
  const root = asRoot(record.rendezvous)
  const agreedAt = root === undefined ? undefined : Number(record.rendezvous?.agreedAt ?? 0n)
  const topics = meetingTopics(env.primitives, { pairingSecret, root, agreedAt }, env.now())
  const known = new Set(topics.map(({ topic }) => toHex(topic)))
  for (const beside of [record.pendingRendezvous, ...record.siblingRoots]) {
    if (beside === undefined) continue
    for (const topic of meetingTopics(
      env.primitives,
      { pairingSecret, root: asRoot(beside), agreedAt: 0 },
      env.now(),
    )) {
      if (known.has(toHex(topic.topic))) {
        wipe(topic.psk)
        continue
      }
      known.add(toHex(topic.topic))
      topics.push(topic)
    }
  }
  return topics
}

/** As the vault has it now, with what only this device changes as it is here; what is the same stays the same bytes. */
export function rewrittenRecord(here: ContactRecord, stored: ContactRecord): ContactRecord {
  const { devices, pendingDevices, pendingRendezvous, readmitted, invited, invitation, conversation } = here
  const { rendezvous, wakeToken, siblingRoots } = stored
  return {
    ...stored,
    ...{ devices, pendingDevices, pendingRendezvous, readmitted, invited, invitation, conversation },
    rendezvous: isSameRoot(here.rendezvous, rendezvous) ? here.rendezvous : rendezvous,
    siblingRoots: siblingRoots.map((root) => here.siblingRoots.find((held) => isSameRoot(held, root)) ?? root),
    wakeToken: equal(here.wakeToken, wakeToken) ? here.wakeToken : wakeToken,
  }
}

function isSameRoot(a: RendezvousState | undefined, b: RendezvousState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return equal(a.root, b.root) && a.epoch === b.epoch && a.agreedAt === b.agreedAt
}

/** What only this side and its contact know, for wiping when the vault locks. */
export function recordSecrets(record: ContactRecord): Uint8Array[] {
  const { devices, pendingDevices, rendezvous, pendingRendezvous, siblingRoots, wakeToken, invitation } = record
  const continuity = [...devices, ...pendingDevices].flatMap((state) => [state.continuityNew, state.continuityUsed])
  return [
    wakeToken,
    invitation,
    ...continuity,
    ...[rendezvous, pendingRendezvous, ...siblingRoots].flatMap((state) => (state === undefined ? [] : [state.root])),
  ]
}

/** The highest tunnel version seen from that device, 0 if it is new (07-2). */
export function pinnedVersion(record: ContactRecord, device: Uint8Array): number {
  const { held, beside } = knownDevice(record, device)
  return Math.max(held?.version ?? 0, beside?.version ?? 0)
}
