/** Waiting for a contact, in English. */
import { isolated } from '../text.js'

export const arrivals = {
  await: 'Tell me when both of us are here',
  awaitText:
    'Once, on this page, as long as it is open and unlocked; as a notification without a name too, if those are on. The contact does not learn of it.',
  here: (name: string) => `${isolated(name)} is here: both of you are connected now.`,
  write: 'Write',
  somebody: 'Somebody you wait for is here',
}
