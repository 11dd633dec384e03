"""ML-KEM-768 by FIPS 203, plain and slow; numbers of algorithms are those of that document. Keys are kept as seeds (00-8)."""

from functools import lru_cache
from hashlib import sha3_256, sha3_512, shake_128, shake_256

from wire import Refused

Q, N, K = 3329, 256, 3
ETA = 2
DU, DV = 10, 4
KEY_SIZE, CIPHERTEXT_SIZE, SEED_SIZE = 1184, 1088, 64
POLYNOMIAL_SIZE = 384


def reverse_bits(i):
    return int(f"{i:07b}"[::-1], 2)


ZETAS = [pow(17, reverse_bits(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * reverse_bits(i) + 1, Q) for i in range(128)]
INVERSE_128 = pow(128, -1, Q)


def pack(values, bits):
    """Algorithm 5, ByteEncode."""
    number = 0
    for value in reversed(values):
        number = number << bits | value
    return number.to_bytes(N * bits // 8, "little")


def unpack(data, bits):
    """Algorithm 6 without its reduction: for 12 bits, values of 3,329 and above stay, to be refused."""
    number, mask = int.from_bytes(data, "little"), (1 << bits) - 1
    return [number >> (bits * i) & mask for i in range(N)]


def compress(values, bits):
    return [((value << bits) + Q // 2) // Q & (1 << bits) - 1 for value in values]


def decompress(values, bits):
    return [(value * Q + (1 << bits - 1)) >> bits for value in values]


def sample_ntt(seed):
    """Algorithm 7. Three bytes in a thousand draws would be too few of these; then more are taken."""
    size = 840
    while True:
        stream, out = shake_128(seed).digest(size), []
        for i in range(0, size, 3):
            first = stream[i] | (stream[i + 1] & 15) << 8
            second = stream[i + 1] >> 4 | stream[i + 2] << 4
            out += [value for value in (first, second) if value < Q]
        if len(out) >= N:
            return out[:N]
        size *= 2


def sample_noise(seed, counter):
    """Algorithm 8 over PRF with eta 2: each coefficient from four bits."""
    stream = shake_256(seed + bytes([counter])).digest(64 * ETA)
    out = []
    for byte in stream:
        for nibble in (byte & 15, byte >> 4):
            out.append(((nibble & 1) + (nibble >> 1 & 1) - (nibble >> 2 & 1) - (nibble >> 3)) % Q)
    return out


def ntt(values):
    """Algorithm 9."""
    f, i, length = list(values), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta, i = ZETAS[i], i + 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
        length //= 2
    return f


def inverse_ntt(values):
    """Algorithm 10."""
    f, i, length = list(values), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta, i = ZETAS[i], i - 1
            for j in range(start, start + length):
                f[j], f[j + length] = (f[j] + f[j + length]) % Q, zeta * (f[j + length] - f[j]) % Q
        length *= 2
    return [value * INVERSE_128 % Q for value in f]


def product(left, right):
    """The sum of the products in the NTT domain of two vectors: algorithms 11 and 12."""
    out = [0] * N
    for f, g in zip(left, right):
        for i in range(128):
            a0, a1, b0, b1 = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
            out[2 * i] += a0 * b0 + a1 * b1 * GAMMAS[i]
            out[2 * i + 1] += a0 * b1 + a1 * b0
    return [value % Q for value in out]


def add(*polynomials):
    return [sum(values) % Q for values in zip(*polynomials)]


def subtract(left, right):
    return [(a - b) % Q for a, b in zip(left, right)]


@lru_cache(maxsize=64)
def matrix(rho):
    return [[sample_ntt(rho + bytes([column, row])) for column in range(K)] for row in range(K)]


def unpack_vector(data, bits):
    size = 32 * bits
    return [unpack(data[i * size : (i + 1) * size], bits) for i in range(K)]


@lru_cache(maxsize=64)
def expand(seed):
    """Algorithms 13 and 16 from d ‖ z: encapsulation key and the secret vector."""
    if len(seed) != SEED_SIZE:
        raise Refused("wrong_size")
    hashed = sha3_512(seed[:32] + bytes([K])).digest()
    rho, sigma = hashed[:32], hashed[32:]
    secret = [ntt(sample_noise(sigma, i)) for i in range(K)]
    errors = [ntt(sample_noise(sigma, K + i)) for i in range(K)]
    public = [add(product(row, secret), error) for row, error in zip(matrix(rho), errors)]
    return b"".join(pack(polynomial, 12) for polynomial in public) + rho, secret


def public_key(seed):
    return expand(seed)[0]


def check_key(key):
    """FIPS 203 section 7.2: each coefficient is below 3,329."""
    if len(key) != KEY_SIZE:
        raise Refused("wrong_size")
    if any(value >= Q for polynomial in unpack_vector(key, 12) for value in polynomial):
        raise Refused("invalid_key")


def encrypt(key, message, randomness):
    """Algorithm 14."""
    public, rows = unpack_vector(key, 12), matrix(key[K * POLYNOMIAL_SIZE :])
    y = [ntt(sample_noise(randomness, i)) for i in range(K)]
    out = b""
    for i in range(K):
        column = [row[i] for row in rows]
        u = add(inverse_ntt(product(column, y)), sample_noise(randomness, K + i))
        out += pack(compress(u, DU), DU)
    v = add(
        inverse_ntt(product(public, y)), sample_noise(randomness, 2 * K), decompress(unpack(message, 1), 1)
    )
    return out + pack(compress(v, DV), DV)


def encapsulate(key, message):
    """Algorithms 17 and 20; `message` is the randomness m. Gives the ciphertext and the shared secret."""
    check_key(key)
    hashed = sha3_512(message + sha3_256(key).digest()).digest()
    return encrypt(key, message, hashed[32:]), hashed[:32]


def decapsulate(seed, ciphertext):
    """Algorithms 15 and 18. A wrong ciphertext gives another secret."""
    if len(ciphertext) != CIPHERTEXT_SIZE:
        raise Refused("wrong_size")
    key, secret = expand(seed)
    split = K * 32 * DU
    u = [ntt(decompress(polynomial, DU)) for polynomial in unpack_vector(ciphertext[:split], DU)]
    v = decompress(unpack(ciphertext[split:], DV), DV)
    message = pack(compress(subtract(v, inverse_ntt(product(secret, u))), 1), 1)
    hashed = sha3_512(message + sha3_256(key).digest()).digest()
    if encrypt(key, message, hashed[32:]) == ciphertext:
        return hashed[:32]
    return shake_256(seed[32:] + ciphertext).digest(32)
