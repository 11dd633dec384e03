/** How a call is refused: Connect's error with one detail, whose code is one of spec/13 (spec/05 section 3, spec/13 section 3). */
import { Refusal } from '@solo2/proto/account-service'
import { Broken, ensureKept } from '../../src/case.js'
import type { HttpAnswer } from './http.js'

/** Connect's codes and the HTTP status of each. */
const STATUS: Readonly<Record<string, number>> = {
  invalid_argument: 400,
  failed_precondition: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  resource_exhausted: 429,
  canceled: 499,
  internal: 500,
  unimplemented: 501,
  unavailable: 503,
  deadline_exceeded: 504,
}

/** Codes whose Connect code is not the one of their culprit. */
const SPECIAL: Readonly<Record<string, string>> = {
  failed_precondition: 'failed_precondition',
  own_code: 'failed_precondition',
  unsupported_version: 'failed_precondition',
  unauthenticated: 'unauthenticated',
  permission_denied: 'permission_denied',
  not_found: 'not_found',
  already_exists: 'already_exists',
  username_taken: 'already_exists',
  rate_limited: 'resource_exhausted',
  cancelled: 'canceled',
  unimplemented: 'unimplemented',
  unavailable: 'unavailable',
  timeout: 'deadline_exceeded',
}

const list = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Culprits bytes, peer, caller and person. */
const INVALID = list(`
  wrong_size malformed not_canonical too_long bad_padding invalid_key open_failed bad_signature replayed readdressed reflected
  foreign_contact wrong_role wrong_epoch stale_nonce bad_sdp out_of_order chain_too_long handshake_failed too_many_streams
  bad_content hash_mismatch unknown_device too_many_failures invalid_argument wrong_state closed wrong_words wrong_password
  former_password weak_password wrong_file wrong_code not_backup foreign_backup`)

/** The server and the world. */
const INTERNAL = list(`
  internal ticket_refused server_away contact_away no_path no_mirror path_lost out_of_memory storage_failed storage_full
  storage_lost storage_damaged storage_newer backup_cut backup_damaged storage_locked broken_platform`)

function connectCodeOf(code: string): string | undefined {
  if (code in SPECIAL) return SPECIAL[code]
  if (INVALID.includes(code)) return 'invalid_argument'
  return INTERNAL.includes(code) ? 'internal' : undefined
}

/** A refusal of the envelope itself has the status that HTTP gives it. */
const ENVELOPE = [404, 405, 413, 415, 501]

export interface Refused {
  readonly status: number
  readonly code: string
  readonly field: string
  /** Milliseconds; 0: waiting does not help. */
  readonly retryAfterMs: number
}

function parsed(body: Buffer): { code: unknown; message: unknown; details: unknown } {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Broken(`an error whose body is no JSON: ${body.toString('latin1').slice(0, 80)}`)
  }
}

/** Throws `Broken` for an error that has not the one form that it must have. */
export function refusalOf(answer: HttpAnswer): Refused {
  const { status, headers, body } = answer
  ensureKept(headers['content-type'] === 'application/json', `an error of type ${headers['content-type']}`)
  ensureKept(headers['cache-control'] === 'no-store', `an error with Cache-Control ${headers['cache-control']}`)
  const { code, message, details } = parsed(body)
  ensureKept(typeof message === 'string' && message !== '', 'an error without a sentence')
  ensureKept(Array.isArray(details) && details.length === 1, 'an error that has not one detail')
  const { type, value } = details[0] as { type: unknown; value: unknown }
  ensureKept(type === 'solo2.account.v1.Refusal', `a detail of type ${type}`)
  ensureKept(typeof value === 'string' && /^[A-Za-z0-9+/]+$/.test(value), 'a detail that is no unpadded base64')
  const refusal = Refusal.decode(Buffer.from(value, 'base64'))
  const expected = connectCodeOf(refusal.code)
  ensureKept(expected !== undefined, `${refusal.code} is no code of spec/13`)
  ensureKept(code === expected, `${refusal.code} as ${code}`)
  ensureKept(status === STATUS[expected] || ENVELOPE.includes(status), `${refusal.code} with status ${status}`)
  const retryAfterMs = Number(refusal.retryAfterMs)
  const seconds = retryAfterMs === 0 ? undefined : String(Math.ceil(retryAfterMs / 1_000))
  ensureKept(headers['retry-after'] === seconds, `Retry-After is ${headers['retry-after']} for ${retryAfterMs} ms`)
  return { status, code: refusal.code, field: refusal.field, retryAfterMs }
}
