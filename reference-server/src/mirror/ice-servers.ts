/** The ICE servers that a client may use: this server's STUN and, if configured, its mirror (spec/05 section 11). */
import { createHmac } from 'node:crypto'
import type { IceServer } from '@solo2/proto/account'
import { utf8 } from '@solo2/sdk/shared'
import type { DayKey } from '../memory/day-key.js'

/** The TURN servers that clients are told of. */
export interface MirrorConfig {
  /** `turn:` or `turns:` URLs. */
  readonly urls: readonly string[]
  /** coturn's `static-auth-secret`. */
  readonly secret: string
  /** Life of a credential, at most 86,400. */
  readonly seconds: number
}

/** base64(HMAC-SHA-1(secret, user name)): what coturn checks with `use-auth-secret`. */
export function turnCredential(secret: string, username: string): string {
  return createHmac('sha1', secret).update(username).digest('base64')
}

/** STUN by number for the loopback name: it may stand for ::1 first, where nobody listens. */
export function stunUrl(host: string, port: number): string {
  const name = host === 'localhost' ? '127.0.0.1' : host
  return `stun:${name}:${port}`
}

/**
 * `username` is `expiry:fingerprint` with a fingerprint of the internal identifier and fresh random bytes under a key
 * that lives in RAM for a day: two credentials of one account do not match, and nobody can go back to the account.
 */
export function createIceServers(
  stunPort: number | undefined,
  mirror: MirrorConfig | undefined,
  dayKey: DayKey,
  random: (length: number) => Uint8Array,
  now: () => number,
): (host: string, account: string, withTurn: boolean) => IceServer[] {
  return (host, account, withTurn) => {
    const servers: IceServer[] = []
    if (stunPort !== undefined) {
      servers.push({ urls: [stunUrl(host, stunPort)], username: '', credential: '', expiresAt: 0n, lifetime: 0 })
    }
    if (mirror !== undefined && withTurn) {
      const expiresAt = Math.floor(now() / 1000) + mirror.seconds
      const mac = createHmac('sha256', dayKey()).update(utf8(account)).update(random(16)).digest()
      const username = `${expiresAt}:${mac.subarray(0, 16).toString('base64url')}`
      const credential = turnCredential(mirror.secret, username)
      const urls = [...mirror.urls]
      servers.push({ urls, username, credential, expiresAt: BigInt(expiresAt), lifetime: mirror.seconds })
    }
    return servers
  }
}
