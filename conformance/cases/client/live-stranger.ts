/** Somebody who knows a pair's topic and none of its keys, as a server does; and what the testee makes of it. */
import { hex, same } from '../../literal/bytes.js'
import { openSignal, type Signal } from '../../literal/signals.js'
import { random } from '../server/subject.js'
import { on, sendFrame, signal } from '../server/visit.js'
import { judged } from './damage.js'
import { type LivePair, type LivePlace, makeHello, placesOf, sealedBy } from './live-meeting.js'
import { correspondence, drawPerson } from './people.js'

export interface Stranger {
  /** Waits for the testee's Hello, then sends what it must not heed, and from then on all that comes once more. */
  disturb(): Promise<void>
  /** What the testee did that it must not, if it did. */
  judge(): string | undefined
}

/** On every topic of the meeting: near midnight there are two (06-20), and it is met on either. */
export async function openStranger(pair: LivePair): Promise<Stranger> {
  const posts = await Promise.all(placesOf(pair).map((place) => openPost(pair, place)))
  return {
    async disturb() {
      await Promise.all(posts.map((post) => post.disturb()))
    },
    judge() {
      const seen = posts.map((post) => post.signals())
      if (!seen.some((signals) => signals.some(isMet))) return 'it is met, and nothing of it was seen'
      return seen.map(problemOf).find((problem) => problem !== undefined)
    },
  }
}

const isMet = ({ kind }: Signal): boolean => kind === 'offer' || kind === 'answer'

/** Of what the testee sent on one topic, in its order, until it was met there. */
function problemOf(signals: readonly Signal[]): string | undefined {
  const until = signals.findIndex(isMet)
  const before = until < 0 ? signals : signals.slice(0, until)
  const hellos = before.flatMap((one) => (one.kind === 'hello' ? [one.nonce] : []))
  if (hellos.length < before.length) return `it answers with ${before.map(({ kind }) => kind).join(', ')}`
  const [first] = hellos
  if (!hellos.every((nonce) => first !== undefined && same(nonce, first))) return 'it starts anew, and nobody was met'
  return hellos.length > 2 ? `it says Hello ${hellos.length} times, ${hex(first as Uint8Array)}` : undefined
}

interface Post {
  disturb(): Promise<void>
  /** Of the testee, as they came. */
  signals(): readonly Signal[]
}

async function openPost(pair: LivePair, place: LivePlace): Promise<Post> {
  const { server, own, testee } = pair
  const visit = await on(server, place.topic)
  const came: Uint8Array[] = []
  const send = (bytes: Uint8Array): void => visit.frame(sendFrame(place.topic, bytes))

  async function echo(): Promise<void> {
    for (let frame = await visit.next(); ; frame = await visit.next()) {
      if (frame.$case !== 'delivery') continue
      came.push(frame.value.signal)
      send(frame.value.signal)
    }
  }

  function ofTestee(sealed: Uint8Array): Signal[] {
    const keys = { senderPublic: testee.person.publicKey, recipientSecret: own.person.secret }
    const read = judged(() => openSignal(correspondence(place, testee.person, own.person), keys, sealed).signal)
    return 'value' in read ? [read.value] : []
  }

  return {
    async disturb() {
      const hello = (await visit.expect('delivery')).signal
      came.push(hello)
      send(hello)
      send(signal())
      const stranger = { ...own, person: drawPerson(random) }
      send(sealedBy(stranger, testee, place, makeHello(stranger)))
      const ids = { from: own.device, to: testee.device, peerNonce: random(16), ownNonce: random(16) }
      if (pair.offers) send(sealedBy(own, testee, place, { kind: 'offer', ...ids, sdp: 'v=0\r\n' }))
      // Until the socket ends with the run.
      echo().catch(() => undefined)
    },
    signals: () => came.flatMap(ofTestee),
  }
}
