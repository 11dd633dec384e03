/** spec/07 section 5: Noise with the tokens psk, e, es, ss, ee, se of revision 34 and e1, ekem1 of the HFS extension. */
import { ascii, join, must, Refused, u64le, zeros } from './bytes.js'
import {
  checkMlkem,
  checkX25519,
  decaps,
  encaps,
  hkdf,
  mlkemPublic,
  open,
  seal,
  sha256,
  x25519,
  x25519Public,
} from './primitives.js'

export type Token = 'psk' | 'e' | 'es' | 'ss' | 'ee' | 'se' | 'e1' | 'ekem1'
export type Role = 'initiator' | 'responder'

/** The values after one token, for the vectors. */
export interface Trace {
  readonly token: string
  readonly h: Uint8Array
  readonly ck: Uint8Array
  readonly k: Uint8Array
}

export interface Noise {
  role: Role
  h: Uint8Array
  ck: Uint8Array
  k: Uint8Array
  n: number
  psk: Uint8Array
  /** Own static and ephemeral secrets, the peer's static and ephemeral public keys. */
  s: Uint8Array
  e: Uint8Array
  rs: Uint8Array
  re: Uint8Array
  /** The initiator's ML-KEM seed, the responder's copy of its public key, the responder's randomness. */
  kemSeed: Uint8Array
  rek: Uint8Array
  kemRandomness: Uint8Array
  trace: Trace[]
}

export interface Party {
  readonly role: Role
  readonly name: string
  readonly prologue: Uint8Array
  readonly psk: Uint8Array
  readonly s: Uint8Array
  readonly rs: Uint8Array
  readonly e: Uint8Array
  readonly kemSeed?: Uint8Array
  readonly kemRandomness?: Uint8Array
}

/** spec/07 section 5.1. The name is hashed if it is longer than 32 bytes, padded with zeros otherwise (Noise 5.2). */
export function start(party: Party): Noise {
  const name = ascii(party.name)
  const h = name.length > 32 ? sha256(name) : join(name, zeros(32 - name.length))
  const none = zeros(0)
  const noise: Noise = {
    role: party.role,
    h,
    ck: h,
    k: none,
    n: 0,
    psk: party.psk,
    s: party.s,
    e: party.e,
    rs: party.rs,
    re: none,
    kemSeed: party.kemSeed ?? none,
    rek: none,
    kemRandomness: party.kemRandomness ?? none,
    trace: [],
  }
  mixHash(noise, party.prologue)
  const own = x25519Public(party.s)
  const [sI, sR] = party.role === 'initiator' ? [own, party.rs] : [party.rs, own]
  mixHash(noise, sI)
  mixHash(noise, sR)
  note(noise, 'start')
  return noise
}

function note(noise: Noise, token: string): void {
  noise.trace.push({ token, h: noise.h, ck: noise.ck, k: noise.k })
}

export function mixHash(noise: Noise, data: Uint8Array): void {
  noise.h = sha256(join(noise.h, data))
}

export function mixKey(noise: Noise, input: Uint8Array): void {
  const out = hkdf(noise.ck, input, zeros(0), 64)
  noise.ck = out.slice(0, 32)
  noise.k = out.slice(32, 64)
  noise.n = 0
}

export function mixKeyAndHash(noise: Noise, input: Uint8Array): void {
  const out = hkdf(noise.ck, input, zeros(0), 96)
  noise.ck = out.slice(0, 32)
  mixHash(noise, out.slice(32, 64))
  noise.k = out.slice(64, 96)
  noise.n = 0
}

export function encryptAndHash(noise: Noise, plaintext: Uint8Array): Uint8Array {
  const ciphertext = seal(noise.k, join(zeros(4), u64le(noise.n)), noise.h, plaintext)
  mixHash(noise, ciphertext)
  noise.n += 1
  return ciphertext
}

function decryptAndHash(noise: Noise, ciphertext: Uint8Array): Uint8Array {
  const plaintext = open(noise.k, join(zeros(4), u64le(noise.n)), noise.h, ciphertext)
  if (plaintext === undefined) throw new Refused('handshake_failed', 'does not open')
  mixHash(noise, ciphertext)
  noise.n += 1
  return plaintext
}

/** es: initiator's ephemeral, responder's static; se: the other way round (Noise 5.3). */
export function diffieHellman(noise: Noise, token: 'es' | 'ss' | 'ee' | 'se'): Uint8Array {
  const [initiators, responders] = token
  const [own, peers] = noise.role === 'initiator' ? [initiators, responders] : [responders, initiators]
  return x25519(own === 'e' ? noise.e : noise.s, peers === 'e' ? noise.re : noise.rs)
}

/** One message of the pattern as its writer makes it: the parts in order, the payload last. */
export function writeMessage(noise: Noise, tokens: readonly Token[], payload: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (const token of tokens) {
    if (token === 'psk') mixKeyAndHash(noise, noise.psk)
    else if (token === 'e') {
      const ephemeral = x25519Public(noise.e)
      parts.push(ephemeral)
      mixHash(noise, ephemeral)
      mixKey(noise, ephemeral)
    } else if (token === 'e1') parts.push(encryptAndHash(noise, mlkemPublic(noise.kemSeed)))
    else if (token === 'ekem1') {
      const { ct, ss } = encaps(noise.rek, noise.kemRandomness)
      parts.push(encryptAndHash(noise, ct))
      mixKey(noise, ss)
    } else mixKey(noise, diffieHellman(noise, token))
    note(noise, token)
  }
  parts.push(encryptAndHash(noise, payload))
  note(noise, 'payload')
  return parts
}

/** The same message as its reader takes it. Gives the payload. */
export function readMessage(noise: Noise, tokens: readonly Token[], parts: readonly Uint8Array[]): Uint8Array {
  const rest = [...parts]
  const next = (): Uint8Array => rest.shift() ?? zeros(0)
  for (const token of tokens) {
    if (token === 'psk') mixKeyAndHash(noise, noise.psk)
    else if (token === 'e') {
      noise.re = next()
      checkX25519(noise.re)
      mixHash(noise, noise.re)
      mixKey(noise, noise.re)
    } else if (token === 'e1') {
      noise.rek = decryptAndHash(noise, next())
      checkMlkem(noise.rek)
    } else if (token === 'ekem1') mixKey(noise, decaps(noise.kemSeed, decryptAndHash(noise, next())))
    else mixKey(noise, diffieHellman(noise, token))
    note(noise, token)
  }
  const payload = decryptAndHash(noise, next())
  must(rest.length === 0, 'malformed', 'something follows the payload')
  note(noise, 'payload')
  return payload
}

/** spec/07 section 5.4. */
export function split(noise: Noise): { k1: Uint8Array; k2: Uint8Array } {
  const out = hkdf(noise.ck, zeros(0), zeros(0), 64)
  return { k1: out.slice(0, 32), k2: out.slice(32, 64) }
}
