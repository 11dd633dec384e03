/** What the owner of an account does with it: one thing at a time, each with its form, its wait and its outcome. */
import type { AccountSession, Standing } from './sdk.js'
import type { Problem } from './state.js'

export type Task =
  | { readonly kind: 'rename'; readonly displayName: string }
  | { readonly kind: 'new_code' }
  | { readonly kind: 'password'; readonly password: string; readonly newPassword: string }
  | { readonly kind: 'words' | 'new_words' | 'sign_in' | 'delete_account'; readonly password: string }
  | { readonly kind: 'end_sessions' | 'pause' | 'resume' | 'balance_seen' }
  | { readonly kind: 'maximum_security'; readonly on: boolean }
  | { readonly kind: 'top_up'; readonly cents: number }
  | { readonly kind: 'feedback'; readonly text: string }

export type TaskKind = Task['kind']

export type TaskStage = 'loading' | 'keys' | 'server' | 'vault'

/** No password is in it, and words only while they are shown. */
export interface Owner {
  /** Unknown until the server told. */
  readonly standing: Standing | undefined
  readonly sessions: readonly AccountSession[]
  /** Whose form is open. */
  readonly form: TaskKind | undefined
  readonly running: { readonly kind: TaskKind; readonly stage: TaskStage } | undefined
  readonly outcome: Outcome | undefined
}

export interface Outcome {
  readonly kind: TaskKind
  readonly problem?: Problem
  readonly words?: readonly string[]
}

export const NO_OWNER: Owner = {
  standing: undefined,
  sessions: [],
  form: undefined,
  running: undefined,
  outcome: undefined,
}
