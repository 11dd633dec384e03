/** The door of the SDK: register, log in, unlock, recover (spec/03, spec/05, spec/11). Bound to a platform by the entry files. */
import type { IdentityBundle } from '@solo2/proto/account'
import { Pace, Paths, SelfRecord, type VaultHeader } from '@solo2/proto/vault'
import { foldUsername } from '../account/rules.js'
import { equal, toHex, utf8, wipe } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import { makeBundle, verifyBundle } from '../identity/bundle.js'
import { generateIdentity, type IdentitySecrets, identitySecrets } from '../identity/keys.js'
import { recoveryAuthenticator, recoveryFingerprint } from '../keys/derivation.js'
import { PASSWORD_PROFILE, type PasswordKeys, SALT_SIZE } from '../keys/password.js'
import { entropyToWords, generateMasterKey, wordsToEntropy } from '../keys/words.js'
import { openWrappedMasterKey, parseWrappedMasterKey, wrapMasterKey } from '../keys/wrapper.js'
import { PROTOCOL } from '../limits.js'
import type { AccountApi } from '../ports/account-api.js'
import type { DeviceKey } from '../ports/keystore.js'
import type { Platform } from '../ports/platform.js'
import type { Store } from '../ports/store.js'
import { createVaultHeader, openVaultKey } from '../vault/header.js'
import type { Added } from './api/backup.js'
import type { Solo2 } from './api/solo2.js'
import type { Me, SlowCall } from './api.js'
import { listVaults, unreadableVaults } from './device-vaults.js'
import { keptSelf } from './locking.js'
import type { OpenMe } from './me.js'
import { parseCode } from './own-code.js'
import { passwordStretcher, type Stretch } from './password-keys.js'
import { checkOrigin, type Granted, granted, saying } from './server-answers.js'
import { watchClock } from './server-clock.js'
import { createVault, headerOf, type OpenedVault, openVault, put, SELF, type Wrapping } from './vault-store.js'
import { ACCOUNT_VERSIONS } from './versions.js'

/** What comes into an opened vault before anything looks at it. */
type Fill = NonNullable<OpenMe['fill']>

/** A vault on this device, found but not open. */
interface Found {
  readonly store: Store
  readonly name: string
  readonly header: VaultHeader
}

/**
 * The facade over a platform: those of browser and Node, or one with a part of your own, for example the transport. Throws
 * `invalid_argument` for a build that is none.
 */
export function createSolo2(platform: Platform): Solo2 {
  const { host, build } = platform
  ensure(build === undefined || /^[0-9a-f]{64}$/.test(build), 'invalid_argument', 'a build is 64 hexadecimal digits')

  /** The account plane, watched for what it says of this device's clock. */
  function serverOf(server: string, { onClock }: SlowCall): AccountApi {
    return watchClock(platform.accountApi(server), host.now, (aheadMs) => onClock?.({ aheadMs })).api
  }

  /** The name hides the user name from a folder listing; the header inside holds it in clear for the list of vaults. */
  function vaultName(server: string, username: string): string {
    return toHex(host.primitives.sha256(utf8(`${server}\n${username}`)).subarray(0, 16))
  }

  async function withStore<T>(name: string, job: (store: Store) => Promise<T>): Promise<T> {
    const store = await platform.stores.open(name)
    try {
      return await job(store)
    } catch (error) {
      await store.close()
      throw error
    }
  }

  /** A new vault with a new identity, published. */
  async function makeVault(
    place: Pick<Found, 'store' | 'name'> & Pick<VaultHeader, 'username' | 'server'>,
    { wrappedMasterKey, masterKey }: Wrapping,
    authKey: Uint8Array,
    granted: Granted,
    restored?: IdentitySecrets,
    fill?: Fill,
  ): Promise<Me> {
    const { store, name, username, server } = place
    const identity = restored ?? generateIdentity(host)
    const vaultKey = host.random(32)
    const deviceKey = await platform.keystore.deviceKey(name)
    const header = await createVaultHeader({ username, server, wrappedMasterKey, vaultKey, masterKey, deviceKey, host })
    const self: SelfRecord = {
      displayName: granted.account.displayName,
      pairingCode: granted.account.pairingCode,
      alias: granted.account.alias,
      authKey,
      sessionToken: granted.session.token,
      sessionExpiresAt: granted.session.expiresAt,
      ed25519Seed: identity.ed25519Seed,
      x25519Secret: identity.x25519Secret,
      device: host.random(PROTOCOL.ID_SIZE),
      bundlePublished: false,
      wakeToken: new Uint8Array(0),
      wakePublished: false,
      pushEndpoint: '',
      backedUpAt: 0n,
      undecided: restored === undefined && granted.account.bundle !== undefined,
      maximumSecurity: granted.account.maximumSecurity,
      lockAfterMinutes: 0,
      pace: Pace.UNSPECIFIED,
      paths: Paths.UNSPECIFIED,
    }
    const kept = keptSelf(self)
    return open(await createVault(store, header, { vaultKey, deviceKey, masterKey }, kept, host), self, undefined, fill)
  }

  async function open(vault: OpenedVault, self: SelfRecord, typed?: PasswordKeys, fill?: Fill): Promise<Me> {
    const api = platform.accountApi(vault.header.server)
    // A page that asks for a password need not wait for what comes after it.
    const { openMe } = await import('./me.js').catch(async (error: unknown) => {
      await vault.close()
      throw new Solo2Error('internal', 'a part of the program could not be loaded', { cause: error })
    })
    return openMe({ platform, api, vault, self, bundle: signedBundle, ...(typed && { typed }), ...(fill && { fill }) })
  }

  function signedBundle(self: SelfRecord): IdentityBundle {
    return makeBundle(host.primitives, identitySecrets(self.ed25519Seed, self.x25519Secret), self.alias)
  }

  /** A key made anew would open nothing, and hide that the one before is gone. */
  async function heldKey(name: string): Promise<DeviceKey> {
    const key = await platform.keystore.find(name)
    ensure(key !== undefined, 'storage_lost', 'The device key of this vault is gone: it opens nowhere any more.')
    return key
  }

  async function openFound({ store, name, header }: Found, masterKey: Uint8Array): Promise<[OpenedVault, SelfRecord]> {
    const vault = await openVault(store, header, masterKey, await heldKey(name), host)
    const self = await vault.read(SELF.table, SELF.id, SelfRecord)
    if (self === undefined) throw new Solo2Error('storage_damaged', 'the vault has no record of its owner')
    return [vault, self]
  }

  async function unlock(found: Found, stretch: Stretch, call: SlowCall, isAsking: boolean, fill?: Fill): Promise<Me> {
    const header = parseWrappedMasterKey(found.header.wrappedMasterKey)
    const keys = await stretch(header)
    const masterKey = await openWrappedMasterKey(host, found.header.wrappedMasterKey, { ...header, ...keys })
    call.onProgress?.('vault')
    try {
      const [vault, self] = await openFound(found, masterKey)
      return await open(vault, { ...self, authKey: keys.authKey }, isAsking ? keys : undefined, fill)
    } finally {
      wipe(masterKey)
      if (!isAsking) wipe(keys.wrapKey)
    }
  }

  /** Asks the server with a password. Rejects with `wrong_password`. */
  async function logIn(api: AccountApi, username: string, stretch: Stretch, call: SlowCall) {
    call.onProgress?.('server')
    const { profile, salt } = await api.prelogin({ username }, call)
    const { authKey, wrapKey } = await stretch({ profile, salt })
    call.onProgress?.('server')
    const answer = await api
      .login({ username, authKey, versions: [...ACCOUNT_VERSIONS] }, call)
      .catch(saying('wrong_password', 'user name and password do not match'))
    const { wrappedMasterKey } = answer
    const opening = openWrappedMasterKey(host, wrappedMasterKey, { profile, salt, wrapKey })
    const masterKey = await opening.finally(() => wipe(wrapKey))
    return { authKey, granted: granted(answer), wrapping: { wrappedMasterKey, masterKey } }
  }

  /** The vault of this device, now that the account's password is another: takes the server's wrapper over. */
  async function reopen(
    found: Found,
    authKey: Uint8Array,
    { session, account }: Granted,
    wrapping: Wrapping,
  ): Promise<Me> {
    const [vault, before] = await openFound(found, wrapping.masterKey)
    const self: SelfRecord = {
      ...before,
      displayName: account.displayName,
      pairingCode: account.pairingCode,
      authKey,
      sessionToken: session.token,
      sessionExpiresAt: session.expiresAt,
      maximumSecurity: account.maximumSecurity,
    }
    await vault.rewrap(wrapping, [put(SELF.table, SELF.id, SelfRecord, keptSelf(self))])
    return open(vault, self)
  }

  /** Another password than the one that opens this vault: right if the server says so. */
  async function catchUp(found: Found, stretch: Stretch, call: SlowCall, wrong: Solo2Error): Promise<Me> {
    const { username, server } = found.header
    const answer = await logIn(serverOf(server, call), username, stretch, call).catch((error: unknown) => {
      const isAway = error instanceof Solo2Error && (error.code === 'server_away' || error.code === 'timeout')
      throw isAway ? wrong : error
    })
    const { authKey, granted: answered, wrapping } = answer
    try {
      return await reopen(found, authKey, answered, wrapping).catch((error: unknown) => {
        if (!(error instanceof Solo2Error) || error.code !== 'wrong_words') throw error
        throw new Solo2Error(
          'former_password',
          'Password and words were changed on another device: this one opens with the password or words it had.',
          { cause: error },
        )
      })
    } finally {
      wipe(wrapping.masterKey)
    }
  }

  /** The vault first: what an end in between leaves is a key that opens nothing, and the next look at the vaults removes it. */
  async function forget(name: string, options?: { readonly evenIfOpen: boolean }): Promise<void> {
    await platform.stores.destroy(name, options)
    await platform.files.keepOnly(await platform.stores.list())
    await platform.keystore.destroy(name)
  }

  function placeOf(options: { readonly server: string; readonly username: string }) {
    const server = checkOrigin(options.server)
    const username = foldUsername(options.username)
    return { server, username, name: vaultName(server, username) }
  }

  async function found(store: Store, name: string): Promise<Found> {
    const header = await headerOf(store)
    if (header === undefined) throw new Solo2Error('not_found', 'no vault of that account on this device')
    return { store, name, header }
  }

  return {
    async register({ password, displayName, ...call }) {
      const { server, username, name } = placeOf(call)
      const salt = host.random(SALT_SIZE)
      return withStore(name, async (store) => {
        if ((await headerOf(store)) !== undefined) {
          throw new Solo2Error('username_taken', 'this device has a vault of that name already', { field: 'username' })
        }
        const header = { profile: PASSWORD_PROFILE, salt }
        const { authKey, wrapKey } = await passwordStretcher(host, password, call)(header)
        const masterKey = generateMasterKey(host)
        try {
          const wrappedMasterKey = await wrapMasterKey(host, { ...header, wrapKey, masterKey })
          const authenticator = recoveryAuthenticator(host.primitives, masterKey)
          call.onProgress?.('server')
          const answer = await serverOf(server, call).register(
            {
              username,
              displayName,
              authKey,
              wrappedMasterKey,
              recoveryFingerprint: recoveryFingerprint(host.primitives, authenticator),
              versions: [...ACCOUNT_VERSIONS],
            },
            call,
          )
          wipe(authenticator)
          call.onProgress?.('vault')
          const place = { store, name, server, username }
          const me = await makeVault(place, { wrappedMasterKey, masterKey }, authKey, granted(answer))
          return { me, words: entropyToWords(masterKey) }
        } finally {
          wipe(masterKey, wrapKey)
        }
      })
    },

    async login({ password, ...call }) {
      const { server, username, name } = placeOf(call)
      const stretch = passwordStretcher(host, password, call)
      return withStore(name, async (store) => {
        const header = await headerOf(store)
        if (header !== undefined) {
          return unlock({ store, name, header }, stretch, call, true).catch((error: unknown) => {
            if (!(error instanceof Solo2Error) || error.code !== 'wrong_password') throw error
            return catchUp({ store, name, header }, stretch, call, error)
          })
        }
        const answer = await logIn(serverOf(server, call), username, stretch, call)
        call.onProgress?.('vault')
        try {
          const place = { store, name, server, username }
          return await makeVault(place, answer.wrapping, answer.authKey, answer.granted)
        } finally {
          wipe(answer.wrapping.masterKey)
        }
      })
    },

    async unlock({ password, ...call }) {
      const { name } = placeOf(call)
      const stretch = passwordStretcher(host, password, call)
      return withStore(name, async (store) => unlock(await found(store, name), stretch, call, false))
    },

    async unlockWithWords({ words, ...call }) {
      const { name } = placeOf(call)
      const masterKey = wordsToEntropy(words)
      try {
        return await withStore(name, async (store) => {
          call.onProgress?.('vault')
          return open(...(await openFound(await found(store, name), masterKey)))
        })
      } finally {
        wipe(masterKey)
      }
    },

    async recover({ words, newPassword, ...call }) {
      const { server, username, name } = placeOf(call)
      const masterKey = wordsToEntropy(words)
      const stretch = passwordStretcher(host, newPassword, call)
      try {
        return await withStore(name, async (store) => {
          const header = await headerOf(store)
          // Before the server is asked: words that do not open what is here would leave the person with half of it.
          if (header !== undefined) await checkWords({ store, name, header }, masterKey)
          const api = serverOf(server, call)
          call.onProgress?.('server')
          const { profile, salt } = await api.prelogin({ username }, call)
          const { authKey, wrapKey } = await stretch({ profile, salt })
          const wrappedMasterKey = await wrapMasterKey(host, { profile, salt, wrapKey, masterKey })
          const authenticator = recoveryAuthenticator(host.primitives, masterKey)
          wipe(wrapKey)
          call.onProgress?.('server')
          const request = { username, authenticator, authKey, wrappedMasterKey, versions: [...ACCOUNT_VERSIONS] }
          const answer = granted(
            await api.recover(request, call).catch(saying('wrong_words', 'user name and words do not match')),
          )
          wipe(authenticator)
          call.onProgress?.('vault')
          const wrapping = { wrappedMasterKey, masterKey }
          if (header !== undefined) return reopen({ store, name, header }, authKey, answer, wrapping)
          return makeVault({ store, name, server, username }, wrapping, authKey, answer)
        })
      } finally {
        wipe(masterKey)
      }
    },

    async joinDevice({ code, deviceName, ...credentials }) {
      parseCode(code)
      const guest = await this.login(credentials)
      try {
        return await guest.devices.join(code, deviceName, credentials)
      } catch (error) {
        await guest.lock()
        throw error
      }
    },

    async importBackup({ password, backup, backupPassword, signal, onProgress, ...account }) {
      const [{ checkBackup }, { importBackup }] = await Promise.all([
        import('./backup.js'),
        import('./backup-import.js'),
      ])
      const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
      const { server, username, name } = placeOf(account)
      const checked = await checkBackup(host, backup, backupPassword, call)
      const slow: SlowCall = signal === undefined ? {} : { signal }
      const stretch = passwordStretcher(host, password, slow)
      let added: Added = { contacts: 0, messages: 0, files: 0 }
      const fill: Fill = async (vault, self) => {
        if (self.undecided) return
        added = await importBackup({ platform, vault, self }, checked, call)
      }
      try {
        const me = await withStore(name, async (store) => {
          const header = await headerOf(store)
          if (header !== undefined) return unlock({ store, name, header }, stretch, slow, false, fill)
          const { wrapping, authKey, granted: answered } = await logIn(serverOf(server, slow), username, stretch, slow)
          try {
            const { alias, ed25519Seed, x25519Secret } = checked.self
            const { alias: own, bundle } = answered.account
            const published = bundle && verifyBundle(host.primitives, bundle, own).ed25519
            const isOwn = published === undefined || equal(published, host.primitives.ed25519PublicKey(ed25519Seed))
            ensure(alias === own && isOwn, 'foreign_backup', 'The backup is of another account or identity.')
            const identity = identitySecrets(ed25519Seed, x25519Secret)
            return await makeVault({ store, name, server, username }, wrapping, authKey, answered, identity, fill)
          } finally {
            wipe(wrapping.masterKey)
          }
        })
        if (!me.undecided) return { me, added }
        const restored = await me.devices
          .restore({ backup, password: backupPassword, ...call })
          .catch(async (error) => {
            await me.lock()
            throw error
          })
        if (restored.added !== undefined) return { me: restored.me, added: restored.added }
        await restored.me.lock()
        throw restored.failure
      } finally {
        wipe(checked.stream.key)
      }
    },

    async *readBackup(call) {
      const { readBackup } = await import('./backup-reading.js')
      yield* readBackup(host, call)
    },

    vaults: () => listVaults(platform),
    unreadable: () => unreadableVaults(platform),

    async clearData(account) {
      const { name } = placeOf(account)
      const names = await platform.stores.list()
      ensure(names.includes(name), 'not_found', 'no vault of that account on this device')
      await forget(name)
    },

    async emergencyReset() {
      for (const name of await platform.stores.list()) await forget(name, { evenIfOpen: true })
      await platform.keystore.keepOnly([])
    },
  }

  async function checkWords({ name, header }: Found, masterKey: Uint8Array): Promise<void> {
    wipe(await openVaultKey(header, { masterKey, deviceKey: await heldKey(name), host }))
  }
}
