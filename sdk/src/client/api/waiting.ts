/** The facade's types of what is not on its way yet (spec/10 section 4). */

/**
 * `blocked`: by this person. `session`: it is over, somebody has to sign in. `server`: it does not answer. `account`: it is
 * paused, cut off or suspended. `path`: one is being looked for. `asked`: the contact has not answered. `contact`: it is not here.
 */
export type WaitReason = 'blocked' | 'session' | 'server' | 'account' | 'path' | 'asked' | 'contact'

export interface Waiting {
  /** Why what is queued does not go; undefined while a tunnel stands. Changes come with `presence`, `server` and `session`. */
  readonly waitsFor: WaitReason | undefined
  /**
   * Looks for the contact now, instead of when the pause between two tries is over, and asks for a notification there if it
   * may. Rejects with `wrong_state` if the contact is blocked.
   */
  tryNow(): Promise<void>
}
