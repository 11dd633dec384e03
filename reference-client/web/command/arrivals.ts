/** Waiting for a contact. */
export type ArrivalCommand = { readonly type: 'tell_arrival' }
