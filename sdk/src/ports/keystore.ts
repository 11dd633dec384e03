/** Device key: a non-extractable second factor made on install (spec/11). */

export interface DeviceKey {
  /** AES-256-GCM. Nonce 12 bytes; 16-byte tag appended. */
  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  /** Rejects with `open_failed`. */
  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array>
}

/** The device keys, one a vault (spec/11 section 2). */
export interface Keystore {
  /** The device key of that vault, if there is one. */
  find(vault: string): Promise<DeviceKey | undefined>
  /** The device key of that vault, made if there is none. */
  deviceKey(vault: string): Promise<DeviceKey>
  /** Forgets it. */
  destroy(vault: string): Promise<void>
  /** Forgets those of all other vaults: what a wipe that was interrupted left behind. */
  keepOnly(vaults: readonly string[]): Promise<void>
}
