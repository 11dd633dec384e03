/** What the pure core may ask of the world. Nothing in the core reads a clock, a random source or a store by itself. */

/** Cryptographic primitives: synchronous, stateless, checked against published vectors. All inputs and outputs are bytes. */
export interface Primitives {
  /** SHA-256 (FIPS 180-4): 32 bytes. */
  sha256(data: Uint8Array): Uint8Array
  /** SHA-512 (FIPS 180-4): 64 bytes. */
  sha512(data: Uint8Array): Uint8Array
  /** HMAC-SHA-256 (RFC 2104): 32 bytes. */
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array
  /** Two HMACs under one key, computing the key's pads once. */
  hmacPair(key: Uint8Array, first: Uint8Array, second: Uint8Array): [Uint8Array, Uint8Array]
  /** X25519 (RFC 7748) public key of a 32-byte secret. */
  x25519PublicKey(secret: Uint8Array): Uint8Array
  /** X25519 shared secret, 32 bytes. Throws `invalid_key` for a non-canonical public key or an all-zero result. */
  x25519(secret: Uint8Array, publicKey: Uint8Array): Uint8Array
  /** Ed25519 (RFC 8032) public key of a 32-byte seed. */
  ed25519PublicKey(seed: Uint8Array): Uint8Array
  /** Ed25519 signature, 64 bytes. */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array
  /** Strict Ed25519: refuses non-canonical encodings and small-order public keys. Never throws. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** ML-KEM-768 (FIPS 203) encapsulation key (1,184 bytes) of a 64-byte seed. Only the seed is kept. */
  mlkemPublicKey(seed: Uint8Array): Uint8Array
  /** Encapsulates with 32 bytes of randomness. Throws `invalid_key` if the key fails FIPS 203 section 7.2. */
  mlkemEncapsulate(publicKey: Uint8Array, randomness: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array }
  /** Decapsulates (implicit rejection: a wrong ciphertext gives another secret). 32 bytes. */
  mlkemDecapsulate(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array
  /**
   * ChaCha20-Poly1305 (RFC 8439): ciphertext with its 16-byte tag. Key 32, nonce 12 bytes. `into`: memory as long as the
   * result, which may be used for it and given back; it does not overlap the plaintext.
   */
  aeadSeal(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    plaintext: Uint8Array,
    into?: Uint8Array,
  ): Uint8Array
  /**
   * Throws `open_failed`, and nothing was written then. `into`: memory as long as the result, which may be used for it and given
   * back; it may be where the ciphertext begins.
   */
  aeadOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    ciphertext: Uint8Array,
    into?: Uint8Array,
  ): Uint8Array
}

/** AES-256-GCM for the vault: asynchronous, since browsers offer it so. Key 32, nonce 12 bytes; 16-byte tag appended. */
export interface Aead {
  /** Returns ciphertext and tag. */
  seal(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  /** Rejects with `open_failed`. */
  open(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array>
}

/** The world, as far as the core may ask for it: nothing below reads a clock or draws a random byte otherwise. */
export interface Env {
  /** `length` fresh random bytes from the system's CSPRNG. */
  random(length: number): Uint8Array
  /** Unix time in milliseconds. */
  now(): number
  readonly primitives: Primitives
}
