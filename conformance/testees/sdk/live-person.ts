/**
 * A person who meets the one contact, talks, and meets again when a tunnel is lost, by the machines of the SDK:
 *
 *   open --joined--> meeting --introduced--> handshake --confirmed, root agreed--> met --lost--> meeting, with the next ticket
 */
import type { LiveFacts, LiveOpen, Person } from '@solo2/proto/conformance'
import {
  candidates,
  createMeeting,
  decodeContent,
  type Introduction,
  type MeetingContext,
  type MeetingInput,
  type MeetingOutput,
  makePrologue,
  makeTags,
  meetingDeadline,
  meetingTopics,
  pairingSecret,
  type Record,
  stepMeeting,
} from '@solo2/sdk/core'
import { given, wipe } from './functions.js'
import { knownOf } from './handshake.js'
import { createSession, factsOf, type Remembered, type Session } from './live-session.js'
import { type MeetingSocket, openMeetingSocket, type Platform } from './live-socket.js'
import { type Line, openLine } from './live-tunnel.js'

export interface LivePerson {
  /** Resolves when the topics of the first meeting are joined. */
  joined(): Promise<unknown>
  /** The tunnel of this number stands, from 1, and its root is agreed. */
  met(tunnel: number): Promise<LiveFacts>
  /** Resolves with the receipt. */
  say(id: Uint8Array, content: Uint8Array): Promise<unknown>
  hear(): Promise<Uint8Array>
  /** Ends the tunnel by its last frame; resolves when that of the other side came too. */
  leave(): Promise<unknown>
  /** Ends all at once. */
  drop(): void
}

const NO_DEVICE = new Uint8Array(16)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export function createPerson(platform: Platform, open: LiveOpen): LivePerson {
  const { host } = platform
  const { device, invitations, tickets } = open
  const [own, peer] = [given<Person>(open.own), given<Person>(open.peer)]
  const kept: Remembered = {
    known: knownOf(open.kept ?? { held: undefined, beside: undefined }, NO_DEVICE),
    invitations,
    root: open.root.length > 0 ? { epoch: open.rootEpoch, root: open.root } : undefined,
  }
  const context: MeetingContext = {
    own: { id: own.id, x25519Secret: own.x25519Secret, device },
    peer,
    role: open.offers ? 'offerer' : 'answerer',
    versions: [1],
    makeTags: (nonce) =>
      makeTags(
        candidates(kept.known, kept.invitations).map((one) => one.secret),
        device,
        nonce,
        host,
      ),
    pinnedVersion: () => 0,
  }
  let meeting = createMeeting()
  let socket: MeetingSocket | undefined
  let hasJoined = false
  let line: { readonly attempt: number; readonly line: Line } | undefined
  let session: Session | undefined
  let ended = false
  let failure: unknown
  let cancelTick = (): void => undefined
  const facts: LiveFacts[] = []
  /** Encoded contents that nobody has acknowledged, by their IDs in hex, and the IDs of those that came. */
  const outbox = new Map<string, Uint8Array>()
  const came = new Set<string>()
  const heard: Uint8Array[] = []
  let watchers: (() => void)[] = []

  function changed(): void {
    const now = watchers
    watchers = []
    for (const look of now) look()
  }

  async function until<T>(ready: () => T | undefined): Promise<T> {
    for (;;) {
      if (failure !== undefined) throw failure
      const value = ready()
      if (value !== undefined) return value
      await new Promise<void>((resolve) => watchers.push(resolve))
    }
  }

  function fail(error: unknown): void {
    failure ??= error
    changed()
  }

  function meet(): void {
    const ticket = tickets.shift()
    // Without another ticket nobody is met any more.
    if (ended || ticket === undefined) return
    const secret = pairingSecret(host.primitives, own, peer)
    const topics = meetingTopics(host.primitives, { pairingSecret: secret, root: kept.root }, host.now())
    run({ type: 'start', topics })
    const names = topics.map(({ topic }) => topic)
    socket = openMeetingSocket({
      platform,
      url: open.url,
      ticket,
      topics: names,
      onJoined() {
        hasJoined = true
        run({ type: 'joined', topics: names })
        changed()
      },
      onSignal: (topic, signal) => run({ type: 'delivered', topic, signal }),
      onFailed: fail,
    })
  }

  function run(input: MeetingInput): void {
    const step = stepMeeting(meeting, input, context, host)
    meeting = step.state
    wipe(step.spent)
    for (const output of step.outputs) perform(output)
    cancelTick()
    const deadline = meetingDeadline(meeting)
    if (deadline === undefined || ended) return
    cancelTick = host.after(Math.max(0, deadline - host.now()), () => run({ type: 'tick' }))
  }

  function perform(output: MeetingOutput): void {
    // The socket joins by itself, and a refused signal has no effect.
    if (output.type === 'join' || output.type === 'refused') return
    if (output.type === 'send') socket?.send(output.topic, output.signal)
    // All topics at once: then nothing is left to wait for on the socket (06-6).
    else if (output.type === 'leave') socket?.close()
    else if (output.type === 'introduced') shakeHands(output.introduction)
    else if (output.type === 'abandoned') line?.line.close()
    else if (output.type === 'acceptAnswer') {
      line?.line.connection.acceptAnswer(output.sdp).catch(() => run({ type: 'failed', attempt: output.attempt }))
    } else negotiate(output)
  }

  function negotiate(output: Extract<MeetingOutput, { readonly type: 'createOffer' | 'acceptOffer' }>): void {
    const { attempt } = output
    session = undefined
    const made = openLine(platform, open.offers ? 'offerer' : 'answerer', {
      onKeys(secrets) {
        const { announcement } = given(session).keys(secrets)
        made.record(announcement)
        for (const content of outbox.values()) made.content(content)
        if (!open.offers) stands(attempt)
      },
      onConfirmed() {
        given(session).confirmed()
        stands(attempt)
      },
      onContent: receive,
      onRecord: ({ body }) => take(body),
      onEnd: () => lost(attempt),
    })
    line = { attempt, line: made }
    const described =
      output.type === 'createOffer'
        ? made.connection.createOffer().then((sdp) => run({ type: 'localOffer', attempt, sdp }))
        : made.connection.acceptOffer(output.sdp).then((sdp) => run({ type: 'localAnswer', attempt, sdp }))
    described.catch(() => run({ type: 'failed', attempt }))
  }

  function shakeHands(introduction: Introduction): void {
    session = createSession(kept, introduction, host)
    const { helloI, helloR, offer, answer, role, peerDevice } = introduction
    const ids = { own: { id: own.id, device }, peer: { id: peer.id, device: peerDevice } }
    const [i, r] = role === 'offerer' ? [ids.own, ids.peer] : [ids.peer, ids.own]
    const signals = { helloI, helloR, offer, answer }
    const prologue = makePrologue({ ...signals, idI: i.id, idR: r.id, deviceI: i.device, deviceR: r.device }, host)
    const ownStatic = { secret: own.x25519Secret, publicKey: own.x25519 }
    line?.line.shakeHands({ ownStatic, peerStatic: peer.x25519, psk0: session.psk0, prologue })
  }

  function stands(attempt: number): void {
    run({ type: 'connected', attempt })
    tell()
  }

  function tell(): void {
    if (session === undefined || !session.isAgreed || meeting.phase.stage !== 'met' || session.isTold) return
    session.isTold = true
    facts.push(factsOf(kept, session))
    changed()
  }

  function lost(attempt: number): void {
    if (line?.attempt !== attempt) return
    line = undefined
    if (meeting.phase.stage === 'met') meet()
    else run({ type: 'failed', attempt })
    changed()
  }

  function receive(content: Uint8Array): void {
    const { id } = decodeContent(content)
    if (!came.has(hex(id))) {
      came.add(hex(id))
      heard.push(content)
      changed()
    }
    line?.line.record({ $case: 'receipt', value: { contents: [id] } })
  }

  function take(body: Record['body']): void {
    if (body?.$case === 'receipt') {
      for (const id of body.value.contents) outbox.delete(hex(id))
      changed()
    } else if (body?.$case === 'rendezvousHash' || body?.$case === 'rendezvousRoot') {
      const answer = given(session).agree(body)
      if (answer !== undefined) line?.line.record(answer)
      tell()
    }
  }

  meet()
  return {
    joined: () => until(() => hasJoined || undefined),
    met: (tunnel) => until(() => facts[tunnel - 1]),
    say(id, content) {
      outbox.set(hex(id), content)
      line?.line.content(content)
      return until(() => !outbox.has(hex(id)) || undefined)
    },
    hear: () => until(() => heard.shift()),
    leave() {
      ended = true
      if (meeting.phase.stage === 'met') line?.line.leave()
      else drop()
      return until(() => line === undefined || undefined)
    },
    drop,
  }

  function drop(): void {
    ended = true
    run({ type: 'leave' })
    cancelTick()
    line?.line.close()
    socket?.close()
  }
}
