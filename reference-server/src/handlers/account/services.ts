/** What the account handlers may use. Nothing of the introduction plane is among it but the way to issue tickets. */
import { createHmac, hash } from 'node:crypto'
import type { Account, IceServer, Person } from '@solo2/proto/account'
import { IdentityBundle } from '@solo2/proto/account'
import { noblePrimitives, Solo2Error } from '@solo2/sdk/shared'
import type { Limiter } from '../../limiter.js'
import type { Passwords } from '../../password/verifier.js'
import type { PaymentGateway } from '../../payment/gateway.js'
import { type Plans, priceOf } from '../../rules/plans.js'
import {
  conditionOf,
  FLAG_BALANCE_CHANGED,
  FLAG_MAXIMUM_SECURITY,
  isSuspended,
  may,
  serviceEndsAt,
} from '../../rules/standing.js'
import type { AccountRow, Store } from '../../store/port.js'

export const primitives = noblePrimitives

export interface Caller {
  /** The Host header's name, checked, without a port; for addresses of this server in answers. */
  readonly host: string
}

/** Who calls: a client on a public door, known by its fingerprint only. */
export interface Visitor extends Caller {
  readonly fingerprint: string
}

/** Who calls with a live session. */
export interface Member extends Caller {
  readonly account: AccountRow
  readonly tokenHash: Uint8Array
}

export interface AccountLimits {
  readonly prelogin: Limiter
  readonly register: Limiter
  readonly login: Limiter
  readonly recover: Limiter
  readonly calls: Limiter
  readonly lookUp: Limiter
  readonly pairing: Limiter
  readonly displayName: Limiter
  readonly pairingCode: Limiter
  readonly tickets: Limiter
  readonly turn: Limiter
  readonly password: Limiter
  readonly feedback: Limiter
  readonly checkout: Limiter
}

export interface Services {
  readonly store: Store
  readonly passwords: Passwords
  readonly limits: AccountLimits
  readonly plans: Plans
  /** Undefined: this server takes no payments. */
  readonly gateway: PaymentGateway | undefined
  random(length: number): Uint8Array
  /** Unix milliseconds. */
  now(): number
  /** Kept in the data folder, 32 bytes: makes up salts and names pairing requests. */
  readonly secret: Uint8Array
  /** An account was deleted: tells what outlives the database. */
  erased(): Promise<void>
  /** Puts tickets into the introduction plane, with no word of who drew them. */
  issueTickets(count: number): Uint8Array[]
  /** The VAPID public key, 65 bytes. */
  readonly pushKey: Uint8Array
  /** Whether the server would call this push endpoint. */
  mayPush(endpoint: string): boolean
  readonly hasMirror: boolean
  /** STUN, and TURN with a fresh credential for this account if one is configured and `withTurn`. */
  iceServers(host: string, account: string, withTurn: boolean): IceServer[]
}

export function seconds(services: Services): number {
  return Math.floor(services.now() / 1000)
}

/** 24 characters: the prefix and 22 random ones of 62, about 131 bits. */
export function randomIdentifier(prefix: 'u_' | 'r_', random: (length: number) => Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  let out: string = prefix
  while (out.length < 24) {
    for (const byte of random(32)) {
      // 248 is the largest multiple of 62 in a byte: what is above would favour the first letters.
      if (byte < 248 && out.length < 24) out += alphabet[byte % 62]
    }
  }
  return out
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/** HMAC-SHA-256 under the server's secret, its purposes apart. */
export function keyed(
  services: Services,
  purpose: 'salt' | 'pairing' | 'session',
  name: string | Uint8Array,
): Uint8Array {
  return createHmac('sha256', services.secret).update(`Solo2 v1 server ${purpose}\0`).update(name).digest()
}

export function bundleOf(row: AccountRow): IdentityBundle | undefined {
  return row.bundle === undefined ? undefined : IdentityBundle.decode(row.bundle)
}

/** Whether this account is served now: found, woken, introduced (spec/05 section 14). */
export function isServed(row: AccountRow, services: Services): boolean {
  return may('service', conditionOf(row, services.plans, seconds(services)))
}

/** Throws `failed_precondition` for an account that is paused, suspended or cut off. */
export function ensureServed(row: AccountRow, services: Services): void {
  if (!isServed(row, services)) {
    throw new Solo2Error('failed_precondition', 'This account is paused, suspended, or its grace is over.')
  }
}

export function toAccount(row: AccountRow, { plans }: Pick<Services, 'plans'>): Account {
  return {
    username: row.username,
    displayName: row.displayName,
    pairingCode: row.pairingCode,
    alias: row.alias,
    bundle: bundleOf(row),
    registeredAt: BigInt(row.registeredAt),
    type: row.type as Account['type'],
    state: row.state as Account['state'],
    balance: BigInt(row.balance),
    bonus: BigInt(row.bonus),
    cutOff: BigInt(row.cutOff),
    suspended: isSuspended(row),
    serviceEndsAt: BigInt(serviceEndsAt(row, row.registeredAt, plans)),
    centsPerDay: priceOf(row.type, plans),
    balanceChanged: (row.flags & FLAG_BALANCE_CHANGED) !== 0,
    maximumSecurity: (row.flags & FLAG_MAXIMUM_SECURITY) !== 0,
  }
}

/** What others see of somebody who has published keys. */
export function toPerson(row: AccountRow): Person {
  return { displayName: row.displayName, alias: row.alias, bundle: bundleOf(row) }
}

export function wrongLogin(): Solo2Error {
  return new Solo2Error('unauthenticated', 'The user name or the password is wrong.')
}
