import type { ContactSettings, Coordinates } from '../sdk.js'

export type TalkCommand =
  | { readonly type: 'mark_read'; readonly contact: string; readonly id: string }
  /** `now`: without waiting for what is typed next. */
  | { readonly type: 'keep_draft'; readonly contact: string; readonly text: string }
  | { readonly type: 'look_up'; readonly contact: string; readonly id: string }
  | {
      readonly type: 'look'
      readonly contact: string
      readonly way: 'around' | 'before' | 'after'
      readonly from: number
      readonly id?: string
    }
  | { readonly type: 'edit'; readonly contact: string; readonly id: string; readonly text: string }
  | { readonly type: 'delete'; readonly contact: string; readonly id: string }
  | { readonly type: 'react'; readonly contact: string; readonly id: string; readonly emoji: string }
  | { readonly type: 'change_settings'; readonly contact: string; readonly change: Partial<ContactSettings> }
  | { readonly type: 'set_timer'; readonly contact: string; readonly seconds: number }
  | { readonly type: 'block'; readonly contact: string; readonly blocked: boolean }
  | { readonly type: 'remove_contact'; readonly contact: string }
  | { readonly type: 'measure_place'; readonly contact: string }
  | { readonly type: 'send_place'; readonly contact: string; readonly place: Coordinates }
  | { readonly type: 'search'; readonly text: string; readonly before?: number }
  | { readonly type: 'search_stop' }
