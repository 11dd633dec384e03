/** The facade's types of what a person does with the account itself: how it stands, its sessions, its notifications. */

/** What a browser's PushManager gives: `p256dh` 65 bytes, `auth` 16. */
export interface PushKeys {
  readonly endpoint: string
  readonly p256dh: Uint8Array
  readonly auth: Uint8Array
}

/** Content-free notifications while this account's devices are away. */
export interface Notifications {
  /** The push endpoint of this device while its notifications are on; otherwise undefined. */
  readonly endpoint: string | undefined
  /** What a push subscription must be bound to: an uncompressed P-256 point, 65 bytes. */
  serverKey(): Promise<Uint8Array>
  /**
   * Turns them on for this device. Rejects with `invalid_argument` for a push service that the server does not call,
   * `failed_precondition` in maximum security mode.
   */
  enable(subscription: PushKeys): Promise<void>
  /** Turns them off for this device; others of the account keep theirs. */
  disable(): Promise<void>
  /** A new wake token: who is not told of it any more wakes nobody. */
  renew(): Promise<void>
}

/** How the account stands at the server. */
export interface Standing {
  readonly type: 'standard' | 'founder' | 'platinum' | 'admin'
  /** `cut_off`: the grace is over. In `paused`, `cut_off` and `suspended` there are no introductions. */
  readonly state: 'trial' | 'active' | 'grace' | 'paused' | 'cut_off' | 'suspended'
  /** Cents; the bonus is consumed first. */
  readonly balance: number
  readonly bonus: number
  readonly centsPerDay: number
  /** Unix milliseconds: the end of trial or grace, if nothing is paid. */
  readonly serviceEndsAt?: number
  /** Unix milliseconds: the suspension, or the start of grace. */
  readonly cutOffAt?: number
  readonly balanceChanged: boolean
  readonly maximumSecurity: boolean
}

/** One log-in of this account, on whatever device. */
export interface AccountSession {
  readonly id: string
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly expiresAt: number
  /** This device's. */
  readonly current: boolean
}

/** What the person does with the account itself. Rejects with `server_away` while the server does not answer. */
export interface OwnAccount {
  /** Asks the server. */
  account(): Promise<Standing>
  /** 1 to 64 bytes of UTF-8 (spec/03). Rejects with `invalid_argument`, field `display_name`. */
  rename(displayName: string): Promise<void>
  /** Another pairing code, which it returns; the former one finds nobody any more. */
  newPairingCode(): Promise<string>
  /** Every session that is open, on all devices. */
  sessions(): Promise<AccountSession[]>
  /** Ends these sessions, or without IDs all but this device's; returns how many. */
  endSessions(ids?: readonly string[]): Promise<number>
  /** The person saw what changed: `balanceChanged` is false from now on. */
  seeBalance(): Promise<Standing>
  /** Turning it on also turns this device's notifications off. */
  setMaximumSecurity(on: boolean): Promise<Standing>
  /** Nothing is charged and nobody finds the account until `resume`. Rejects with `failed_precondition` in grace. */
  pause(): Promise<Standing>
  /** Ends the pause. */
  resume(): Promise<Standing>
  /**
   * 100 to 50,000 cents. `url` is for a top-level navigation, good until `expiresAt` in unix milliseconds. Rejects with
   * `unimplemented` where nobody can pay.
   */
  startCheckout(cents: number): Promise<{ readonly url: string; readonly expiresAt: number }>
  /** 1 to 4,000 bytes of UTF-8. */
  sendFeedback(text: string): Promise<void>
}
