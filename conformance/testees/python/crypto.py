"""The primitives of spec/00 section 4 with its refusals, and HPKE's single shot (RFC 9180) as spec/06 section 9 uses it."""

import hashlib
import hmac as hmac_module

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wire import Refused

FIELD = 2**255 - 19


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac(key, data):
    return hmac_module.digest(key, data, "sha256")


def hkdf_expand(key, info, length):
    out, block = b"", b""
    while len(out) < length:
        block = hmac(key, block + info + bytes([len(out) // 32 + 1]))
        out += block
    return out[:length]


def hkdf(data, info, length, salt=b""):
    return hkdf_expand(hmac(salt, data), info, length)


def x25519_public(secret):
    if len(secret) != 32:
        raise Refused("wrong_size")
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def x25519(secret, public):
    """00-6: a key that is not canonical and a shared secret of zeros are refused."""
    if len(secret) != 32 or len(public) != 32:
        raise Refused("wrong_size")
    if int.from_bytes(public, "little") >= FIELD:
        raise Refused("invalid_key")
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        # The library refuses a result of zeros by itself.
        raise Refused("invalid_key") from None


def seal(key, nonce, aad, plaintext):
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, aad)


def open_sealed(key, nonce, aad, ciphertext, code):
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag:
        raise Refused(code) from None


def seal_gcm(key, nonce, aad, plaintext):
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def open_gcm(key, nonce, aad, ciphertext, code):
    if len(ciphertext) < 16:
        raise Refused(code)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag:
        raise Refused(code) from None


# HPKE: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305

KEM_SUITE = b"KEM" + b"\x00\x20"
HPKE_SUITE = b"HPKE" + b"\x00\x20" + b"\x00\x01" + b"\x00\x03"
# Bits of the mode: with a psk, with a sender's key.
PSK, AUTH = 1, 2


def labeled_extract(suite, salt, label, data):
    return hmac(salt, b"HPKE-v1" + suite + label + data)


def labeled_expand(suite, key, label, info, length):
    return hkdf_expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def derive_secret(ikm):
    """The secret half of DeriveKeyPair, RFC 9180 section 7.1.3."""
    prk = labeled_extract(KEM_SUITE, b"", b"dkp_prk", ikm)
    return labeled_expand(KEM_SUITE, prk, b"sk", b"", 32)


def kem_secret(dh, context):
    prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", dh)
    return labeled_expand(KEM_SUITE, prk, b"shared_secret", context, 32)


def key_and_nonce(shared_secret, authenticated, info, psk, psk_id):
    mode = (PSK if psk else 0) + (AUTH if authenticated else 0)
    context = (
        bytes([mode])
        + labeled_extract(HPKE_SUITE, b"", b"psk_id_hash", psk_id)
        + labeled_extract(HPKE_SUITE, b"", b"info_hash", info)
    )
    secret = labeled_extract(HPKE_SUITE, shared_secret, b"secret", psk)
    key = labeled_expand(HPKE_SUITE, secret, b"key", context, 32)
    return key, labeled_expand(HPKE_SUITE, secret, b"base_nonce", context, 12)


def hpke_seal(ephemeral, sender_secret, recipient, info, psk, psk_id, plaintext):
    """Without a sender, as without a psk: empty."""
    enc = x25519_public(ephemeral)
    dh, context = x25519(ephemeral, recipient), enc + recipient
    if sender_secret:
        dh, context = dh + x25519(sender_secret, recipient), context + x25519_public(sender_secret)
    key, nonce = key_and_nonce(kem_secret(dh, context), bool(sender_secret), info, psk, psk_id)
    return enc, seal(key, nonce, b"", plaintext)


def hpke_open(enc, recipient_secret, sender, info, psk, psk_id, ciphertext):
    try:
        dh = x25519(recipient_secret, enc) + (x25519(recipient_secret, sender) if sender else b"")
    except Refused:
        # 06-32: an unusable enc is what does not open.
        raise Refused("open_failed") from None
    shared = kem_secret(dh, enc + x25519_public(recipient_secret) + sender)
    key, nonce = key_and_nonce(shared, bool(sender), info, psk, psk_id)
    return open_sealed(key, nonce, b"", ciphertext, "open_failed")
