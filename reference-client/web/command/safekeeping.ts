/** What the world is asked to do for backups, copies and the browser's storage. */
import type { Keeping } from '../safekeeping.js'

export type SafekeepingCommand =
  | { readonly type: 'look_at_storage' }
  | { readonly type: 'persist' }
  | { readonly type: 'keeping'; readonly keeping: Keeping }
  | { readonly type: 'keeping_cancel' }
  | { readonly type: 'diagnosis'; readonly problems: Readonly<Record<string, number>> }
