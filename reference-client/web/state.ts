/** The one state. It holds plain values only: live objects of the SDK stay with the effects. No password is ever in it. */

import { type Arrivals, NO_ARRIVALS } from './arrivals.js'
import { type Devices, NO_DEVICES, type Undecided } from './devices.js'
import type { LanguageView } from './language.js'
import { type LockReason, type Locks, NO_LOCKS } from './locks.js'
import { type MediaState, NO_MEDIA } from './media.js'
import { type NetworkView, NO_NETWORK } from './network.js'
import type { NotesView } from './notes.js'
import { NO_OWNER, type Owner } from './owner.js'
import { NOTHING_KEPT, type Safekeeping } from './safekeeping.js'
import type {
  ContactState,
  Diagnosis,
  ErrorCode,
  FileStage,
  HeldFile,
  Message,
  OpenInvitation,
  PathInfo,
  PathKind,
  VaultOnDevice,
  Verification,
  WaitReason,
} from './sdk.js'
import type { Share } from './share.js'
import { NO_TALK, type Talk } from './talk.js'
import { nameOf } from './text.js'

/** Where an open account stands: each is one entry of the browser's history. */
export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'add' }
  | { readonly screen: 'conversation'; readonly contact: string }
  | { readonly screen: 'contact'; readonly contact: string }
  | { readonly screen: 'proof'; readonly contact?: string }
  | { readonly screen: 'settings' }
  | { readonly screen: 'account' }
  | { readonly screen: 'devices' }
  | { readonly screen: 'safekeeping' }

/** What went wrong, in a form that the catalogue can put into words. */
export interface Problem {
  readonly code: ErrorCode | 'unexpected'
  readonly culprit: string
  readonly field?: string
  readonly retryAfterMs?: number
}

/** What this browser does not give (spec/11): without any of these no account can be kept here. */
export type Missing = 'secure_context' | 'storage' | 'device_key' | 'locks' | 'webrtc' | 'wasm' | 'workers'

export type Phase =
  | { readonly name: 'starting' }
  | { readonly name: 'unsupported'; readonly missing: readonly Missing[] }
  | {
      readonly name: 'welcome'
      readonly form: WelcomeForm
      readonly busy: boolean
      readonly problem?: Problem
      readonly typed?: Typed
    }
  | { readonly name: 'creating'; readonly stage: CreatingStage; readonly typed: Typed }
  | { readonly name: 'words'; readonly words: readonly string[] }
  | {
      readonly name: 'confirm'
      readonly words: readonly string[]
      readonly asked: readonly number[]
      readonly wrong: readonly number[]
    }
  | {
      readonly name: 'locked'
      readonly vault: VaultOnDevice
      /** What opens it. */
      readonly key: 'password' | 'words'
      readonly why?: LockReason
      readonly busy: boolean
      readonly problem?: Problem
    }
  /** `asking`: the other tab was asked to lock. */
  | { readonly name: 'elsewhere'; readonly vault: VaultOnDevice; readonly asking?: boolean }
  | Undecided
  /** Deleting from this device. */
  | { readonly name: 'wiping' }
  | { readonly name: 'open' }

export type WelcomeForm = 'choice' | 'create' | 'login' | 'recover'
export type CreatingStage = 'loading' | 'keys' | 'server' | 'vault'

/** What was typed into a form, kept so that a refusal does not empty it; never a password. */
export interface Typed {
  readonly username: string
  readonly displayName: string
}

export interface Account {
  readonly username: string
  readonly displayName: string
  readonly pairingCode: string
  readonly alias: string
  readonly server: string
}

export interface ContactView {
  readonly id: string
  readonly displayName: string
  readonly alias: string
  readonly state: ContactState
  readonly path: PathKind
  /** What their client says that it is; undefined if it said nothing. */
  readonly build: string | undefined
  /** Why what is written does not go out now. */
  readonly waitsFor: WaitReason | undefined
  /** Why the last try to reach them came to nothing. */
  readonly diagnosis: Diagnosis | undefined
  readonly safetyNumber: string
  readonly verification: Verification
  /** What the own QR code shows. */
  readonly safetyQr: Uint8Array
  /** A device of theirs came that was restored, replaced or never seen. */
  readonly notice: boolean
  /** What the person calls them; empty: as they call themselves. */
  readonly nickname: string
  readonly muted: boolean
  readonly archived: boolean
  readonly pinned: boolean
  readonly readReceipts: boolean
  readonly timerSeconds: number
  readonly blocked: boolean
  readonly unread: number
  /** The position of the first of them. */
  readonly firstUnread: number | undefined
}

/** Whose conversation is shown: a contact's, or the person's own notes. */
export type Partner = Pick<ContactView, 'id' | 'displayName' | 'alias' | 'nickname' | 'state'>

export interface RequestView {
  readonly id: string
  readonly displayName: string
  readonly alias: string
  readonly createdAt: number
  readonly busy: boolean
}

export interface Conversation {
  /** In the order of this device's positions. */
  readonly messages: readonly Message[]
  /** Whether older ones were looked for: `some` means that there may be more. */
  readonly earlier: 'unknown' | 'loading' | 'some' | 'none'
  /** The position of the first message that was new when the conversation was opened. */
  readonly newFrom?: number
  readonly draft: string
}

export interface TransferView {
  readonly id: string
  readonly contact: string
  readonly outgoing: boolean
  readonly name: string
  readonly size: number
  readonly stage: FileStage
  readonly bytes: number
  /** Why nothing of it moves from this device. */
  readonly held: HeldFile | undefined
  /** The block, counted from 0, that is fetched again. */
  readonly damaged: number | undefined
  /** The vault holds its bytes: they can be saved. */
  readonly stored: boolean
  /** The person saved it. */
  readonly kept: boolean
  /** Bytes per second, smoothed; 0 while unknown. */
  readonly rate: number
  readonly sampledAt: number
  readonly sampledBytes: number
}

/** A file that is being hashed before it is offered. */
export interface Preparing {
  readonly key: string
  readonly contact: string
  readonly name: string
  readonly size: number
  readonly bytes: number
}

export type Pairing =
  | { readonly stage: 'idle'; readonly problem?: Problem; readonly code?: string }
  | { readonly stage: 'sending'; readonly code: string }
  | { readonly stage: 'asked'; readonly code: string }
  | { readonly stage: 'accepted'; readonly code: string; readonly contact: string }

/** What a tunnel tells of itself. */
export interface Facts {
  /** Unix milliseconds. */
  readonly since: number
  readonly framesSent: number
  readonly framesReceived: number
  readonly turns: number
  /** Unix milliseconds of our last turn of the ratchet. */
  readonly lastTurnAt: number | undefined
}

/** Something to tell once, above everything, until it is closed. */
export interface Notice {
  readonly key: number
  readonly problem: Problem
}

/** How this browser and this account stand to notifications. */
export interface NotificationsView {
  readonly state: 'unsupported' | 'denied' | 'off' | 'turning_on' | 'on' | 'turning_off'
  /** Why the last try came to nothing. `push_service`: the browser could not reach its own. */
  readonly problem?: Problem | 'push_service'
}

export type Appearance = 'system' | 'light' | 'dark'

export interface State {
  readonly phase: Phase
  /** Host of the server that gave this page, for people to read. */
  readonly host: string
  readonly origin: string
  readonly appearance: Appearance
  readonly language: LanguageView
  /** Vaults on this device, once they were looked for. */
  readonly vaults: readonly VaultOnDevice[]
  /** There was one: what was chosen in it is still here. */
  readonly isVaultGone: boolean
  /** Unix milliseconds, renewed once a minute, so that days and ages are right without a clock in the views. */
  readonly now: number
  readonly route: Route
  readonly account: Account | undefined
  readonly server: 'connected' | 'away'
  readonly session: 'valid' | 'over'
  /** By the server's answers; 0: right, or not known. Only told (05-94). */
  readonly clockAheadMs: number
  /** How far the search index is, while it is made anew. */
  readonly indexing: { readonly done: number; readonly total: number } | undefined
  readonly contacts: Readonly<Record<string, ContactView>>
  readonly notes: NotesView | undefined
  readonly requests: readonly RequestView[]
  readonly conversations: Readonly<Record<string, Conversation>>
  readonly transfers: Readonly<Record<string, TransferView>>
  readonly preparing: readonly Preparing[]
  readonly pairing: Pairing
  readonly invitations: readonly OpenInvitation[]
  /** The invitation by which this page was opened, until it is used or left. In memory only. */
  readonly invited: string | undefined
  readonly paths: Readonly<Record<string, PathInfo>>
  readonly facts: Readonly<Record<string, Facts>>
  readonly notifications: NotificationsView
  readonly owner: Owner
  readonly devices: Devices
  readonly talk: Talk
  readonly media: MediaState
  readonly arrivals: Arrivals
  readonly share: Share | undefined
  readonly locks: Locks
  readonly network: NetworkView
  readonly safekeeping: Safekeeping
  /** Another build of the app is in this browser and can be gone over to. */
  readonly update: 'none' | 'ready' | 'renewing'
  readonly notices: readonly Notice[]
  /** Which small confirmation was given last ("copied"). */
  readonly copied: string | undefined
  /** What a screen reader should say next. */
  readonly spoken: { readonly contact: string; readonly message: Message } | undefined
}

export const EMPTY_CONVERSATION: Conversation = { messages: [], earlier: 'unknown', draft: '' }

export function initialState(world: {
  readonly host: string
  readonly origin: string
  readonly appearance: Appearance
  readonly language: LanguageView
  readonly now: number
  readonly invited?: string
}): State {
  return {
    phase: { name: 'starting' },
    ...world,
    invited: world.invited,
    vaults: [],
    isVaultGone: false,
    update: 'none',
    ...nothingOpen,
  }
}

/** What an account brings into the state, as it is without one: locking returns to exactly this. */
export const nothingOpen = {
  route: { screen: 'home' },
  account: undefined,
  server: 'connected',
  session: 'valid',
  clockAheadMs: 0,
  indexing: undefined,
  contacts: {},
  notes: undefined,
  requests: [],
  conversations: {},
  transfers: {},
  preparing: [],
  pairing: { stage: 'idle' },
  invitations: [],
  paths: {},
  facts: {},
  notifications: { state: 'off' },
  owner: NO_OWNER,
  devices: NO_DEVICES,
  talk: NO_TALK,
  media: NO_MEDIA,
  arrivals: NO_ARRIVALS,
  share: undefined,
  locks: NO_LOCKS,
  network: NO_NETWORK,
  safekeeping: NOTHING_KEPT,
  notices: [],
  copied: undefined,
  spoken: undefined,
} as const satisfies Partial<State>

export function conversationOf(state: State, contact: string): Conversation {
  return state.conversations[contact] ?? EMPTY_CONVERSATION
}

/** Contacts: those that are pinned, then the latest activity first; those without any by name. */
export function contactsByActivity(state: State): ContactView[] {
  const at = (contact: ContactView): number => conversationOf(state, contact.id).messages.at(-1)?.writtenAt ?? 0
  return Object.values(state.contacts).sort(
    (a, b) =>
      Number(b.pinned) - Number(a.pinned) ||
      at(b) - at(a) ||
      nameOf(a).localeCompare(nameOf(b)) ||
      (a.id < b.id ? -1 : 1),
  )
}

/** Whether closing the page now would stop a file. */
export function holdsFiles(state: State): boolean {
  return Object.values(state.transfers).some(({ stage }) => stage === 'accepted')
}

/** Messages of a contact that still wait for a tunnel. */
export function waitingFor(conversation: Conversation): number {
  return conversation.messages.filter((message) => message.outgoing && message.state === 'waiting').length
}
