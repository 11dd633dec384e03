/** The name of a session towards its owner: made from the row under the server's secret, never the row's hash itself. */
import type { SessionRow } from '../../../store/port.js'
import { keyed, type Services } from '../services.js'

const ID_BYTES = 18

/** 24 characters of base64url. */
export function sessionId(services: Services, session: SessionRow): string {
  return Buffer.from(keyed(services, 'session', session.tokenHash).subarray(0, ID_BYTES)).toString('base64url')
}
