/** Pictures and voice notes. */
export type MediaCommand =
  | { readonly type: 'hold_pictures'; readonly files: readonly { readonly key: string; readonly file: File }[] }
  | { readonly type: 'drop_pictures'; readonly keys: readonly string[] }
  | {
      readonly type: 'ready_pictures'
      readonly contact: string
      readonly keys: readonly string[]
      readonly original: boolean
    }
  | { readonly type: 'record_voice' | 'stop_voice' | 'drop_voice' }
  | { readonly type: 'ready_voice'; readonly contact: string; readonly key: string; readonly name: string }
  | { readonly type: 'open_media'; readonly contact: string; readonly file: string }
  | { readonly type: 'close_media'; readonly file: string }
