import { RefusalReason } from '@solo2/proto/introduction'
import { equal, PROTOCOL } from '@solo2/sdk/shared'
import { joinedFrame } from '../../envelope/introduction.js'
import { countOf } from '../../rendezvous/few.js'
import { answer, type IntroductionServices, type Peer, refuse } from './peer.js'

/** A full topic empties when somebody leaves, which they do as soon as their tunnel stands. */
const FULL_RETRY_MS = 10_000

/** Joins all topics of the frame, or none if there would be too many; then gives what is held on them. */
export function join(peer: Peer, topics: readonly Uint8Array[], services: IntroductionServices): void {
  const { rendezvous } = services
  const fresh = topics.filter((topic) => !rendezvous.isOn(peer, topic))
  if (countOf(peer.topics) + distinct(fresh) > PROTOCOL.SOCKET_TOPICS) {
    refuse(peer, RefusalReason.TOO_MANY_TOPICS)
    return
  }
  peer.joined = true
  for (const topic of fresh) {
    if (!peer.closed && !rendezvous.join(peer, topic)) refuse(peer, RefusalReason.TOPIC_FULL, topic, FULL_RETRY_MS)
  }
  answer(peer, joinedFrame(countOf(peer.topics)))
  for (const topic of fresh) rendezvous.collect(peer, topic)
}

/** A frame may name a topic twice. Sorted as bytes: nothing of a topic becomes a string. */
function distinct(topics: readonly Uint8Array[]): number {
  if (topics.length < 2) return topics.length
  const sorted = [...topics].sort(Buffer.compare)
  return sorted.filter((topic, at) => at === 0 || !equal(topic, sorted[at - 1] as Uint8Array)).length
}
