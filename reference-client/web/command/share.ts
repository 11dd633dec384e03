/** What another app shared. */
export type ShareCommand =
  | { readonly type: 'attach_shared'; readonly contact: string }
  | { readonly type: 'drop_shared' }
