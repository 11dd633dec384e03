/** Waiting for a contact. */
export type ArrivalAction =
  | { readonly type: 'await_contact'; readonly contact: string; readonly on: boolean }
  | { readonly type: 'arrival_seen'; readonly contact: string }
