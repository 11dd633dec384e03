import type { ErrorCode } from '../sdk.js'
import type { Problem } from '../state.js'

/**
 * What of an error the screens may know. The class cannot be imported here, it would bring the SDK before the first
 * paint: errors are told by their name and code.
 */
export function problemOf(error: unknown): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error && 'culprit' in error) {
    const { code, culprit, field, retryAfterMs } = error as {
      code: ErrorCode
      culprit: string
      field?: string
      retryAfterMs?: number
    }
    return {
      code,
      culprit,
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    }
  }
  return { code: 'unexpected', culprit: 'caller' }
}
