/**
 * Calls to the account plane with a session token, renewed silently with authKey when the 24 hours are over (spec/05).
 * Tunnels, queue and vault do not depend on it.
 */
import type { LoginResponse } from '@solo2/proto/account'
import { ensure, Solo2Error } from '../errors.js'
import type { AccountApi, CallOptions } from '../ports/account-api.js'
import { ACCOUNT_VERSIONS } from './versions.js'

export interface SessionSecrets {
  /** 32 bytes, or empty after a refused login. */
  readonly authKey: Uint8Array
  /** 32 bytes, or empty. */
  readonly token: Uint8Array
}

export interface SessionOptions {
  readonly api: AccountApi
  readonly username: string
  readonly secrets: SessionSecrets
  /** Stores a new token, or, with an empty authKey, that the server refused it. */
  save(secrets: SessionSecrets, expiresAt: bigint): Promise<void>
  onServer(state: 'connected' | 'away'): void
  onOver(): void
  /** Signed in again after it was over. */
  onValid(): void
}

export interface Session {
  readonly server: 'connected' | 'away'
  /** Nothing signs in by itself: the password must be typed. */
  readonly isOver: boolean
  /** Rejects with `unauthenticated` when the password must be typed again, `server_away` when nobody answers. */
  call<Name extends keyof AccountApi>(
    name: Name,
    request: Parameters<AccountApi[Name]>[0],
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<AccountApi[Name]>>>
  /**
   * A new session with a key that was just typed, in place of the one before. Rejects with `wrong_password`, and what was
   * there before stays.
   */
  signIn(authKey: Uint8Array, options?: CallOptions): Promise<LoginResponse>
  /** The server has another key from now on, and the session holds. */
  keyChanged(authKey: Uint8Array): void
  logout(): Promise<void>
  /** The account is gone: as after a refused login. */
  end(): Promise<void>
  /** The secrets are about to be wiped: calls reject with `closed` from now on, and no login is tried. */
  close(): void
}

export function createSession(options: SessionOptions): Session {
  let secrets = options.secrets
  let server: 'connected' | 'away' = 'away'
  let over = false
  let closed = false
  let renewing: Promise<void> | undefined

  function told(state: 'connected' | 'away'): void {
    if (server === state) return
    server = state
    options.onServer(state)
  }

  async function watched<T>(call: Promise<T>): Promise<T> {
    try {
      const answer = await call
      told('connected')
      return answer
    } catch (error) {
      if (error instanceof Solo2Error && error.code !== 'cancelled') {
        told(error.code === 'server_away' || error.code === 'timeout' ? 'away' : 'connected')
      }
      throw error
    }
  }

  async function renew(): Promise<void> {
    ensureOpen()
    if (over || secrets.authKey.length === 0) {
      // The vault kept nothing to sign in with: the person is told when the server is first needed.
      if (!over) options.onOver()
      over = true
      throw new Solo2Error('unauthenticated', 'the session is over')
    }
    try {
      const request = { username: options.username, authKey: secrets.authKey, versions: [...ACCOUNT_VERSIONS] }
      const { session } = await watched(options.api.login(request))
      if (session === undefined) throw new Solo2Error('internal', 'the server gave no session')
      secrets = { authKey: secrets.authKey, token: session.token }
      await options.save(secrets, session.expiresAt)
    } catch (error) {
      if (error instanceof Solo2Error && error.code === 'unauthenticated') await end()
      throw error
    }
  }

  async function end(): Promise<void> {
    over = true
    secrets = { authKey: new Uint8Array(0), token: new Uint8Array(0) }
    await options.save(secrets, 0n)
    options.onOver()
  }

  async function signIn(authKey: Uint8Array, callOptions: CallOptions = {}): Promise<LoginResponse> {
    ensureOpen()
    const { username } = options
    const answer = await watched(
      options.api.login({ username, authKey, versions: [...ACCOUNT_VERSIONS] }, callOptions),
    ).catch((error: unknown) => {
      if (!(error instanceof Solo2Error) || error.code !== 'unauthenticated') throw error
      throw new Solo2Error('wrong_password', 'The password is wrong.', { cause: error })
    })
    const { session } = answer
    ensureOpen()
    ensure(session !== undefined, 'internal', 'the server gave no session')
    const before = secrets.token
    secrets = { authKey, token: session.token }
    await options.save(secrets, session.expiresAt)
    // The one before would live on for its 24 hours otherwise.
    if (before.length > 0) options.api.logout({}, { token: before }).catch(() => undefined)
    if (over) options.onValid()
    over = false
    return answer
  }

  function ensureOpen(): void {
    ensure(!closed, 'closed', 'the account is locked')
  }

  /** Several calls that find the session over wait for one login. */
  function renewOnce(): Promise<void> {
    renewing ??= renew().finally(() => {
      renewing = undefined
    })
    return renewing
  }

  return {
    get server() {
      return server
    },
    get isOver() {
      return over
    },
    async call(name, request, callOptions = {}) {
      ensureOpen()
      const method = options.api[name] as (request: unknown, options: CallOptions) => Promise<never>
      if (secrets.token.length === 0) await renewOnce()
      try {
        return await watched(method(request, { ...callOptions, token: secrets.token }))
      } catch (error) {
        if (!(error instanceof Solo2Error) || error.code !== 'unauthenticated') throw error
      }
      await renewOnce()
      return await watched(method(request, { ...callOptions, token: secrets.token }))
    },
    signIn,
    keyChanged(authKey) {
      secrets = { ...secrets, authKey }
    },
    end,
    async logout() {
      if (secrets.token.length > 0) await watched(options.api.logout({}, { token: secrets.token }))
      secrets = { authKey: secrets.authKey, token: new Uint8Array(0) }
      await options.save(secrets, 0n)
    },
    close() {
      closed = true
    },
  }
}
