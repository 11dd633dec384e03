/** Why what was written waits, in English. */
import { isolated } from '../text.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'en'>): string => plural('en', value, forms)

export const waiting = {
  count: (value: number) => count(value, { one: '# message waits.', other: '# messages wait.' }),
  reasons: {
    session: (name: string) => `Your session has ended, and without it nobody finds ${isolated(name)}. Sign in again.`,
    server: (name: string) =>
      `The server does not answer, and it is needed to find ${isolated(name)}. What you wrote goes out by itself when it is back.`,
    account: (name: string) =>
      `The server does not serve your account now, and it is needed to find ${isolated(name)}. Your account says why.`,
    path: (name: string) => `Looking for a way to ${isolated(name)}.`,
    asked: (name: string) =>
      `${isolated(name)} has not answered your request. What you wrote goes out when they accept.`,
    contact: (name: string) =>
      `${isolated(name)} is not here. What you wrote goes out by itself when you are both online.`,
  },
  tryNow: 'Try now',
  account: 'To your account',
}
