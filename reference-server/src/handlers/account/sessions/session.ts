/** Sessions: a random token for the client, its SHA-256 for the store (spec/05 section 4). */
import type { Session } from '@solo2/proto/account'
import { sessionExpiry } from '../../../rules/retention.js'
import type { SessionRow } from '../../../store/port.js'
import { type Services, seconds, sha256 } from '../services.js'

const TOKEN_SIZE = 32

/** The caller stores `row`, then gives `session` to the client. */
export function newSession(
  services: Services,
  account: string,
  version: number,
): { row: SessionRow; session: Session } {
  const token = services.random(TOKEN_SIZE)
  const createdAt = seconds(services)
  const expiresAt = sessionExpiry(createdAt)
  return {
    row: { tokenHash: sha256(token), account, createdAt, expiresAt },
    session: { token, expiresAt: BigInt(expiresAt), version },
  }
}
