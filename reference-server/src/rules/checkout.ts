/** What a checkout may be (spec/05 section 15). */

/** Cents. */
export const AMOUNT_MIN = 100
export const AMOUNT_MAX = 50_000

/** Random bytes. */
export const CHECKOUT_REFERENCE_SIZE = 32

/** Checkouts of one account that may be open at once. */
export const CHECKOUTS_MAX = 5
