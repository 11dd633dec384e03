/** Invitation links (spec/04 section 7): who made one, and the secret by which both know each other, for somebody without an account. */
import { concat, equal, fromBase64url, toBase64url } from '../bytes/bytes.js'
import { ensureLength } from '../crypto/sizes.js'
import { ensure, Solo2Error } from '../errors.js'

const PREFIX_SIZE = 16
const SECRET_SIZE = 32
const LINK_MAX = 1_024
/** `v1.<pairing code>.<64 characters of base64url>` */
const FRAGMENT = /^v1\.([0-9A-HJKMNP-TV-Z]{10})\.([A-Za-z0-9_-]{64})$/

export interface Invitation {
  /** The origin of the inviter's server. */
  readonly server: string
  /** The inviter's pairing code, 10 characters. */
  readonly code: string
  /** The first 16 bytes of the inviter's id. */
  readonly id: Uint8Array
  /** 32 bytes: psk0 of the first handshake. */
  readonly secret: Uint8Array
}

/** `id` is the whole id, 32 bytes. Throws `invalid_argument`. */
export function invitationLink({ server, code, id, secret }: Invitation): string {
  ensureLength(id, 32, 'invalid_argument', 'an id')
  ensureLength(secret, SECRET_SIZE, 'invalid_argument', "an invitation's secret")
  return `${server}/#v1.${code}.${toBase64url(concat(id.subarray(0, PREFIX_SIZE), secret))}`
}

/** A link as it was pasted, scanned or opened. Throws `wrong_code` with field `invitation` for anything else. */
export function parseInvitation(link: string): Invitation {
  const url = link.length <= LINK_MAX ? parsed(link.trim()) : undefined
  const [, code, packed] = FRAGMENT.exec(url?.hash.slice(1) ?? '') ?? []
  if (url === undefined || code === undefined || packed === undefined) {
    throw new Solo2Error('wrong_code', 'This is no invitation.', { field: 'invitation' })
  }
  const bytes = fromBase64url(packed)
  return { server: url.origin, code, id: bytes.slice(0, PREFIX_SIZE), secret: bytes.slice(PREFIX_SIZE) }
}

function parsed(link: string): URL | undefined {
  try {
    const url = new URL(link)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
  } catch {
    return undefined
  }
}

/** Throws `key_changed` unless `id` (32 bytes) is the one that made the invitation. */
export function ensureInviter({ id }: Invitation, found: Uint8Array): void {
  const same = equal(id, found.subarray(0, PREFIX_SIZE))
  ensure(same, 'key_changed', 'The server gives other keys for this code than the invitation tells.')
}
