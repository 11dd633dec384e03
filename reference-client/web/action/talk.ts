import type { ContactSettings, Coordinates, Message } from '../sdk.js'
import type { Problem } from '../state.js'
import type { HitView, PlaceProblem } from '../talk.js'

export type TalkAction =
  // Reading.
  | {
      readonly type: 'unread'
      readonly contact: string
      readonly count: number
      readonly first: number | undefined
    }
  | { readonly type: 'visibility'; readonly visible: boolean }
  | { readonly type: 'quoted'; readonly contact: string; readonly id: string; readonly message: Message | undefined }
  /** To a message of which the place is known. */
  | { readonly type: 'jump'; readonly contact: string; readonly id: string; readonly position: number }
  | {
      readonly type: 'looked'
      readonly contact: string
      readonly way: 'around' | 'before' | 'after'
      readonly messages: readonly Message[]
      /** Whether there may be earlier ones. */
      readonly earlier: boolean
      readonly id?: string
    }
  | { readonly type: 'later'; readonly contact: string }
  | { readonly type: 'newest'; readonly contact: string }
  // What can be done with a message.
  | { readonly type: 'reply'; readonly message: Message }
  | { readonly type: 'edit_begin'; readonly message: Message }
  | { readonly type: 'edit_typed'; readonly contact: string; readonly text: string }
  | { readonly type: 'edit'; readonly contact: string }
  | { readonly type: 'compose_left'; readonly contact: string }
  | { readonly type: 'delete'; readonly contact: string; readonly id: string }
  | { readonly type: 'react'; readonly contact: string; readonly id: string; readonly emoji: string }
  // What the person chose for a contact.
  | { readonly type: 'settings_changed'; readonly contact: string; readonly change: Partial<ContactSettings> }
  | { readonly type: 'timer_chosen'; readonly contact: string; readonly seconds: number }
  | { readonly type: 'block'; readonly contact: string; readonly blocked: boolean }
  | { readonly type: 'remove_contact'; readonly contact: string }
  // Places.
  | { readonly type: 'place_wanted'; readonly contact: string }
  | { readonly type: 'place_measured'; readonly contact: string; readonly place: Coordinates }
  | { readonly type: 'place_failed'; readonly contact: string; readonly reason: PlaceProblem }
  | { readonly type: 'place_send' }
  | { readonly type: 'place_dropped' }
  // Search.
  | { readonly type: 'search_typed'; readonly text: string }
  | { readonly type: 'search_more' }
  | { readonly type: 'search_closed' }
  | {
      readonly type: 'search_found'
      readonly text: string
      readonly hits: readonly HitView[]
      readonly more: boolean
      readonly isWhole: boolean
      readonly before?: number
    }
  | { readonly type: 'search_failed'; readonly text: string; readonly problem: Problem }
