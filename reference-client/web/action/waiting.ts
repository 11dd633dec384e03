export type WaitingAction = { readonly type: 'try_now'; readonly contact: string }
