/** Two people of whom one is the testee, and the runner has all secrets. */
import type { SignalChannel, Person as WirePerson } from '@solo2/proto/conformance'
import type { Draw } from '../../generate/random.js'
import { x25519Public } from '../../literal/primitives.js'
import type { Correspondence } from '../../literal/signals.js'

const NONE = new Uint8Array(0)

export interface Person {
  readonly id: Uint8Array
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
}

export function drawPerson(draw: Draw): Person {
  const secret = draw(32)
  return { id: draw(32), secret, publicKey: x25519Public(secret) }
}

export function ownWire({ id, secret, publicKey }: Person): WirePerson {
  return { id, x25519Secret: secret, x25519: publicKey }
}

export function peerWire({ id, publicKey }: Person): WirePerson {
  return { id, x25519Secret: NONE, x25519: publicKey }
}

/** Of a topic; the psk is that of contact topics. */
export interface Place {
  readonly topic: Uint8Array
  readonly psk: Uint8Array | undefined
}

export function channelOf({ topic, psk }: Place, own: Person, peer: Person): SignalChannel {
  return { topic, own: ownWire(own), peer: peerWire(peer), psk: psk ?? NONE }
}

export function correspondence({ topic, psk }: Place, sender: Person, recipient: Person): Correspondence {
  return { topic, senderId: sender.id, recipientId: recipient.id, ...(psk && { psk }) }
}
