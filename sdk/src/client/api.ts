/** The facade's types: what an application sees, the same in a browser and in Node. */
import type { Coordinates, Media } from '../content/forms.js'
import type { FileSource } from '../ports/files.js'
import type { PathInfo, PathKind } from '../ports/transport.js'
import type { TunnelFacts } from '../tunnel/tunnel.js'
import type { Notifications, OwnAccount } from './api/account.js'
import type { Backups } from './api/backup.js'
import type { OwnDevice, OwnDevices } from './api/devices.js'
import type { Locking } from './api/locking.js'
import type { Network } from './api/network.js'
import type { Notes } from './api/notes.js'
import type { ReadableCopies } from './api/readable-copy.js'
import type { RebuildProgress, Search } from './api/search.js'
import type { StoredFiles } from './api/stored-files.js'
import type { Waiting } from './api/waiting.js'

export type * from './api/account.js'
export type * from './api/backup.js'
export type * from './api/devices.js'
export type * from './api/locking.js'
export type * from './api/network.js'
export type * from './api/notes.js'
export type * from './api/readable-copy.js'
export type * from './api/search.js'
export type * from './api/stored-files.js'
export type * from './api/waiting.js'

/** Who signs in, and where. */
export interface Credentials {
  /** Origin of the server, for example `http://localhost:8470`. */
  readonly server: string
  readonly username: string
  readonly password: string
}

/** A new account. User name: 3 to 32 of a-z, 0-9, `_` `.` `-`; display name: 1 to 64 bytes of UTF-8 (spec/03). */
export interface Registration extends Credentials {
  readonly displayName: string
}

/** A call that stretches a password, which takes about a second. */
export interface SlowCall {
  readonly signal?: AbortSignal
  /** `keys` stretches a password, `server` waits for an answer, `vault` writes or opens the vault. */
  readonly onProgress?: (stage: 'keys' | 'server' | 'vault') => void
  /** While no account is open: as the event `clock` of one that is. */
  readonly onClock?: (clock: ClockDifference) => void
}

/** What the server's answers say of this device's clock. To be shown: nothing is computed from it (05-94). */
export interface ClockDifference {
  /** Told from five minutes on; negative: it is behind. 0: it is right, or nobody knows. */
  readonly aheadMs: number
}

/** A call that needs the password again. */
export interface PasswordCall extends SlowCall {
  /** The password that the account has now. */
  readonly password: string
}

/** The 24 words as a person typed them (spec/03 section 1), and where the account is. */
export interface WordsCall extends SlowCall {
  readonly server: string
  readonly username: string
  readonly words: string
}

/** A new device, and the code that another one shows. */
export interface DeviceJoining extends Credentials, SlowCall {
  /** Six words, or the text of the QR. */
  readonly code: string
  /** 1 to 64 bytes of UTF-8. */
  readonly deviceName: string
}

/** A call that can be cancelled: it rejects with `cancelled` then. */
export interface CallProgress {
  readonly signal?: AbortSignal
}

/** How far pairing came. */
export interface PairOptions extends CallProgress {
  /** `asked`: the request is at the server. `accepted`: the other side met us. */
  readonly onProgress?: (stage: 'asked' | 'accepted') => void
}

/** What is told of a file, and of how far it came. */
export interface FileOptions extends CallProgress {
  /** What the file is, for who shows it before it is there: a voice note, or a picture with a thumbnail or without. */
  readonly media?: Media
  /** Called as often as it changes. */
  readonly onProgress?: (progress: FileProgress) => void
}

/** How far a file came, in bytes. */
export interface FileProgress {
  /** `preparing` hashes the file, `offered` waits for consent, `moving` sends. */
  readonly stage: 'preparing' | 'offered' | 'moving' | 'complete'
  /** Bytes that the other side has on disk; while preparing, bytes hashed. */
  readonly bytes: number
  readonly size: number
}

/** Something that can be listened to. */
export interface Events<Named> {
  /** Returns the way to stop listening. */
  on<Name extends keyof Named>(name: Name, listener: (event: Named[Name]) => void): () => void
}

/**
 * `waiting`: in the queue. `sent`: given to a tunnel. `delivered`: in the other side's vault. `read`: seen there, if that
 * person lets it be known. `received`: theirs. `kept`: a note to oneself, in this vault.
 */
export type MessageState = 'waiting' | 'sent' | 'delivered' | 'read' | 'received' | 'kept'

/**
 * One message of a conversation, as this device has it. It does not change: each change is another object, with an
 * event.
 */
export interface Message {
  /** 32 hex digits. */
  readonly id: string
  readonly contact: string
  readonly outgoing: boolean
  readonly state: MessageState
  /** Unix milliseconds by the author's clock. */
  readonly writtenAt: number
  /** Position in this conversation on this device. */
  readonly position: number
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | {
        readonly kind: 'file'
        readonly file: string
        readonly name: string
        readonly size: number
        /** Voice note or picture, as its author says: the file is still a file. */
        readonly media?: Media
      }
    | ({ readonly kind: 'place' } & Coordinates)
    /** Its author chose how long what is written from then on is kept; 0: without end. */
    | { readonly kind: 'timer'; readonly seconds: number }
    /** Its author took it back: nothing of it is kept. */
    | { readonly kind: 'deleted' }
    /** A kind of content that this version does not know: "update to read". */
    | { readonly kind: 'unknown' }
  /** The message that it answers; perhaps one that is not here. */
  readonly replyTo?: string
  /** When it disappears on this device, in Unix milliseconds; what has no such time stays. */
  readonly expiresAt?: number
  readonly edited: boolean
  /** One emoji each. */
  readonly reactions: { readonly own?: string; readonly theirs?: string }
}

/** What goes with a text. */
export interface SendOptions {
  /** The id of the message that is answered. */
  readonly replyTo?: string
}

/**
 * How a file stands. `offered`: the recipient was not asked yet or has not answered; `failed`: it came damaged, or its
 * source did.
 */
export type FileStage = 'offered' | 'accepted' | 'complete' | 'refused' | 'cancelled' | 'failed'

/**
 * Why nothing of a file moves from this device: its person paused it; its disk has no room or fails, and is tried again; or the
 * `source` of a file that goes out is not there any more, or was changed, and its person is to choose it again.
 */
export type HeldFile = 'paused' | 'storage_full' | 'storage_failed' | 'source'

/** One file that comes or goes, as this device has it. */
export interface FileTransfer {
  /** 32 hex digits. */
  readonly id: string
  readonly contact: string
  readonly outgoing: boolean
  readonly name: string
  readonly size: number
  readonly stage: FileStage
  /** Durable bytes at the receiver. */
  readonly bytes: number
  /** The vault holds its bytes: a complete incoming file, until it is deleted. */
  readonly stored: boolean
  /** What its author says that it is. */
  readonly media?: Media
  readonly held?: HeldFile
  /** The block of an incoming file, counted from 0, that came damaged and is fetched again, or made it fail (spec/10 section 8). */
  readonly damaged?: number
}

/**
 * `asked`: not accepted yet; `away`: not here; `connecting`: a path is being looked for; `connected`: a tunnel stands.
 */
export type ContactState = 'asked' | 'away' | 'connecting' | 'connected'

/** Events of an account, with what each listener gets. */
export interface MeEvents {
  /** A device came, went, or has another name. */
  devices: readonly OwnDevice[]
  /** What still comes from another own device; 0: all is here, and shown. A contact may be another object than before. */
  sync: { readonly remaining: number }
  /** Somebody asks to connect; also after each poll that changed the list. */
  requests: readonly PairingRequest[]
  contact: Contact
  /** The id of a contact that was removed. */
  removed: string
  /** What the person chose for the notes to oneself changed on another device, and perhaps notes. */
  notes: Notes
  /** A contact's state, path, name or build changed. */
  presence: Contact
  message: Message
  /** A message's state changed. */
  receipt: Message
  /** A message was edited, deleted or reacted to, from either side. */
  change: Message
  /** Messages disappeared: their time was over. */
  gone: { readonly contact: string; readonly ids: readonly string[] }
  file: FileTransfer
  /** The search index is being made anew: how far it is. Until then there may be more hits than are found. */
  search: RebuildProgress
  /** Whether the server answers: introductions and requests wait while it is away; tunnels go on. */
  server: 'connected' | 'away'
  /** `over`: the session ended and silent login was refused. `valid`: the person signed in again. */
  session: 'over' | 'valid'
  /** What the server's first answer says of this device's clock, and then each change of it. */
  clock: ClockDifference
  /** The account's maximum security mode was turned on or off, here or on another device. */
  security: { readonly maximumSecurity: boolean }
  /** Display name or pairing code changed, here or on another device. */
  account: { readonly displayName: string; readonly pairingCode: string }
}

/** A link for one person, who need not have an account yet. Whoever reads it first can use it. */
export interface OpenInvitation {
  readonly id: string
  /** What it carries stands in its fragment, which no server gets. */
  readonly link: string
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** Invitations that were made and not used (spec/04 section 7). */
export interface Invitations {
  /** Makes one, good for seven days and for one person. */
  create(): Promise<OpenInvitation>
  /** The newest first. */
  list(): OpenInvitation[]
  /** Whoever comes with it is asked for like anybody else, and not verified. */
  cancel(id: string): Promise<void>
}

/**
 * What needs the password. Each signs in first, and rejects with `wrong_password` for another one, `server_away`,
 * `rate_limited`, `cancelled`. When the answer to a change was lost and the server stays away (`server_away`), the change may
 * have been made: whichever password signs in next is the one that holds.
 */
export interface Secrets {
  /** After `session: 'over'`. */
  signIn(call: PasswordCall): Promise<void>
  /** Wraps the master key anew and ends all other sessions: vault, identity, contacts and words stay. `weak_password`. */
  changePassword(call: PasswordCall & { readonly newPassword: string }): Promise<void>
  /** Another master key, for one that leaked: the former words open nothing any more. Returns the 24 new words. */
  newWords(call: PasswordCall): Promise<string[]>
  /** The 24 words again: from the server, or, while it is away, those that this device knows. */
  words(call: PasswordCall): Promise<string[]>
  /** Deletes everything that the server has of the account, and frees its name. The vault on this device stays. */
  deleteAccount(call: PasswordCall): Promise<void>
}

/** An unlocked account on this device. */
export interface Me
  extends Backups,
    ReadableCopies,
    OwnAccount,
    Locking,
    Network,
    Secrets,
    Search,
    Events<MeEvents>,
    AsyncDisposable {
  readonly username: string
  readonly displayName: string
  readonly pairingCode: string
  readonly alias: string
  readonly server: string
  readonly serverState: 'connected' | 'away'
  readonly sessionState: 'valid' | 'over'
  readonly clock: ClockDifference
  readonly contacts: readonly Contact[]
  /** What the person writes to nobody else. Another object after an import. */
  readonly notes: Notes
  readonly requests: readonly PairingRequest[]
  readonly notifications: Notifications
  readonly devices: OwnDevices
  /** Another device published an identity: the person joins it, or declines. Until then nobody can be paired with. */
  readonly undecided: boolean
  /** Asks and resolves when the other side accepted and was met. */
  pair(code: string, options?: PairOptions): Promise<Contact>
  /**
   * The same with an invitation's link, which verifies both sides to each other. Rejects with `wrong_code`, field
   * `invitation`, for another text; `invalid_argument`, field `server`, for another server's; `key_changed` if the server
   * gives other keys than the inviter's: an alarm, and nobody was asked.
   */
  acceptInvitation(link: string, options?: PairOptions): Promise<Contact>
  readonly invitations: Invitations
  /** The contact of that identity (64 hex digits), or undefined. */
  contact(id: string): Contact | undefined
  /**
   * Asks the server for requests now, or four seconds after it was asked last, and again soon, ever less often: for when the
   * person shows the own code, comes back or moves about. Without it a request shows within ten minutes. Does not reject.
   */
  lookForRequests(): Promise<void>
  /** Turns this device's notifications off, ends the session at the server and locks. */
  logout(): Promise<void>
  /** Closes tunnels, wipes keys. The vault stays. */
  lock(): Promise<void>
}

/** Somebody asks to be paired. Until numbers are compared the name is only what the server says. */
export interface PairingRequest {
  readonly id: string
  readonly displayName: string
  readonly alias: string
  readonly createdAt: number
  /** Resolves when the acceptance is at the server and the contact stored. */
  accept(): Promise<Contact>
  /** Deletes the request at the server; who asked is not told. */
  refuse(): Promise<void>
}

/** What the person chose for a contact on this device; never told to anybody. */
export interface ContactSettings {
  /** At most 64 bytes of UTF-8; empty: the contact's own display name. */
  readonly nickname: string
  readonly muted: boolean
  readonly archived: boolean
  readonly pinned: boolean
  /** The contact is told what was read. */
  readonly readReceipts: boolean
  /** What was written and not sent, at most 65,536 bytes of UTF-8. */
  readonly draft: string
}

/** How it is known that a contact is who it seems: not at all, by an invitation, or by comparing numbers (spec/04). */
export type Verification = 'none' | 'invited' | 'compared'

/** Another person, and the conversation with that person. */
export interface Contact extends StoredFiles, Waiting {
  /** 64 hex digits: the identity's id. */
  readonly id: string
  readonly displayName: string
  readonly alias: string
  readonly state: ContactState
  readonly path: PathKind
  /**
   * The build that its client said on the latest tunnel, 64 hex digits; undefined if it said none, or nobody came yet. Whoever
   * wants to deceive says what it wants: another build shows a difference, the same one proves nothing (spec/02 section 10).
   */
  readonly build: string | undefined
  readonly safetyNumber: string
  /** `compared` by the people, or `invited`: by the secret of an invitation. */
  readonly verification: Verification
  /** Whether it is verified in either way. */
  readonly verified: boolean
  /** 65 bytes for the own QR code, which the contact's device reads (spec/04 section 5). */
  readonly safetyQr: Uint8Array
  /**
   * The person compared the numbers, or takes it back. With what was read from the contact's QR code it is checked first:
   * rejects with `key_changed` if it is another's (an alarm), `wrong_size` or `unsupported_version` if it is no such code.
   */
  setVerified(verified: boolean, scanned?: Uint8Array): Promise<void>
  /** A device of this contact came that was restored, replaced or never seen: the person should ask before accepting. */
  readonly notice: boolean
  /** The person accepts what the notice told of (spec/07 section 9). */
  acceptDevices(): Promise<void>
  /** The open tunnel; waits for the contact and resolves when it stands. */
  connect(options?: CallProgress): Promise<Tunnel>
  /** Puts a text into the queue; it goes out on this or a later tunnel. */
  send(text: string, options?: SendOptions): Promise<Message>
  /** Another text in place of an own one, at both ends; what still waits goes out in its new form only. */
  edit(id: string, text: string): Promise<Message>
  /** Takes an own message back, at both ends; what still waits is never sent. */
  delete(id: string): Promise<Message>
  /** One emoji for one message, or '' to take it back. */
  react(id: string, emoji: string): Promise<Message>
  /** A place that this device measured; it goes to this contact and to nobody else. */
  sendPlace(place: Coordinates): Promise<Message>
  /** For so long, 5 s to 4 weeks, each device keeps what is written from now on; 0: without end. */
  readonly timerSeconds: number
  /** Sets it for both. */
  setTimer(seconds: number): Promise<Message>
  /** What came up to this message was seen; the contact is told of it, unless the settings say otherwise. */
  markRead(id: string): Promise<void>
  /** How many messages came that were not marked as read. */
  readonly unread: number
  /** The position of the first of them: the unread line stands before it. */
  readonly firstUnread: number | undefined
  readonly settings: ContactSettings
  /** Keeps what changed. Rejects with `invalid_argument` beyond a limit. */
  changeSettings(change: Partial<ContactSettings>): Promise<void>
  /** Queues a file offer; resolves with the transfer. */
  offerFile(source: FileSource, options?: FileOptions): Promise<FileTransfer>
  /** Rejects with `storage_full` if this device has no room for it; then it can be accepted when there is. */
  acceptFile(file: string): Promise<void>
  /** Stops its bytes until `resumeFile`, over tunnels and restarts; the other side waits. `wrong_state` for one that is over or paused. */
  pauseFile(file: string): Promise<void>
  /**
   * Goes on from what is durable; for a file that waits for room or its disk, tries at once. One whose source is gone needs a
   * `source` again, which is hashed and must be the same bytes: rejects with `wrong_file` for others. `wrong_state` for a file
   * that is not held.
   */
  resumeFile(file: string, source?: FileSource, options?: FileOptions): Promise<void>
  /** The sender is told: its transfer is `refused`. */
  refuseFile(file: string): Promise<void>
  /** Ends a file that comes or goes, at both sides. */
  cancelFile(file: string): Promise<void>
  /** In the order of this device's positions; the last `limit` before `before`. */
  messages(options?: { readonly before?: number; readonly limit?: number }): Promise<Message[]>
  /** One of them by its id. Rejects with `not_found` for what never came or has disappeared. */
  message(id: string): Promise<Message>
  readonly transfers: readonly FileTransfer[]
  /** Whether this account has no tunnel, no topic and no wake token for the contact. */
  readonly blocked: boolean
  /** Ends the tunnel and hides from the contact, which is not told. What it writes meanwhile waits at its side. */
  block(): Promise<void>
  /** Meets the contact again; what it wrote meanwhile comes then. */
  unblock(): Promise<void>
  /** Deletes the contact with all messages and files on this device. Both can ask each other anew. */
  remove(): Promise<void>
  /** Whether this contact lets itself be woken. */
  readonly canWake: boolean
  /**
   * Asks for a notification on the contact's devices; resolves when the server was told, whatever comes of it. A message
   * for a contact that is away does so by itself, once. Rejects with `failed_precondition`, `rate_limited`, `server_away`.
   */
  wake(): Promise<void>
}

/** Events of one tunnel, with what each listener gets. */
export interface TunnelEvents {
  message: Message
  file: FileTransfer
  path: PathInfo
  close: undefined
}

/** A live tunnel to one device of a contact. */
export interface Tunnel extends Events<TunnelEvents> {
  readonly contact: Contact
  readonly path: PathKind
  /** The path with the candidate types of both ends. */
  readonly pathInfo: PathInfo
  /** Counters and the ratchet's turns, for a screen that shows them; undefined once it has ended. */
  readonly facts: TunnelFacts | undefined
  /** Resolves when the other device has it. */
  send(text: string, options?: CallProgress): Promise<Message>
  /** Resolves when the other device has the whole file. Rejects with `refused_file` or `cancelled`. */
  sendFile(file: FileSource | Blob, options?: FileOptions): Promise<void>
  /** Tells the other side that it is over and closes. What was not acknowledged stays in the queue. */
  close(): void
}
