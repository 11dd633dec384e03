import { Solo2Error } from '@solo2/sdk/shared'

/** One token wakes one account: whoever has it first keeps it, or a contact who knows it could take a person's wakes. */
export function wakeHashTaken(): Solo2Error {
  return new Solo2Error('invalid_argument', 'This wake token is in use; draw another one.', { field: 'wake_hash' })
}
