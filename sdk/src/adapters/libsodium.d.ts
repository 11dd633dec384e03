/** What the primitives use of libsodium's raw module: C functions over one memory. 64-bit lengths are two arguments, the low half first. */
declare module 'libsodium' {
  export interface LibsodiumModule {
    /** Its whole memory; another object after it grew. */
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _crypto_kdf_hkdf_sha256_extract(out: number, salt: number, saltBytes: number, key: number, keyBytes: number): number
    _crypto_scalarmult(shared: number, secret: number, publicKey: number): number
    _crypto_scalarmult_base(publicKey: number, secret: number): number
    _crypto_kem_mlkem768_seed_keypair(publicKey: number, secretKey: number, seed: number): number
    _crypto_kem_mlkem768_enc_deterministic(
      ciphertext: number,
      sharedSecret: number,
      publicKey: number,
      randomness: number,
    ): number
    _crypto_kem_mlkem768_dec(sharedSecret: number, ciphertext: number, secretKey: number): number
    _crypto_aead_chacha20poly1305_ietf_encrypt(
      ...args: readonly [
        out: number,
        outBytes: 0,
        plaintext: number,
        plaintextBytes: number,
        high: 0,
        ad: number,
        adBytes: number,
        adHigh: 0,
        none: 0,
        nonce: number,
        key: number,
      ]
    ): number
    _crypto_aead_chacha20poly1305_ietf_decrypt(
      ...args: readonly [
        out: number,
        outBytes: 0,
        none: 0,
        ciphertext: number,
        ciphertextBytes: number,
        high: 0,
        ad: number,
        adBytes: number,
        adHigh: 0,
        nonce: number,
        key: number,
      ]
    ): number
  }

  // biome-ignore lint/style/noDefaultExport: it is the module's own form
  export default function load(): Promise<LibsodiumModule>
}
