/** The facade's types of the devices of one person (spec/07 section 12, spec/11). */
import type { CallProgress, Me } from '../api.js'
import type { OpenImport, Restored } from './backup.js'

/** One of the account's devices. */
export interface OwnDevice {
  /** 32 hex digits. */
  readonly id: string
  /** Empty until somebody names it. */
  readonly name: string
  /** This one. */
  readonly current: boolean
  /** A tunnel to it stands. */
  readonly connected: boolean
  /** Unix milliseconds when this device last had a tunnel to it. */
  readonly seenAt: number
}

/** A code that lets one device in, once, within ten minutes. */
export interface DeviceInvitation {
  /** Six, to be typed on the new device. */
  readonly words: readonly string[]
  /** The same as the text of a QR. */
  readonly qr: string
  /** Unix milliseconds. */
  readonly expiresAt: number
  /**
   * Resolves with the new device's name when it has shown that it knows the code. Rejects with `wrong_code` when another code
   * was tried, `timeout`, `cancelled`.
   */
  readonly asked: Promise<string>
  /** Lets it in: gives it the identity; what else there is follows by itself. After `asked`. */
  approve(): Promise<void>
  /** The code lets nobody in any more. */
  cancel(): void
}

/** The devices of one person: they find each other, and hold the same when they have met. */
export interface OwnDevices {
  readonly list: readonly OwnDevice[]
  /** Shows a code for a new device; a former one is over. */
  invite(): Promise<DeviceInvitation>
  /**
   * On a device whose person has not decided yet: takes the identity over from the device that showed the code. This object is
   * locked then; the account goes on with the one that it resolves with. Rejects with `wrong_code`, `wrong_state`, `cancelled`.
   */
  join(code: string, name: string, options?: CallProgress): Promise<Me>
  /**
   * On a device whose person has not decided yet: takes the identity over from a backup, then all that it holds. Asks the server
   * whether the identity is the account's. As with `join` this object is locked then. Rejects, with nothing changed, like
   * `importBackup`, with `wrong_state`, and with what a call to the server does.
   */
  restore(call: OpenImport): Promise<Restored>
  /** The person wants nothing from another device: a new identity is published, now or with the next poll; contacts see an alarm. */
  decline(): Promise<void>
  /** 1 to 64 bytes of UTF-8; other own devices see it too. */
  rename(id: string, name: string): Promise<void>
  /** From now on other devices do not meet it. It keeps what it has (spec/07 section 12). */
  remove(id: string): Promise<void>
}
