/** The facade's types of what is not on its way yet (spec/10 section 4). */
import type { Diagnosis } from '../../introduction/diagnosis.js'

/**
 * `blocked`: by this person. `session`: it is over, somebody has to sign in. `server`: it does not answer. `account`: it is
 * paused, cut off or suspended. `path`: one is being looked for. `asked`: the contact has not answered. `contact`: it is not here.
 */
export type WaitReason = 'blocked' | 'session' | 'server' | 'account' | 'path' | 'asked' | 'contact'

export type { Advice, CandidateCount, Diagnosis, TrialStage } from '../../introduction/diagnosis.js'

/** Why something waits, and a way to try at once. */
export interface Waiting {
  /** Why what is queued does not go; undefined while a tunnel stands. Changes come with `presence`, `server` and `session`. */
  readonly waitsFor: WaitReason | undefined
  /**
   * How far the last try to build a tunnel came, and what can be done; undefined if there was none that failed since the last
   * tunnel. Changes come with `presence`.
   */
  readonly diagnosis: Diagnosis | undefined
  /**
   * Looks for the contact now, instead of when the pause between two tries is over, and asks for a notification there if it
   * may. Rejects with `wrong_state` if the contact is blocked.
   */
  tryNow(): Promise<void>
}
