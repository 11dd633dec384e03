import type { IntroductionServices, Peer } from './peer.js'

/** Leaves the topics of the frame that were joined; no answer. */
export function leave(peer: Peer, topics: readonly Uint8Array[], services: IntroductionServices): void {
  for (const topic of topics) services.rendezvous.leave(peer, topic)
}
