/** The door of the SDK: register, log in, unlock (spec/03, spec/05, spec/11). Bound to a platform by the entry files. */
import type { IdentityBundle } from '@solo2/proto/account'
import { SelfRecord, type VaultHeader } from '@solo2/proto/vault'
import { foldUsername, preparePassword } from '../account/rules.js'
import { toHex, utf8, wipe } from '../bytes/bytes.js'
import { Solo2Error } from '../errors.js'
import { makeBundle } from '../identity/bundle.js'
import { generateIdentity, identitySecrets } from '../identity/keys.js'
import { recoveryAuthenticator, recoveryFingerprint } from '../keys/derivation.js'
import { PASSWORD_PROFILE, type PasswordKeys, passwordProfile, SALT_SIZE, splitPassword } from '../keys/password.js'
import { entropyToWords, generateMasterKey } from '../keys/words.js'
import { openWrappedMasterKey, parseWrappedMasterKey, wrapMasterKey } from '../keys/wrapper.js'
import { PROTOCOL } from '../limits.js'
import type { AccountApi } from '../ports/account-api.js'
import type { Platform } from '../ports/platform.js'
import type { Store } from '../ports/store.js'
import { createVaultHeader } from '../vault/header.js'
import type { Credentials, Me, Registration } from './api.js'
import { openMe } from './me.js'
import { createVault, openVault, readHeader, SELF } from './vault-store.js'
import { ACCOUNT_VERSIONS } from './versions.js'

export interface SlowCall {
  readonly signal?: AbortSignal
  /** `keys` stretches the password, `server` waits for an answer, `vault` writes or opens the vault. */
  readonly onProgress?: (stage: 'keys' | 'server' | 'vault') => void
}

export interface VaultOnDevice {
  readonly username: string
  readonly server: string
}

export interface Solo2 {
  /** Makes an account, a vault on this device and an identity. The words are shown once, by the caller. */
  register(registration: Registration & SlowCall): Promise<{ me: Me; words: string[] }>
  /** Opens this device's vault of that account, or, if there is none, makes one after asking the server. */
  login(credentials: Credentials & SlowCall): Promise<Me>
  /** Opens this device's vault without asking anybody. */
  unlock(credentials: Credentials & SlowCall): Promise<Me>
  vaults(): Promise<VaultOnDevice[]>
}

export function createSolo2(platform: Platform): Solo2 {
  const { host } = platform

  async function stretch(text: string, salt: Uint8Array, profile: number, call: SlowCall): Promise<PasswordKeys> {
    const password = preparePassword(text)
    call.onProgress?.('keys')
    try {
      const stretched = await host.argon2id(password, salt, passwordProfile(profile), call.signal)
      try {
        return splitPassword(host.primitives, stretched)
      } finally {
        wipe(stretched)
      }
    } finally {
      wipe(password)
    }
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
    api: AccountApi,
    store: Store,
    name: string,
    header: Pick<VaultHeader, 'username' | 'server' | 'wrappedMasterKey'>,
    masterKey: Uint8Array,
    self: Pick<SelfRecord, 'displayName' | 'pairingCode' | 'alias' | 'authKey' | 'sessionToken' | 'sessionExpiresAt'>,
  ): Promise<Me> {
    const identity = generateIdentity(host)
    const vaultKey = host.random(32)
    const deviceKey = await platform.keystore.deviceKey(name)
    const whole = await createVaultHeader({ ...header, vaultKey, masterKey, deviceKey, host })
    const record: SelfRecord = {
      ...self,
      ed25519Seed: identity.ed25519Seed,
      x25519Secret: identity.x25519Secret,
      device: host.random(PROTOCOL.ID_SIZE),
      bundlePublished: false,
      wakeToken: new Uint8Array(0),
      wakePublished: false,
      pushEndpoint: '',
    }
    const vault = await createVault(store, whole, vaultKey, record, host)
    return openMe({ platform, api, vault, header: whole, self: record, bundle: () => signedBundle(record) })
  }

  function signedBundle(self: SelfRecord): IdentityBundle {
    return makeBundle(host.primitives, identitySecrets(self.ed25519Seed, self.x25519Secret), self.alias)
  }

  return {
    async register({ server: origin, username: typed, password, displayName, ...call }) {
      const server = checkOrigin(origin)
      const username = foldUsername(typed)
      const name = vaultName(server, username)
      const api = platform.accountApi(server)
      const salt = host.random(SALT_SIZE)
      return withStore(name, async (store) => {
        if ((await readHeader(store)) !== undefined) {
          throw new Solo2Error('username_taken', 'this device has a vault of that name already', { field: 'username' })
        }
        const { authKey, wrapKey } = await stretch(password, salt, PASSWORD_PROFILE, call)
        const masterKey = generateMasterKey(host)
        try {
          const wrapped = await wrapMasterKey(host, { profile: PASSWORD_PROFILE, salt, wrapKey, masterKey })
          const authenticator = recoveryAuthenticator(host.primitives, masterKey)
          call.onProgress?.('server')
          const { session, account } = await api.register(
            {
              username,
              displayName,
              authKey,
              wrappedMasterKey: wrapped,
              recoveryFingerprint: recoveryFingerprint(host.primitives, authenticator),
              versions: [...ACCOUNT_VERSIONS],
            },
            call,
          )
          if (session === undefined || account === undefined) throw noAnswer()
          call.onProgress?.('vault')
          const me = await makeVault(api, store, name, { username, server, wrappedMasterKey: wrapped }, masterKey, {
            displayName: account.displayName,
            pairingCode: account.pairingCode,
            alias: account.alias,
            authKey,
            sessionToken: session.token,
            sessionExpiresAt: session.expiresAt,
          })
          return { me, words: entropyToWords(masterKey) }
        } finally {
          wipe(masterKey, wrapKey)
        }
      })
    },

    async login(credentials) {
      const server = checkOrigin(credentials.server)
      const username = foldUsername(credentials.username)
      const name = vaultName(server, username)
      return withStore(name, async (store) => {
        const header = await readHeader(store)
        if (header !== undefined) return unlockStore(store, name, header, credentials)
        const api = platform.accountApi(server)
        credentials.onProgress?.('server')
        const { profile, salt } = await api.prelogin({ username }, credentials)
        const { authKey, wrapKey } = await stretch(credentials.password, salt, profile, credentials)
        credentials.onProgress?.('server')
        const { session, account, wrappedMasterKey } = await api
          .login({ username, authKey, versions: [...ACCOUNT_VERSIONS] }, credentials)
          .catch((error: unknown) => {
            if (error instanceof Solo2Error && error.code === 'unauthenticated') {
              throw new Solo2Error('wrong_password', 'user name and password do not match', { cause: error })
            }
            throw error
          })
        if (session === undefined || account === undefined) throw noAnswer()
        const masterKey = await openWrappedMasterKey(host, wrappedMasterKey, { profile, salt, wrapKey })
        try {
          credentials.onProgress?.('vault')
          return await makeVault(api, store, name, { username, server, wrappedMasterKey }, masterKey, {
            displayName: account.displayName,
            pairingCode: account.pairingCode,
            alias: account.alias,
            authKey,
            sessionToken: session.token,
            sessionExpiresAt: session.expiresAt,
          })
        } finally {
          wipe(masterKey, wrapKey)
        }
      })
    },

    async unlock(credentials) {
      const server = checkOrigin(credentials.server)
      const name = vaultName(server, foldUsername(credentials.username))
      return withStore(name, async (store) => {
        const header = await readHeader(store)
        if (header === undefined) throw new Solo2Error('not_found', 'no vault of that account on this device')
        return unlockStore(store, name, header, credentials)
      })
    },

    async vaults() {
      const found: VaultOnDevice[] = []
      for (const name of await platform.stores.list()) {
        // Without opening it: a vault that another tab or program has open is listed all the same.
        const read = (table: string, id: string) => platform.stores.peek(name, table, id)
        const header = await readHeader({ read }).catch(() => undefined)
        if (header !== undefined) found.push({ username: header.username, server: header.server })
      }
      return found
    },
  }

  async function unlockStore(
    store: Store,
    name: string,
    header: VaultHeader,
    call: Credentials & SlowCall,
  ): Promise<Me> {
    const { profile, salt } = parseWrappedMasterKey(header.wrappedMasterKey)
    const { authKey, wrapKey } = await stretch(call.password, salt, profile, call)
    const masterKey = await openWrappedMasterKey(host, header.wrappedMasterKey, { profile, salt, wrapKey })
    try {
      call.onProgress?.('vault')
      const vault = await openVault(store, header, masterKey, await platform.keystore.deviceKey(name), host)
      const self = await vault.read(SELF.table, SELF.id, SelfRecord)
      if (self === undefined) throw new Solo2Error('storage_damaged', 'the vault has no record of its owner')
      const api = platform.accountApi(header.server)
      return await openMe({
        platform,
        api,
        vault,
        header,
        self: { ...self, authKey },
        bundle: () => signedBundle(self),
      })
    } finally {
      wipe(masterKey, wrapKey)
    }
  }
}

function noAnswer(): Solo2Error {
  return new Solo2Error('internal', 'the server left out what its answer must hold')
}

/** `http:` or `https:` origin without path. */
function checkOrigin(server: string): string {
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
