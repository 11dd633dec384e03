/**
 * The runner as one of two on the introduction socket, by the transcription: joins, says Hello, exchanges Offer and Answer with
 * the testee, until the data channel is open (spec/06 section 11).
 */
import { hex, same } from '../../literal/bytes.js'
import { candidates, tag } from '../../literal/continuity.js'
import { sha256 } from '../../literal/primitives.js'
import { contactTopic, epochs, pairingSecret, pairingTopic, rootAt, signalPsk } from '../../literal/rendezvous.js'
import { encodeSignal, openSignal, type Signal, sealSignal } from '../../literal/signals.js'
import { Broken, ensureKept } from '../../src/case.js'
import { random, type ServerSubject } from '../server/subject.js'
import { on, sendFrame, type Visit } from '../server/visit.js'
import { judged } from './damage.js'
import { padded } from './introduction.js'
import { type Channel, openChannel } from './live-channel.js'
import type { Party } from './meeting.js'
import { correspondence, type Place } from './people.js'

const TOPICS_OF_A_SOCKET = 16

type Hello = Extract<Signal, { readonly kind: 'hello' }>

export interface LivePlace extends Place {
  readonly epoch: number
}

export interface LivePair {
  readonly server: ServerSubject
  readonly own: Party
  readonly testee: Party
  /** Whether the runner offers. */
  readonly offers: boolean
  /** All that were opened, to be closed with the case. */
  readonly channels: Channel[]
}

/** What the handshake needs of it. */
export interface Introduced {
  readonly channel: Channel
  readonly place: LivePlace
  readonly hello: Hello
  readonly signals: Readonly<Record<'helloI' | 'helloR' | 'offer' | 'answer', Uint8Array>>
}

/** Contact topics where a root is held, pairing topics otherwise: one of the two suffices for a meeting. */
export function placesOf({ own, testee }: LivePair): LivePlace[] {
  const { root } = own
  const secret = pairingSecret(own.person.secret, testee.person.publicKey, own.person.id, testee.person.id)
  return epochs(Math.floor(Date.now() / 1_000)).map((epoch) => {
    if (root === undefined) return { topic: pairingTopic(secret, epoch), psk: undefined, epoch }
    const then = rootAt(root.root, root.epoch, epoch)
    return { topic: contactTopic(then), psk: signalPsk(then), epoch }
  })
}

export function makeHello({ device, kept, invitations }: Party): Hello {
  const nonce = random(16)
  const secrets = [...candidates(kept).map(({ secret }) => secret), ...invitations]
  const tags = secrets.map((secret) => tag(secret, device, nonce))
  while (tags.length < 16) tags.push(random(16))
  return { kind: 'hello', versions: [1], device, nonce, tags }
}

export function sealedBy(sender: Party, recipient: Party, place: Place, signal: Signal): Uint8Array {
  const keys = { senderSecret: sender.person.secret, recipientPublic: recipient.person.publicKey, ikmE: random(32) }
  return sealSignal(correspondence(place, sender.person, recipient.person), keys, encodeSignal(signal))
}

export async function introduceLive(pair: LivePair): Promise<Introduced> {
  const places = placesOf(pair)
  const padding = Array.from({ length: TOPICS_OF_A_SOCKET - places.length }, () => random(16))
  const visit = await on(pair.server, ...places.map(({ topic }) => topic), ...padding)
  const negotiation = new Negotiation(pair, visit)
  try {
    for (const place of places) negotiation.greet(place)
    for (let coming = visit.next(); ; coming = visit.next()) {
      // Left behind when the channel is open: the socket ends then.
      coming.catch(() => undefined)
      const { introduced } = negotiation
      const frame = await (introduced ? Promise.race([coming, introduced.channel.opened]) : coming)
      if (introduced && frame === undefined) return introduced
      ensureKept(frame?.$case === 'delivery', `the server sends ${frame?.$case} where a signal is due`)
      const { topic, signal } = frame.value
      const place = places.find((one) => same(one.topic, topic))
      if (place !== undefined && negotiation.isNew(signal)) await negotiation.take(place, opened(pair, place, signal))
    }
  } finally {
    visit.socket.close()
  }
}

interface Opened {
  readonly signal: Signal
  readonly padded: Uint8Array
}

function opened({ own, testee }: LivePair, place: LivePlace, sealed: Uint8Array): Opened {
  const keys = { senderPublic: testee.person.publicKey, recipientSecret: own.person.secret }
  const read = judged(() => openSignal(correspondence(place, testee.person, own.person), keys, sealed))
  ensureKept('value' in read, `its signal is refused: ${'code' in read && read.code}`)
  return read.value
}

/** Both Hellos, then Offer and Answer; from the beginning when the testee says Hello with another nonce. */
class Negotiation {
  introduced: Introduced | undefined
  readonly #pair: LivePair
  readonly #visit: Visit
  readonly #nonces = new Set<string>()
  /** Sealed signals, in hex, of both sides. */
  readonly #known = new Set<string>()
  #own: Hello
  #heard: { readonly hello: Hello; readonly padded: Uint8Array } | undefined
  #channel: Channel | undefined
  #offer: Uint8Array | undefined

  constructor(pair: LivePair, visit: Visit) {
    this.#pair = pair
    this.#visit = visit
    this.#own = makeHello(pair.own)
  }

  /** Neither sent by this side nor taken already: somebody else may send either once more. */
  isNew(sealed: Uint8Array): boolean {
    const isKnown = this.#known.has(hex(sealed))
    this.#known.add(hex(sealed))
    return !isKnown
  }

  greet(place: LivePlace): void {
    this.#say(place, this.#own)
  }

  async take(place: LivePlace, { signal, padded: plain }: Opened): Promise<void> {
    if (signal.kind === 'hello') await this.#onHello(place, signal, plain)
    else if (signal.kind === 'offer') await this.#onOffer(place, signal, plain)
    else if (signal.kind === 'answer') this.#onAnswer(place, signal, plain)
    else throw new Broken(`it says Bye, reason ${signal.reason}`)
  }

  #say(place: LivePlace, signal: Signal): Uint8Array {
    const { own, testee } = this.#pair
    const sealed = sealedBy(own, testee, place, signal)
    this.#known.add(hex(sealed))
    this.#visit.frame(sendFrame(place.topic, sealed))
    return padded(signal)
  }

  #open(): Channel {
    const channel = openChannel()
    this.#pair.channels.push(channel)
    return channel
  }

  async #onHello(place: LivePlace, hello: Hello, plain: Uint8Array): Promise<void> {
    if (this.#nonces.has(hex(hello.nonce))) return
    this.#nonces.add(hex(hello.nonce))
    // 06-44: it started anew, and so does this side.
    if (this.#channel !== undefined) {
      this.#channel.close()
      this.#own = makeHello(this.#pair.own)
    }
    this.#channel = undefined
    this.introduced = undefined
    this.#heard = { hello, padded: plain }
    this.greet(place)
    if (!this.#pair.offers) return
    this.#channel = this.#open()
    const sdp = await this.#channel.offer()
    const nonces = { peerNonce: hello.nonce, ownNonce: this.#own.nonce }
    this.#offer = this.#say(place, { kind: 'offer', from: this.#own.device, to: hello.device, ...nonces, sdp })
  }

  async #onOffer(place: LivePlace, offer: Extract<Signal, { kind: 'offer' }>, plain: Uint8Array): Promise<void> {
    ensureKept(!this.#pair.offers, 'it offers, and the other side is the one to offer')
    const heard = this.#heard
    ensureKept(heard !== undefined, 'it offers before it said Hello')
    ensureKept(same(offer.to, this.#own.device), 'its offer is for another device')
    ensureKept(same(offer.from, heard.hello.device), 'its offer comes from another device than its Hello')
    // Of a try that was given up meanwhile.
    if (!same(offer.peerNonce, this.#own.nonce) || !same(offer.ownNonce, heard.hello.nonce)) return
    this.#channel = this.#open()
    const sdp = await this.#channel.answer(offer.sdp)
    const about = { from: this.#own.device, to: offer.from, offerHash: sha256(plain) }
    const answer = this.#say(place, { kind: 'answer', ...about, sdp })
    const signals = { helloI: heard.padded, helloR: padded(this.#own), offer: plain, answer }
    this.introduced = { channel: this.#channel, place, hello: heard.hello, signals }
  }

  #onAnswer(place: LivePlace, answer: Extract<Signal, { kind: 'answer' }>, plain: Uint8Array): void {
    const [heard, offer, channel] = [this.#heard, this.#offer, this.#channel]
    ensureKept(heard !== undefined && offer !== undefined, 'it answers what was not offered')
    if (channel === undefined || !same(answer.offerHash, sha256(offer))) return
    channel.accept(answer.sdp)
    const signals = { helloI: padded(this.#own), helloR: heard.padded, offer, answer: plain }
    this.introduced = { channel, place, hello: heard.hello, signals }
  }
}
