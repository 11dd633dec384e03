/** What an account and one of its contacts ask of each other. */
import type { ContactRecord, ContactStage } from '@solo2/proto/vault'
import type { IdentitySecrets, PublicIdentity } from '../identity/keys.js'
import type { Platform } from '../ports/platform.js'
import type { IceServer } from '../ports/transport.js'
import type { Contact, MeEvents, WaitReason } from './api.js'
import type { HandshakePlan } from './contact-record.js'
import type { Emitter } from './emitter.js'
import type { Introducer } from './introducer.js'
import type { NetworkPolicy } from './network.js'
import type { Change, Vault } from './vault-store.js'

export interface Self {
  readonly secrets: IdentitySecrets
  readonly keys: PublicIdentity
  readonly id: Uint8Array
  readonly device: Uint8Array
}

export interface ContactOptions {
  readonly platform: Platform
  readonly vault: Vault
  readonly introducer: Introducer
  readonly events: Emitter<MeEvents>
  readonly record: ContactRecord
  readonly self: Self
  iceServers(): Promise<readonly IceServer[]>
  readonly network: NetworkPolicy
  /** Why nobody can be looked for now. */
  obstacle(): Extract<WaitReason, 'session' | 'server' | 'account'> | undefined
  /** The own wake token, or empty. */
  wakeToken(): Uint8Array
  /** Other own devices have what this one writes. */
  isShared(): boolean
  /** Secrets of invitations that this contact may bring. */
  invitations(): readonly Uint8Array[]
  /** What else to commit when a handshake of that plan is confirmed. */
  confirmed(plan: HandshakePlan): readonly Change[]
  /** Wakes somebody else, if `still` holds after a random time. */
  wake(token: Uint8Array, still: () => boolean): Promise<boolean>
  /** The contact must not wake this account any more. Does not reject if the server is away. */
  renewWakeToken(): Promise<void>
  /** The contact is no more. */
  onRemoved(id: string): Promise<void>
}

/** The record that a contact has from now on; undefined if it was removed, or has nothing to show yet. */
export interface Rewritten {
  readonly record: ContactRecord | undefined
  readonly isGone: boolean
}

/** What `Me` holds of a contact; the application sees `view`. */
export interface LiveContact {
  readonly view: Contact
  readonly keys: PublicIdentity
  /** Names its tables, hex. */
  readonly conversation: string
  save(change: Partial<ContactRecord>): Promise<void>
  /** Unless the contact is blocked. */
  start(): void
  /** The person asked this contact anew, or accepted its request. Throws `wrong_state` if it is blocked. */
  readmit(stage: ContactStage): Promise<void>
  /**
   * Other own devices changed what the vault has of this contact: `job` stores it while nothing else writes, and gives the
   * record as it is now. Tunnel and transfers stay.
   */
  rewrite(job: () => Promise<Rewritten>): Promise<void>
  stop(): Promise<void>
  /** Resolves when a tunnel to this contact has stood once. */
  met(signal?: AbortSignal): Promise<void>
  /** Gives the own wake token, if there is one, to a contact that is here. */
  tellWakeToken(): void
  /** The person chose another pace or other paths. */
  networkChanged(): void
  /** This device is on another network. */
  roamed(): void
  joined(topics: readonly Uint8Array[]): void
  signal(topic: Uint8Array, signal: Uint8Array): boolean
}
