/**
 * Two devices from their Hellos to a tunnel that stands: all that the testee does of it through its functions, all that the
 * other side does by the transcription, and after each step both know the same.
 */
import type { HandshakeKeys } from '@solo2/proto/conformance'
import { Signal } from '@solo2/proto/introduction'
import type { Secrets } from '../../generate/handshake-run.js'
import { partyI, partyR, secrets } from '../../generate/handshake-run.js'
import type { Draw } from '../../generate/random.js'
import { hex, same, zeros } from '../../literal/bytes.js'
import { type Choice, type Continuity, candidates, choose, confirmed, stored, tag } from '../../literal/continuity.js'
import * as literal from '../../literal/handshake.js'
import type { Role } from '../../literal/noise.js'
import { mlkemPublic, sha256, x25519Public } from '../../literal/primitives.js'
import { contactTopic, pairingSecret, pairingTopic, rootAt, signalPsk } from '../../literal/rendezvous.js'
import { encodeSignal, type Signal as LiteralSignal, openSignal, sealSignal } from '../../literal/signals.js'
import { ensureKept } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { answerOf, ensureSame } from '../vectors/judge.js'
import { judged } from './damage.js'
import { ensureKeys, finishCall, initiateCall, keptText, literalKept, respondCall, wireKept } from './handshake.js'
import { padded, wireSignal } from './introduction.js'
import { channelOf, correspondence, drawPerson, ownWire, type Person, type Place, peerWire } from './people.js'
import { hear, type Side, say, startTalk, type Talk } from './talk.js'

const NONE = new Uint8Array(0)
const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'

/** One of the two, and what it keeps of the other. */
export interface Party {
  readonly person: Person
  readonly device: Uint8Array
  kept: Continuity
  invitations: Uint8Array[]
  root: Root | undefined
  /** Of a tunnel that showed a notice. */
  rootBeside: Root | undefined
}

interface Root {
  readonly root: Uint8Array
  readonly epoch: number
}

export interface Story {
  readonly testee: Testee
  readonly draw: Draw
  /** The testee's. */
  readonly role: Role
  readonly parties: Readonly<Record<Side, Party>>
  epoch: number
}

/** Frames that are lost with their tunnel: the initiator's first, or the responder's. */
export type Lost = 'nothing' | 'first' | 'answer'

export interface Met {
  readonly talk: Talk
  readonly kinds: Readonly<Record<Side, Choice['kind']>>
  readonly notices: Readonly<Record<Side, boolean>>
  readonly keys: literal.TunnelKeys
}

export function newStory(testee: Testee, role: Role, draw: Draw): Story {
  const party = (): Party => ({
    person: drawPerson(draw),
    device: draw(16),
    kept: {},
    invitations: [],
    root: undefined,
    rootBeside: undefined,
  })
  return { testee, draw, role, parties: { testee: party(), peer: party() }, epoch: 20_000 }
}

export function otherOf(side: Side): Side {
  return side === 'testee' ? 'peer' : 'testee'
}

/** Each joins the topics of all roots that it holds: they meet on those of one that both do. */
function commonRoot(own: Party, peer: Party): Root | undefined {
  const theirs = [peer.rootBeside, peer.root]
  return [own.rootBeside, own.root].find((one) => one && theirs.some((other) => other && same(one.root, other.root)))
}

/** Where the two meet: the testee's own computation, compared with the other side's. */
async function placeOf({ testee, parties: { testee: own, peer }, epoch }: Story): Promise<Place> {
  const root = commonRoot(own, peer)
  if (root) {
    const value = { root: root.root, rootEpoch: root.epoch, epoch }
    const got = await answerOf(testee, { $case: 'contactTopic', value }, 'contactTopics')
    const then = rootAt(root.root, root.epoch, epoch)
    ensureSame('the contact topic', hex(got.topic), hex(contactTopic(then)))
    ensureSame('the psk of signals', hex(got.psk), hex(signalPsk(then)))
    return { topic: got.topic, psk: got.psk }
  }
  const call = { own: ownWire(own.person), peer: peerWire(peer.person) }
  const secret = await answerOf(testee, { $case: 'pairingSecret', value: call }, 'bytes')
  const topic = await answerOf(testee, { $case: 'pairingTopic', value: { secret, epoch } }, 'bytes')
  const p = pairingSecret(peer.person.secret, own.person.publicKey, own.person.id, peer.person.id)
  ensureSame('the pairing topic', hex(topic), hex(pairingTopic(p, epoch)))
  return { topic, psk: undefined }
}

/** Through the server: sealed by one, opened by the other. Gives the padded plaintext, which both have now. */
async function pass(story: Story, place: Place, from: Side, signal: LiteralSignal): Promise<Uint8Array> {
  const { testee, draw, parties } = story
  const [sender, recipient] = [parties[from].person, parties[otherOf(from)].person]
  const between = correspondence(place, sender, recipient)
  const channel = channelOf(place, parties.testee.person, parties.peer.person)
  const whole = padded(signal)
  if (from === 'testee') {
    const written = await answerOf(testee, { $case: 'encodeSignal', value: { signal: wireSignal(signal) } }, 'bytes')
    const sealing = { channel, padded: written, ikm: draw(32) }
    const sealed = await answerOf(testee, { $case: 'sealSignal', value: sealing }, 'bytes')
    const keys = { senderPublic: sender.publicKey, recipientSecret: recipient.secret }
    const opened = judged(() => openSignal(between, keys, sealed))
    ensureKept('value' in opened, `its ${signal.kind} is refused: ${'code' in opened && opened.code}`)
    ensureSame(`its ${signal.kind}`, hex(opened.value.padded), hex(whole))
    return whole
  }
  const keys = { senderSecret: sender.secret, recipientPublic: recipient.publicKey, ikmE: draw(32) }
  const sealed = sealSignal(between, keys, encodeSignal(signal))
  const opened = await answerOf(testee, { $case: 'openSignal', value: { channel, sealed } }, 'signal')
  ensureSame(`the ${signal.kind} that it opened`, hex(Signal.encode(opened).finish()), hex(encodeSignal(signal)))
  return whole
}

type Hello = Extract<LiteralSignal, { readonly kind: 'hello' }>

async function helloOf({ testee, draw, parties }: Story, side: Side): Promise<Hello> {
  const { device, kept, invitations } = parties[side]
  const nonce = draw(16)
  const tags: Uint8Array[] = []
  for (const secret of [...candidates(kept).map((one) => one.secret), ...invitations]) {
    const value = { secret, device, nonce }
    tags.push(
      side === 'peer' ? tag(secret, device, nonce) : await answerOf(testee, { $case: 'deviceTag', value }, 'bytes'),
    )
  }
  while (tags.length < 16) tags.push(draw(16))
  return { kind: 'hello', versions: [1], device, nonce, tags }
}

export interface Introduced {
  readonly hellos: Readonly<Record<Side, Hello>>
  readonly prologue: Uint8Array
}

/** Hellos, Offer and Answer, however they travel; then both have the same prologue. */
export async function introduce(
  story: Story,
  carry: (from: Side, signal: LiteralSignal) => Promise<Uint8Array>,
  movedFrom = NONE,
): Promise<Introduced> {
  const { testee, role, parties } = story
  const [i, r]: readonly [Side, Side] = role === 'initiator' ? ['testee', 'peer'] : ['peer', 'testee']
  const hellos = { testee: await helloOf(story, 'testee'), peer: await helloOf(story, 'peer') }
  const helloI = await carry(i, hellos[i])
  const helloR = await carry(r, hellos[r])
  const [deviceI, deviceR] = [parties[i].device, parties[r].device]
  const nonces = { peerNonce: hellos[r].nonce, ownNonce: hellos[i].nonce }
  const offer = await carry(i, { kind: 'offer', from: deviceI, to: deviceR, ...nonces, sdp: SDP })
  const offerHash = sha256(offer)
  const answer = await carry(r, { kind: 'answer', from: deviceR, to: deviceI, offerHash, sdp: SDP })
  const ids = { idI: parties[i].person.id, idR: parties[r].person.id, deviceI, deviceR }
  const inputs = { helloI, helloR, offer, answer, ...ids }
  const prologue = await answerOf(testee, { $case: 'makePrologue', value: { ...inputs, movedFrom } }, 'bytes')
  const expected = literal.prologue({ ...inputs, ...(movedFrom.length > 0 && { oldH: movedFrom }) })
  ensureSame('the prologue', hex(prologue), hex(expected))
  return { hellos, prologue }
}

/** Both messages. Gives the keys, which are the same on both sides, and the first keys of the ratchet. */
export async function shakeHands(
  { testee, draw, role, parties }: Story,
  psk0: Uint8Array,
  prologue: Uint8Array,
): Promise<{ keys: literal.TunnelKeys; from: Secrets }> {
  const drawn = secrets(draw)
  const [i, r] = role === 'initiator' ? [parties.testee, parties.peer] : [parties.peer, parties.testee]
  const from: Secrets = {
    initiator: { ...drawn.initiator, static: i.person.secret },
    responder: { ...drawn.responder, static: r.person.secret },
  }
  const setting = { from, psk0, prologue }
  const noise = literal.begin((role === 'initiator' ? partyR : partyI)(from, psk0, prologue))
  const first = { x0: from.responder.ratchetSecret, seed0: from.responder.ratchetKemSeed }
  let got: HandshakeKeys | undefined
  if (role === 'initiator') {
    const message1 = await answerOf(testee, initiateCall(setting), 'bytes')
    const read = judged(() => literal.readMessage1(noise, message1))
    ensureKept('value' in read, `its message 1 is refused: ${'code' in read && read.code}`)
    got = await answerOf(testee, finishCall(literal.writeMessage2(noise, first)), 'handshakeKeys')
  } else {
    const call = respondCall(setting, literal.writeMessage1(noise))
    const responded = await answerOf(testee, call, 'responded')
    const read = judged(() => literal.readMessage2(noise, responded.message))
    ensureKept('value' in read, `its message 2 is refused: ${'code' in read && read.code}`)
    got = responded.keys
  }
  const keys = literal.tunnelKeys(noise)
  const { x0, seed0 } = first
  ensureKeys(role, got, keys, { X0: x25519Public(x0), ek0: mlkemPublic(seed0) })
  return { keys, from }
}

export async function talkOver(
  story: Story,
  { keys, from }: { keys: literal.TunnelKeys; from: Secrets },
): Promise<Talk> {
  const [x0, seed0] = [from.responder.ratchetSecret, from.responder.ratchetKemSeed]
  const first = { rk0: keys.rk0, x0, seed0, X0: x25519Public(x0), ek0: mlkemPublic(seed0) }
  return await startTalk(story.testee, story.role, first, story.draw)
}

/** A whole meeting. What each side keeps afterwards stands in its party, as far as the frames that were not lost allow. */
export async function meet(story: Story, lost: Lost): Promise<Met> {
  const { parties, role } = story
  const place = await placeOf(story)
  const { hellos, prologue } = await introduce(story, (from, signal) => pass(story, place, from, signal))
  const own = await choiceOfTestee(story, hellos.peer, zeros(32))
  const { kept, invitations } = parties.peer
  const contact = { accepted: kept.held !== undefined, otherAccepted: false }
  const peer = choose(kept, invitations, hellos.testee, contact)
  ensureKept(same(own.psk0, peer.psk0), `its psk0 is not that of the other side; it chose "${own.kind}"`)
  const shaken = await shakeHands(story, own.psk0, prologue)
  const { continuity } = shaken.keys
  const keeping = { testee: await choiceOfTestee(story, hellos.peer, continuity), peer: keptBy(kept, peer, continuity) }

  const talk = await talkOver(story, shaken)
  const [i, r]: readonly [Side, Side] = role === 'initiator' ? ['testee', 'peer'] : ['peer', 'testee']
  parties[i].kept = keeping[i].initiatorStored
  await say(talk, i, true, NONE)
  const kinds = { testee: own.kind, peer: peer.kind }
  const spent = { testee: own.spent, peer: peer.spent }
  const met = { talk, kinds, notices: { testee: own.notice, peer: peer.notice }, keys: shaken.keys }
  if (lost === 'first') return met
  await hear(talk, r)
  parties[r].kept = keeping[r].responderStored
  spend(parties[r], spent[r])
  keepRoot(story, r, met)
  await say(talk, r, true, NONE)
  if (lost === 'answer') return met
  await hear(talk, i)
  parties[i].kept = keeping[i].initiatorConfirmed
  spend(parties[i], spent[i])
  keepRoot(story, i, met)
  return met
}

function spend(party: Party, spent: Uint8Array | null): void {
  party.invitations = party.invitations.filter((one) => spent === null || !same(one, spent))
}

interface Keeping {
  readonly initiatorStored: Continuity
  readonly initiatorConfirmed: Continuity
  readonly responderStored: Continuity
}

function keptBy(kept: Continuity, choice: Choice, continuity: Uint8Array): Keeping {
  const initiatorStored = stored(kept, 'initiator', choice, continuity)
  return {
    initiatorStored,
    initiatorConfirmed: confirmed(initiatorStored, choice),
    responderStored: stored(kept, 'responder', choice, continuity),
  }
}

async function choiceOfTestee(
  { testee, parties }: Story,
  { device, nonce, tags }: Hello,
  continuity: Uint8Array,
): Promise<Keeping & Choice> {
  const { kept, invitations } = parties.testee
  const value = { kept: wireKept(kept), invitations, otherAccepted: false, device, nonce, tags: [...tags], continuity }
  const got = await answerOf(testee, { $case: 'choosePsk', value }, 'pskChoice')
  const of = (one: typeof got.initiatorStored): Continuity => (one ? literalKept(one) : {})
  const kind = got.kind as Choice['kind']
  const choice = { kind, psk0: got.psk0, notice: got.notice, spent: got.spent.length > 0 ? got.spent : null }
  const keeping = keptBy(kept, choice, continuity)
  for (const name of ['initiatorStored', 'initiatorConfirmed', 'responderStored'] as const) {
    const [has, must] = [keptText(of(got[name])), keptText(keeping[name])]
    ensureKept(has === must, `${name}: it keeps ${has}, not ${must}`)
  }
  return { ...choice, ...keeping }
}

/** 06-25 and 06-29: the first root of a pair counts one epoch less, and a notice leaves what is held. */
function keepRoot({ parties, epoch }: Story, side: Side, { keys, notices }: Met): void {
  const root = { root: keys.rendezvousRoot, epoch: epoch - 1 }
  if (notices[side]) parties[side].rootBeside ??= root
  else parties[side].root ??= root
}

/** The tags of nobody: in a move the two know each other by the tunnel. */
export function forgetful(story: Story): Story {
  const without = (party: Party): Party => ({ ...party, kept: {}, invitations: [] })
  return { ...story, parties: { testee: without(story.parties.testee), peer: without(story.parties.peer) } }
}
