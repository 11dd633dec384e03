/** What keeps the data of an account safe: the browser's storage, backups, readable copies, and what a diagnosis tells. */
import type { Added, BackupFacts, BackupProgress } from './sdk.js'
import type { Problem } from './state.js'

export type Keeping =
  | { readonly kind: 'backup'; readonly password: string }
  | { readonly kind: 'copy'; readonly password: string }
  | { readonly kind: 'import'; readonly password: string; readonly file: File }

export type KeepingKind = Keeping['kind']

/** What the browser tells of its storage; what it does not tell is undefined. */
export interface StorageView {
  readonly persisted: boolean
  readonly used: number | undefined
  readonly quota: number | undefined
  /** It looks like a private window, whose storage ends with it. No browser says so for certain. */
  readonly isPrivate: boolean
  readonly backedUpAt: number | undefined
}

/** No password is in it. */
export interface Safekeeping {
  readonly storage: StorageView | undefined
  /** The browser was asked to keep the data and said no. */
  readonly isRefused: boolean
  readonly form: KeepingKind | undefined
  readonly running: { readonly kind: KeepingKind; readonly progress: BackupProgress } | undefined
  readonly outcome: KeepingOutcome | undefined
  /** How often which problem was met since the page was loaded, for a diagnosis. */
  readonly problems: Readonly<Record<string, number>>
}

export type KeepingOutcome =
  | { readonly kind: KeepingKind; readonly problem: Problem; readonly offset?: number }
  | { readonly kind: 'backup' | 'copy'; readonly facts: BackupFacts }
  | { readonly kind: 'import'; readonly added: Added }

export const NOTHING_KEPT: Safekeeping = {
  storage: undefined,
  isRefused: false,
  form: undefined,
  running: undefined,
  outcome: undefined,
  problems: {},
}

/** So long after the last backup, or so long without one while there is something to lose, it is due. */
const DUE_MS = 30 * 86_400_000

export function isBackupDue({ backedUpAt }: StorageView, now: number): boolean {
  return backedUpAt === undefined || now - backedUpAt > DUE_MS
}
