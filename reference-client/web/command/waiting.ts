export type WaitingCommand = { readonly type: 'try_now'; readonly contact: string }
