/**
 * What needs the password while the vault is open (spec/05 section 13): another password, new words, the words again, signing
 * in after the session was refused, deletion. The device's header follows what the server has, never the other way (05-43).
 */
import type { SelfRecord } from '@solo2/proto/vault'
import { equal, wipe } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import { recoveryAuthenticator, recoveryFingerprint } from '../keys/derivation.js'
import type { PasswordKeys } from '../keys/password.js'
import { entropyToWords, generateMasterKey } from '../keys/words.js'
import { openWrappedMasterKey, parseWrappedMasterKey, wrapMasterKey } from '../keys/wrapper.js'
import type { Host } from '../ports/host.js'
import type { PasswordCall, Secrets, SlowCall } from './api.js'
import { passwordStretcher } from './password-keys.js'
import type { Session } from './session.js'
import type { Vault, Wrapping } from './vault-store.js'

export interface AccountSecretsOptions {
  readonly host: Host
  readonly session: Session
  readonly vault: Vault
  /** Stores the change of the own record and the header in one commit. */
  save(change: Partial<SelfRecord>, wrapping: Wrapping): Promise<void>
}

export interface AccountSecrets extends Secrets {
  /** After the vault was opened with a password: takes over what other devices changed. Wipes the wrapKey. */
  catchUp(keys: PasswordKeys): Promise<void>
  /** Whether it is the password that opens this vault; asks nobody. Rejects with `wrong_password`. */
  check(call: PasswordCall): Promise<void>
}

interface Proved extends PasswordKeys {
  /** 32 bytes. */
  readonly masterKey: Uint8Array
}

export function accountSecrets({ host, session, vault, save }: AccountSecretsOptions): AccountSecrets {
  const header = () => parseWrappedMasterKey(vault.header.wrappedMasterKey)

  async function keep({ authKey, masterKey }: Omit<Proved, 'wrapKey'>, wrappedMasterKey: Uint8Array): Promise<void> {
    await save({ authKey }, { wrappedMasterKey, masterKey })
  }

  /** Logs in with what was typed, and takes over the wrapper that the server has. Rejects with `wrong_password`. */
  async function prove({ password, ...call }: PasswordCall): Promise<Proved> {
    const keys = await passwordStretcher(host, password, call)(header())
    call.onProgress?.('server')
    try {
      return await proveKeys(keys, call)
    } catch (error) {
      wipe(keys.authKey, keys.wrapKey)
      throw error
    }
  }

  /** By this device's header alone. */
  async function proveHere({ password, ...call }: PasswordCall): Promise<Proved> {
    const keys = await passwordStretcher(host, password, call)(header())
    const { wrappedMasterKey } = vault.header
    return { ...keys, masterKey: await openWrappedMasterKey(host, wrappedMasterKey, { ...header(), ...keys }) }
  }

  async function proveKeys(keys: PasswordKeys, call: SlowCall): Promise<Proved> {
    const { wrappedMasterKey } = await session.signIn(keys.authKey, call)
    const masterKey = await openWrappedMasterKey(host, wrappedMasterKey, { ...header(), wrapKey: keys.wrapKey })
    const proved = { ...keys, masterKey }
    if (!equal(wrappedMasterKey, vault.header.wrappedMasterKey)) await keep(proved, wrappedMasterKey)
    return proved
  }

  /**
   * A change whose answer was lost may have been made: the server is asked once more, with the key that would hold then.
   * Resolves if it was made, otherwise rejects with what was answered.
   */
  async function sure(change: Promise<unknown>, authKey: Uint8Array, wrapped: Uint8Array): Promise<void> {
    try {
      await change
    } catch (error) {
      const isLost = error instanceof Solo2Error && (error.code === 'server_away' || error.code === 'timeout')
      if (!isLost) throw error
      const asked = await session.signIn(authKey).catch(() => undefined)
      if (asked === undefined || !equal(asked.wrappedMasterKey, wrapped)) throw error
    }
  }

  return {
    async signIn(call) {
      const { wrapKey, masterKey } = await prove(call)
      wipe(wrapKey, masterKey)
    },

    async changePassword({ newPassword, ...call }) {
      const next = await passwordStretcher(host, newPassword, call)(header())
      const { authKey, wrapKey, masterKey } = await prove(call)
      try {
        const wrapped = await wrapMasterKey(host, { ...header(), wrapKey: next.wrapKey, masterKey })
        call.onProgress?.('server')
        const request = { authKey, newAuthKey: next.authKey, wrappedMasterKey: wrapped }
        await sure(session.call('changePassword', request, call), next.authKey, wrapped)
        call.onProgress?.('vault')
        await keep({ authKey: next.authKey, masterKey }, wrapped)
        session.keyChanged(next.authKey)
      } finally {
        wipe(wrapKey, next.wrapKey, masterKey)
      }
    },

    async newWords(call) {
      const { authKey, wrapKey, masterKey: former } = await prove(call)
      const masterKey = generateMasterKey(host)
      try {
        const wrapped = await wrapMasterKey(host, { ...header(), wrapKey, masterKey })
        const authenticator = recoveryAuthenticator(host.primitives, masterKey)
        const fingerprint = recoveryFingerprint(host.primitives, authenticator)
        wipe(authenticator)
        call.onProgress?.('server')
        const request = { authKey, wrappedMasterKey: wrapped, recoveryFingerprint: fingerprint }
        await sure(session.call('newWords', request, call), authKey, wrapped)
        call.onProgress?.('vault')
        await keep({ authKey, masterKey }, wrapped)
        return entropyToWords(masterKey)
      } finally {
        wipe(wrapKey, former, masterKey)
      }
    },

    async check(call) {
      const { authKey, wrapKey, masterKey } = await proveHere(call)
      wipe(authKey, wrapKey, masterKey)
    },

    async words(call) {
      const { wrapKey, masterKey } = await prove(call).catch((error: unknown) => {
        if (!(error instanceof Solo2Error) || error.code !== 'server_away') throw error
        return proveHere(call)
      })
      try {
        return entropyToWords(masterKey)
      } finally {
        wipe(wrapKey, masterKey)
      }
    },

    async deleteAccount(call) {
      const { authKey, wrapKey, masterKey } = await prove(call)
      wipe(wrapKey, masterKey)
      await session.call('deleteAccount', { authKey }, call)
      await session.end()
    },

    async catchUp(keys) {
      try {
        const { masterKey } = await proveKeys(keys, {})
        wipe(masterKey)
      } catch (error) {
        // Away, limited, or another password since: a later call of the session finds it out and says so.
        ensure(error instanceof Solo2Error, 'internal', 'signing in failed')
      } finally {
        wipe(keys.wrapKey)
      }
    },
  }
}
