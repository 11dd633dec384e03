/**
 * The header of a vault: it opens the vault key (spec/11 section 2).
 *
 *   inner   = nonce[12] ‖ AES-256-GCM(HKDF(master key, "Solo2 v1 vault wrap", 32), nonce, place ‖ 01, vault key)[48]
 *   wrapped = nonce[12] ‖ AES-256-GCM(device key, nonce, place ‖ 02, inner)[76]                          88 bytes
 *   place   = "Solo2 v1 vault key" ‖ u32be(version) ‖ u32be(bytes of user name) ‖ user name
 *             ‖ u32be(bytes of server) ‖ server
 *
 * Opening needs both: the master key (from the password or the words) and the device key, which stays on this device.
 */
import { VaultHeader } from '@solo2/proto/vault'
import { concat, u32be, utf8, wipe } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Aead, Primitives } from '../env.js'
import { type ErrorCode, ensure, Solo2Error } from '../errors.js'
import { vaultWrapKey } from '../keys/derivation.js'
import { parseWrappedMasterKey } from '../keys/wrapper.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'

const VAULT_VERSION = 1
/** The protobuf head of field 1 (version), the first byte of each header. */
const VERSION_FIELD = 0x08
const KEY_SIZE = 32
const INNER_SIZE = SIZES.aeadNonce + KEY_SIZE + SIZES.aeadTag
const WRAPPED_SIZE = SIZES.aeadNonce + INNER_SIZE + SIZES.aeadTag
const MASTER_LAYER = 1
const DEVICE_LAYER = 2
const SERVER_MAX = 512
const HEADER_MAX = 1_024

/** AES-256-GCM under a key that cannot be read (the keystore port has the same shape). */
export interface SealedByDevice {
  /** The ciphertext with its tag. */
  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  /** Rejects with `open_failed`. */
  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array>
}

/** What the platform gives to make or open a header. */
export interface VaultHost {
  readonly primitives: Primitives
  readonly aead: Aead
  /** So many random bytes. */
  random(length: number): Uint8Array
}

/** What the header of a new vault is made of. */
export interface NewHeader {
  /** Folded. */
  readonly username: string
  /** The server's origin. */
  readonly server: string
  /** 80 bytes. */
  readonly wrappedMasterKey: Uint8Array
  /** 32 bytes each. A new vault's key is random. */
  readonly vaultKey: Uint8Array
  readonly masterKey: Uint8Array
  readonly deviceKey: SealedByDevice
  readonly host: VaultHost
}

/** The header of a new vault; also after a new master key or a server that moved. Throws `invalid_argument`. */
export async function createVaultHeader(vault: NewHeader): Promise<VaultHeader> {
  const { username, server, wrappedMasterKey, host } = vault
  ensureLength(vault.vaultKey, KEY_SIZE, 'invalid_argument', 'a vault key')
  const wrapKey = vaultWrapKey(host.primitives, vault.masterKey)
  const bare = { version: VAULT_VERSION, username, server, wrappedMasterKey, wrappedVaultKey: new Uint8Array(0) }
  const innerNonce = host.random(SIZES.aeadNonce)
  const inner = concat(innerNonce, await host.aead.seal(wrapKey, innerNonce, place(bare, MASTER_LAYER), vault.vaultKey))
  const nonce = host.random(SIZES.aeadNonce)
  const sealed = await vault.deviceKey.seal(nonce, place(bare, DEVICE_LAYER), inner)
  wipe(wrapKey, inner)
  const header = { ...bare, wrappedVaultKey: concat(nonce, sealed) }
  checkHeader(header)
  return header
}

/**
 * The vault key, 32 bytes. Throws `storage_damaged` if the device key does not open it (another device's vault, or a
 * header that was changed), `wrong_words` if the master key is not this vault's.
 */
export async function openVaultKey(
  header: VaultHeader,
  keys: {
    readonly masterKey: Uint8Array
    readonly deviceKey: SealedByDevice
    readonly host: Pick<VaultHost, 'primitives' | 'aead'>
  },
): Promise<Uint8Array> {
  checkHeader(header)
  const wrapped = header.wrappedVaultKey
  const inner = await opened('storage_damaged', 'The vault belongs to another device, or is damaged.', () =>
    keys.deviceKey.open(
      wrapped.subarray(0, SIZES.aeadNonce),
      place(header, DEVICE_LAYER),
      wrapped.subarray(SIZES.aeadNonce),
    ),
  )
  ensure(inner.length === INNER_SIZE, 'storage_damaged', 'not the size of a wrapped vault key')
  const wrapKey = vaultWrapKey(keys.host.primitives, keys.masterKey)
  try {
    return await opened('wrong_words', 'The master key is not the one of this vault.', () =>
      keys.host.aead.open(
        wrapKey,
        inner.subarray(0, SIZES.aeadNonce),
        place(header, MASTER_LAYER),
        inner.subarray(SIZES.aeadNonce),
      ),
    )
  } finally {
    wipe(wrapKey, inner)
  }
}

/** The header with a master key that is wrapped anew (password change): nothing else is encrypted again. */
export function withWrappedMasterKey(header: VaultHeader, wrappedMasterKey: Uint8Array): VaultHeader {
  parseWrappedMasterKey(wrappedMasterKey)
  return { ...header, wrappedMasterKey }
}

/** Throws `storage_damaged` for what is no header. */
export function encodeVaultHeader(header: VaultHeader): Uint8Array {
  checkHeader(header)
  return encode(VaultHeader, header)
}

/** Throws `storage_newer` for the header of a later version, `storage_damaged` for anything that is no header. */
export function decodeVaultHeader(bytes: Uint8Array): VaultHeader {
  ensure(bytes.length <= HEADER_MAX, 'storage_damaged', 'too long for the header of a vault')
  const newer = bytes[0] === VERSION_FIELD && (bytes[1] as number) > VAULT_VERSION
  ensure(!newer, 'storage_newer', 'The vault was written by a later version.')
  try {
    const header = decodeCanonical(VaultHeader, bytes)
    checkHeader(header)
    return header
  } catch (error) {
    throw new Solo2Error('storage_damaged', 'The header of the vault is damaged.', { cause: error })
  }
}

function checkHeader(header: VaultHeader): void {
  ensure(header.version === VAULT_VERSION, 'storage_damaged', 'a vault header without a version')
  const { length } = header.username
  const named = length >= PROTOCOL.USERNAME_MIN && length <= PROTOCOL.USERNAME_MAX
  ensure(named, 'storage_damaged', 'a vault header without a user name')
  const origin = header.server.length > 0 && header.server.length <= SERVER_MAX
  ensure(origin, 'storage_damaged', 'a vault header without a server')
  parseWrappedMasterKey(header.wrappedMasterKey)
  ensure(header.wrappedVaultKey.length === WRAPPED_SIZE, 'storage_damaged', 'a wrapped vault key has 88 bytes')
}

function place(header: Pick<VaultHeader, 'version' | 'username' | 'server'>, layer: number): Uint8Array {
  const username = utf8(header.username)
  const server = utf8(header.server)
  const names = concat(u32be(username.length), username, u32be(server.length), server)
  return concat(LABELS.vaultKey, u32be(header.version), names, Uint8Array.of(layer))
}

async function opened(code: ErrorCode, message: string, open: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await open()
  } catch (error) {
    throw new Solo2Error(code, message, { cause: error })
  }
}
