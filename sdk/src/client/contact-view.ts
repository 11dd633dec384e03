/** A contact as an application sees it. */
import { type ContactRecord, ContactStage } from '@solo2/proto/vault'
import { PROTOCOL } from '../limits.js'
import type { PathInfo } from '../ports/transport.js'
import type { Contact, ContactState, Diagnosis, WaitReason } from './api.js'
import { acceptedDevices } from './contact-record.js'
import { changedSettings, shownSettings } from './contact-settings.js'
import type { ContactWake } from './contact-wake.js'
import type { Conversation } from './conversation.js'
import type { Correspondence } from './correspondence.js'
import type { Transfers } from './transfers.js'
import type { TunnelView } from './tunnel-view.js'
import { verificationOf } from './verification.js'
import type { Waiters } from './waiters.js'

export interface ContactParts {
  readonly id: string
  record(): ContactRecord
  save(change: Partial<ContactRecord>): Promise<void>
  linkState(): Exclude<ContactState, 'asked'>
  path(): PathInfo
  build(): string | undefined
  waitsFor(): WaitReason | undefined
  diagnosis(): Diagnosis | undefined
  tryNow(): Promise<void>
  safetyNumber(): string
  safetyQr(): Uint8Array
  setVerified(verified: boolean, scanned: Uint8Array | undefined): Promise<void>
  readonly waiters: Waiters<TunnelView>
  readonly waking: ContactWake
  readonly correspondence: Correspondence
  readonly conversation: Conversation
  readonly transfers: Transfers
  setBlocked(blocked: boolean): Promise<void>
  remove(): Promise<void>
}

export function contactView(parts: ContactParts): Contact {
  const { id, record, save, waiters, waking, conversation, transfers } = parts
  return {
    id,
    get displayName() {
      return record().displayName
    },
    get alias() {
      return record().alias
    },
    get state(): ContactState {
      const state = parts.linkState()
      return state === 'away' && record().stage === ContactStage.ASKED ? 'asked' : state
    },
    get path() {
      return parts.path().kind
    },
    get build() {
      return parts.build()
    },
    get waitsFor() {
      return parts.waitsFor()
    },
    get diagnosis() {
      return parts.diagnosis()
    },
    tryNow: () => parts.tryNow(),
    get safetyNumber() {
      return parts.safetyNumber()
    },
    get verification() {
      return verificationOf(record())
    },
    get verified() {
      return verificationOf(record()) !== 'none'
    },
    get safetyQr() {
      return parts.safetyQr()
    },
    setVerified: async (verified, scanned) => parts.setVerified(verified, scanned),
    get notice() {
      return record().pendingDevices.length > 0
    },
    acceptDevices: () => save(acceptedDevices(record())),
    connect: async ({ signal } = {}) => (await waiters.wait(signal)).tunnel,
    ...parts.correspondence.writing,
    get timerSeconds() {
      return record().expirySeconds
    },
    get unread() {
      return conversation.unread.length
    },
    get firstUnread() {
      return conversation.unread[0]
    },
    get settings() {
      return shownSettings(record().settings)
    },
    changeSettings: async (change) => save({ settings: changedSettings(record().settings, change) }),
    offerFile: (source, options) => transfers.offer(source, options),
    acceptFile: (file) => transfers.accept(file),
    refuseFile: (file) => transfers.refuse(file),
    pauseFile: (file) => transfers.pause(file),
    resumeFile: (file, source, fileOptions) => transfers.resume(file, source, fileOptions),
    cancelFile: (file) => transfers.cancel(file),
    ...transfers.received,
    get canWake() {
      return record().wakeToken.length === PROTOCOL.WAKE_TOKEN_SIZE
    },
    wake: () => waking.now(),
    get transfers() {
      return transfers.list()
    },
    get blocked() {
      return record().settings?.blocked === true
    },
    block: () => parts.setBlocked(true),
    unblock: () => parts.setBlocked(false),
    remove: () => parts.remove(),
  }
}
