/** What the doors of the SDK make of a server's address and of its answers. */
import type { Account, Session } from '@solo2/proto/account'
import { ensure, Solo2Error } from '../errors.js'

/** What the server answers to whoever proved to be the owner. */
export interface Granted {
  readonly session: Session
  readonly account: Account
}

/** Says what the refusal means to whoever typed it. */
export function saying(code: 'wrong_password' | 'wrong_words', message: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Solo2Error && error.code === 'unauthenticated') {
      throw new Solo2Error(code, message, { cause: error })
    }
    throw error
  }
}

export function granted({
  session,
  account,
}: {
  readonly session?: Session | undefined
  readonly account?: Account | undefined
}) {
  ensure(session !== undefined && account !== undefined, 'internal', 'the server left out what its answer must hold')
  return { session, account }
}

/** `http:` or `https:` origin without path. */
export function checkOrigin(server: string): string {
  let url: URL
  try {
    url = new URL(server)
  } catch {
    throw new Solo2Error('invalid_argument', 'not a server address', { field: 'server' })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Solo2Error('invalid_argument', 'a server address starts with http: or https:', { field: 'server' })
  }
  return url.origin
}
