/** The runner's side of a handshake on an open data channel, by the transcription: spec/07. */
import { partyI, partyR, secrets } from '../../generate/handshake-run.js'
import { zeros } from '../../literal/bytes.js'
import { type Choice, choose } from '../../literal/continuity.js'
import * as literal from '../../literal/handshake.js'
import { mlkemPublic, x25519Public } from '../../literal/primitives.js'
import { begin, type Ratchet } from '../../literal/ratchet.js'
import { ensureKept } from '../../src/case.js'
import { random } from '../server/subject.js'
import { judged } from './damage.js'
import type { Introduced, LivePair } from './live-meeting.js'

const NONE = zeros(0)

export interface Shaken {
  readonly choice: Choice
  readonly keys: literal.TunnelKeys
  readonly ratchet: Ratchet
}

export async function shakeHandsLive(
  { own, testee, offers }: LivePair,
  { channel, hello, signals }: Introduced,
): Promise<Shaken> {
  const contact = { accepted: own.kept.held !== undefined, otherAccepted: false }
  const choice = choose(own.kept, own.invitations, hello, contact)
  const [i, r] = offers ? [own, testee] : [testee, own]
  const drawn = secrets(random)
  const from = {
    initiator: { ...drawn.initiator, static: i.person.secret },
    responder: { ...drawn.responder, static: r.person.secret },
  }
  const ids = { idI: i.person.id, idR: r.person.id, deviceI: i.device, deviceR: r.device }
  const prologue = literal.prologue({ ...signals, ...ids })
  const noise = literal.begin((offers ? partyI : partyR)(from, choice.psk0, prologue))

  async function take<T>(number: 1 | 2, read: (message: Uint8Array) => T): Promise<T> {
    const message = await channel.next()
    ensureKept(message !== undefined, `its channel ends before message ${number}`)
    const result = judged(() => read(message))
    ensureKept('value' in result, `its message ${number} is refused: ${'code' in result && result.code}`)
    return result.value
  }

  if (offers) {
    channel.send(literal.writeMessage1(noise))
    const { X0, ek0 } = await take(2, (message) => literal.readMessage2(noise, message))
    const keys = literal.tunnelKeys(noise)
    return { choice, keys, ratchet: begin('initiator', keys.rk0, { X0, ek0, x0: NONE, seed0: NONE }) }
  }
  await take(1, (message) => literal.readMessage1(noise, message))
  const { ratchetSecret: x0, ratchetKemSeed: seed0 } = from.responder
  channel.send(literal.writeMessage2(noise, { x0, seed0 }))
  const keys = literal.tunnelKeys(noise)
  const first = { x0, seed0, X0: x25519Public(x0), ek0: mlkemPublic(seed0) }
  return { choice, keys, ratchet: begin('responder', keys.rk0, first) }
}
