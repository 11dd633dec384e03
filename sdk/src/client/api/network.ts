/** The facade's types of how this device uses the network (spec/06 section 10, spec/09 section 5). */
import type { IceServer } from '../../ports/transport.js'

/**
 * When frames leave. `normal`: what there is to send at once, and now and then an empty one. `metered`: empty ones half as often.
 * `constant`: one each half second whether there is something to send or not, so that times tell nothing either [T9]; a file
 * moves at 8 KB a second then. It hides what this side sends: a contact hides its own by the same choice.
 */
export type PaceChoice = 'normal' | 'metered' | 'constant'

/**
 * Which paths are offered to contacts. `any`: direct where it is possible; a contact then learns this device's address.
 * `mirror`: through the mirror only. `mirrorUntilVerified`: so, until the person has verified the contact.
 */
export type PathsChoice = 'any' | 'mirrorUntilVerified' | 'mirror'

/** What a person chooses about the network, for one device. */
export interface NetworkChoices {
  readonly pace: PaceChoice
  readonly paths: PathsChoice
}

/** What the server names to find a path (spec/05 section 6.12). */
export interface GivenIceServers {
  /** STUN, and the mirror if there is one, with a credential that is good for hours: it is shown to nobody. */
  readonly servers: readonly IceServer[]
  /** Milliseconds until the server gives a fresh credential of the mirror; 0: it is here, or there is no mirror. */
  readonly mirrorAfterMs: number
}

/** How this device uses the network. */
export interface Network {
  /** What the person chose for this device. Tunnels that stand follow. */
  readonly network: NetworkChoices
  /**
   * Rejects with `no_mirror` for paths through a mirror where the server has none to offer, or none is known while it is
   * away: nobody could be reached.
   */
  chooseNetwork(change: Partial<NetworkChoices>): Promise<void>
  /**
   * Asks the server anew for what helps to find a path: for a diagnosis, tunnels ask by themselves. Rejects with `server_away`,
   * `unauthenticated` if the session is over, or what else the server refuses with.
   */
  iceServers(): Promise<GivenIceServers>
}
