/**
 * One error class, a closed list of codes, each with its culprit (spec/13). A message never holds a secret or a peer's
 * bytes; foreign errors enter through {@link Solo2Error.from} only.
 */

/** Who is at fault: decides what a caller can do about it. */
export type Culprit = 'bytes' | 'peer' | 'differs' | 'caller' | 'person' | 'server' | 'world'

/** Every code of the project, by culprit. The table in spec/13 lists the same codes; a test compares them. */
export const ERROR_CODES = {
  // Bad bytes: no canonical message of the expected type and size.
  wrong_size: 'bytes',
  malformed: 'bytes',
  not_canonical: 'bytes',
  too_long: 'bytes',
  bad_padding: 'bytes',
  invalid_key: 'bytes',
  // The peer broke the rules.
  open_failed: 'peer',
  bad_signature: 'peer',
  replayed: 'peer',
  readdressed: 'peer',
  reflected: 'peer',
  foreign_contact: 'peer',
  wrong_role: 'peer',
  wrong_epoch: 'peer',
  stale_nonce: 'peer',
  bad_sdp: 'peer',
  out_of_order: 'peer',
  chain_too_long: 'peer',
  handshake_failed: 'peer',
  too_many_streams: 'peer',
  bad_content: 'peer',
  hash_mismatch: 'peer',
  too_many_failures: 'peer',
  unknown_device: 'peer',
  // The peer is merely different.
  unsupported_version: 'differs',
  busy: 'differs',
  peer_left: 'differs',
  key_changed: 'differs',
  refused_file: 'differs',
  // The caller's fault.
  invalid_argument: 'caller',
  wrong_state: 'caller',
  closed: 'caller',
  cancelled: 'caller',
  // What a person typed.
  wrong_words: 'person',
  wrong_password: 'person',
  former_password: 'person',
  weak_password: 'person',
  wrong_code: 'person',
  wrong_file: 'person',
  own_code: 'person',
  not_backup: 'person',
  foreign_backup: 'person',
  username_taken: 'person',
  // The server refused.
  unauthenticated: 'server',
  permission_denied: 'server',
  not_found: 'server',
  already_exists: 'server',
  failed_precondition: 'server',
  rate_limited: 'server',
  unavailable: 'server',
  unimplemented: 'server',
  internal: 'server',
  ticket_refused: 'server',
  // The world.
  server_away: 'world',
  contact_away: 'world',
  no_path: 'world',
  no_mirror: 'world',
  path_lost: 'world',
  timeout: 'world',
  out_of_memory: 'world',
  storage_failed: 'world',
  storage_full: 'world',
  storage_lost: 'world',
  storage_damaged: 'world',
  storage_newer: 'world',
  backup_cut: 'world',
  backup_damaged: 'world',
  storage_locked: 'world',
  broken_platform: 'world',
} as const satisfies Record<string, Culprit>

/** One of the codes of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES

/** What an error can tell besides its code. */
export interface ErrorDetails {
  /** The request's or option's field that is at fault. */
  readonly field?: string
  /** Milliseconds after which trying again can help. */
  readonly retryAfterMs?: number
  /** Where in a backup's file the fault is, in bytes. */
  readonly offset?: number
  readonly cause?: unknown
}

/** The only error that leaves the SDK. Decide by `code`, never by `message`, which is for people who debug. */
export class Solo2Error extends Error {
  override readonly name = 'Solo2Error'
  readonly code: ErrorCode
  readonly culprit: Culprit
  readonly field: string | undefined
  readonly retryAfterMs: number | undefined
  readonly offset: number | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.culprit = ERROR_CODES[code]
    this.field = details.field
    this.retryAfterMs = details.retryAfterMs
    this.offset = details.offset
  }

  /** The one door for errors of other libraries: keeps a Solo2Error as it is, wraps anything else without its text. */
  static from(error: unknown, code: ErrorCode, message: string): Solo2Error {
    return error instanceof Solo2Error ? error : new Solo2Error(code, message, { cause: error })
  }
}

/** Throws a {@link Solo2Error} unless `condition` holds. */
export function ensure(condition: unknown, code: ErrorCode, message: string): asserts condition {
  if (!condition) throw new Solo2Error(code, message)
}
