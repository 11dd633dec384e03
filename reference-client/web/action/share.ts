/** What another app shared. */
import type { SharedFile, ShareProblem } from '../share.js'

export type ShareAction =
  | { readonly type: 'shared'; readonly text: string; readonly files: readonly SharedFile[] }
  | { readonly type: 'share_failed'; readonly reason: ShareProblem }
  | { readonly type: 'share_to'; readonly contact: string }
  | { readonly type: 'share_left' }
