/** AES-256-GCM by WebCrypto, the same in browsers and in Node (spec/11). */
import type { Aead } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import type { DeviceKey } from '../ports/keystore.js'

/** A view that WebCrypto's types take; the platforms take any. */
type Source = Uint8Array<ArrayBuffer>

export const webAead: Aead = {
  seal: async (key, nonce, associatedData, plaintext) =>
    await sealWith(await importAesKey(key), nonce, associatedData, plaintext),
  open: async (key, nonce, associatedData, ciphertext) =>
    await openWith(await importAesKey(key), nonce, associatedData, ciphertext),
}

/** A device key on a CryptoKey, which may be non-extractable. */
export function cryptoKeyDeviceKey(key: CryptoKey): DeviceKey {
  return {
    seal: (nonce, associatedData, plaintext) => sealWith(key, nonce, associatedData, plaintext),
    open: (nonce, associatedData, ciphertext) => openWith(key, nonce, associatedData, ciphertext),
  }
}

/** 32 bytes; the CryptoKey cannot be exported. */
export async function importAesKey(key: Uint8Array): Promise<CryptoKey> {
  ensure(key.length === 32, 'invalid_argument', 'an AES-256 key has 32 bytes')
  return await crypto.subtle.importKey('raw', key as Source, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

async function sealWith(
  key: CryptoKey,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const sealed = await crypto.subtle.encrypt(parameters(nonce, associatedData), key, plaintext as Source)
  return new Uint8Array(sealed)
}

async function openWith(
  key: CryptoKey,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  const algorithm = parameters(nonce, associatedData)
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext as Source))
  } catch (error) {
    throw new Solo2Error('open_failed', 'does not open', { cause: error })
  }
}

function parameters(nonce: Uint8Array, associatedData: Uint8Array): AesGcmParams {
  // Other lengths of nonce are hashed first, not alike in every library.
  ensure(nonce.length === 12, 'invalid_argument', 'an AES-GCM nonce has 12 bytes')
  return { name: 'AES-GCM', iv: nonce as Source, additionalData: associatedData as Source, tagLength: 128 }
}
