/** The one file that maps a code of spec/13 to a Connect code and an HTTP status (spec/05 section 3). */
import type { ErrorCode } from '@solo2/sdk/shared'
import { ERROR_CODES } from '@solo2/sdk/shared'

export type ConnectCode =
  | 'canceled'
  | 'invalid_argument'
  | 'deadline_exceeded'
  | 'not_found'
  | 'already_exists'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'failed_precondition'
  | 'unimplemented'
  | 'internal'
  | 'unavailable'
  | 'unauthenticated'

/** From the Connect protocol, "error codes". */
export const HTTP_STATUS: Readonly<Record<ConnectCode, number>> = {
  canceled: 499,
  invalid_argument: 400,
  deadline_exceeded: 504,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  resource_exhausted: 429,
  failed_precondition: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  unauthenticated: 401,
}

const CONNECT_CODE: Partial<Readonly<Record<ErrorCode, ConnectCode>>> = {
  cancelled: 'canceled',
  timeout: 'deadline_exceeded',
  not_found: 'not_found',
  already_exists: 'already_exists',
  username_taken: 'already_exists',
  permission_denied: 'permission_denied',
  rate_limited: 'resource_exhausted',
  own_code: 'failed_precondition',
  failed_precondition: 'failed_precondition',
  unsupported_version: 'failed_precondition',
  unimplemented: 'unimplemented',
  unavailable: 'unavailable',
  unauthenticated: 'unauthenticated',
}

/** What a client sent is `invalid_argument` unless the table says more; anything else is the server's own failure. */
export function connectCodeOf(code: ErrorCode): ConnectCode {
  const listed = CONNECT_CODE[code]
  if (listed !== undefined) return listed
  const culprit = ERROR_CODES[code]
  const theirs = culprit === 'bytes' || culprit === 'peer' || culprit === 'caller' || culprit === 'person'
  return theirs ? 'invalid_argument' : 'internal'
}
