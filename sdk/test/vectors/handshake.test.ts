/** The SDK's handshake against the vectors of conformance/vectors, made by the literal transcription of spec/07. */
import type { DeviceState } from '@solo2/proto/vault'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
import { pad } from '../../src/bytes/padding.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import {
  afterConfirmation,
  afterHandshake,
  candidates,
  choosePsk,
  type KnownDevice,
  makeTag,
  noticeOf,
  remember,
} from '../../src/handshake/continuity.js'
import {
  finish,
  type HandshakeResult,
  initiate,
  movePsk,
  rendezvousRoot,
  respond,
} from '../../src/handshake/handshake.js'
import { makePrologue } from '../../src/handshake/prologue.js'
import { PROTOCOL } from '../../src/limits.js'
import { conformanceVectors, scripted } from './conformance.js'
import { bytes, codeOf } from './published.js'

interface Kept {
  readonly new: string
  /** A secret, `none` or `absent`. */
  readonly used: string
  readonly usedIsInvitation: boolean
}

interface KeptPair {
  readonly held: Kept | null
  readonly beside: Kept | null
}

interface Transcript {
  readonly name: string
  readonly psk0: string
  readonly signals: { readonly [field in SignalField]: string }
  readonly idI: string
  readonly idR: string
  readonly oldH: string | null
  readonly prologue: string
  readonly initiator: { readonly static: string; readonly ephemeral: string; readonly kemSeed: string }
  readonly responder: {
    readonly static: string
    readonly ephemeral: string
    readonly encapsulation: string
    readonly ratchetSecret: string
    readonly ratchetKemSeed: string
  }
  readonly message1: string
  readonly message2: string
  readonly keys: { readonly [name in 'h' | 'rk0' | 'continuity' | 'exporter' | 'rendezvousRoot']: string }
  readonly X0: string
  readonly ek0: string
}

type SignalField = 'deviceI' | 'deviceR' | 'helloI' | 'helloR' | 'offer' | 'answer'

interface Vectors {
  readonly tags: readonly {
    readonly secret: string
    readonly device: string
    readonly nonce: string
    readonly tag: string
  }[]
  readonly choices: readonly {
    readonly name: string
    readonly kept: KeptPair
    readonly invitations: readonly string[]
    readonly contact: { readonly accepted: boolean; readonly otherAccepted: boolean }
    readonly peer: { readonly device: string; readonly nonce: string; readonly tags: readonly string[] }
    readonly expect: {
      readonly kind: string
      readonly psk0: string
      readonly notice: boolean
      readonly spent: string | null
    }
    readonly afterwards: {
      readonly continuity: string
      readonly initiatorStored: KeptPair
      readonly initiatorConfirmed: KeptPair
      readonly responderStored: KeptPair
    }
  }[]
  readonly moves: readonly { readonly exporter: string; readonly nonce: string; readonly secret: string }[]
  readonly transcripts: readonly Transcript[]
  readonly refusals: readonly {
    readonly name: string
    readonly transcript: string
    readonly receiver: 'initiator' | 'responder'
    readonly message: string
    readonly code: string
  }[]
}

const vectors = conformanceVectors<Vectors>('handshake')
const env = scripted()

function keyPair(secret: string) {
  return { secret: bytes(secret), publicKey: noblePrimitives.x25519PublicKey(bytes(secret)) }
}

function inputs({ initiator, responder, prologue, psk0 }: Transcript) {
  const [i, r] = [keyPair(initiator.static), keyPair(responder.static)]
  const common = { prologue: bytes(prologue), psk0: bytes(psk0) }
  return {
    initiator: { ...common, ownStatic: i, peerStatic: r.publicKey },
    responder: { ...common, ownStatic: r, peerStatic: i.publicKey },
  }
}

function runInitiate(transcript: Transcript) {
  const { ephemeral, kemSeed } = transcript.initiator
  return initiate(inputs(transcript).initiator, scripted(ephemeral, kemSeed))
}

function runRespond(transcript: Transcript, message: Uint8Array) {
  const { ephemeral, encapsulation, ratchetSecret, ratchetKemSeed } = transcript.responder
  const random = scripted(ratchetSecret, ratchetKemSeed, ephemeral, encapsulation)
  return respond(inputs(transcript).responder, message, random)
}

function stored(kept: Kept | null, device: string): DeviceState | undefined {
  if (kept === null) return undefined
  const secret = kept.used === 'none' || kept.used === 'absent' ? '' : kept.used
  return {
    device: bytes(device),
    version: 1,
    continuityNew: bytes(kept.new),
    continuityUsed: bytes(secret),
    usedIsNone: kept.used === 'none',
    usedIsInvitation: kept.usedIsInvitation,
  }
}

function shown({ held, beside }: KnownDevice): KeptPair {
  const show = (state: DeviceState | undefined): Kept | null => {
    if (state === undefined) return null
    return {
      new: toHex(state.continuityNew),
      used: state.usedIsNone ? 'none' : toHex(state.continuityUsed) || 'absent',
      usedIsInvitation: state.usedIsInvitation,
    }
  }
  return { held: show(held), beside: show(beside) }
}

describe('handshake vectors', () => {
  it('tags', () => {
    expect(vectors.tags.length).toBeGreaterThan(0)
    for (const { secret, device, nonce, tag } of vectors.tags) {
      expect(toHex(makeTag(bytes(secret), bytes(device), bytes(nonce), env))).toBe(tag)
    }
  })

  it('move secrets', () => {
    expect(vectors.moves.length).toBeGreaterThan(0)
    for (const { exporter, nonce, secret } of vectors.moves) {
      expect(toHex(movePsk(bytes(exporter), bytes(nonce), env))).toBe(secret)
    }
  })

  it.each(vectors.choices)('choice of psk0: $name', ({ kept, invitations, contact, peer, ...vector }) => {
    const known = { held: stored(kept.held, peer.device), beside: stored(kept.beside, peer.device) }
    const hello = { device: bytes(peer.device), nonce: bytes(peer.nonce), tags: peer.tags.map(bytes) }
    const choice = choosePsk(candidates(known, invitations.map(bytes)), hello, env)
    const notice = noticeOf(known, choice.match, contact.otherAccepted)
    expect({
      kind: choice.match?.kind ?? 'none',
      psk0: toHex(choice.psk0),
      notice: notice !== undefined,
      spent: choice.match?.spends ? toHex(choice.match.spends) : null,
    }).toEqual(vector.expect)

    const { device } = hello
    const continuity = bytes(vector.afterwards.continuity)
    const unconfirmed = remember(known, afterHandshake(device, 1, continuity, choice), notice)
    const confirmed = remember(known, afterConfirmation(device, 1, continuity), notice)
    expect(shown(unconfirmed)).toEqual(vector.afterwards.initiatorStored)
    expect(shown(confirmed)).toEqual(vector.afterwards.initiatorConfirmed)
    expect(shown(confirmed)).toEqual(vector.afterwards.responderStored)
  })

  it.each(vectors.transcripts)('transcript: $name', (transcript) => {
    const { signals, idI, idR, oldH, keys } = transcript
    const signal = (field: SignalField) => {
      const signal = bytes(signals[field])
      return signal.length === PROTOCOL.SIGNAL_PLAINTEXT ? signal : pad(signal, PROTOCOL.SIGNAL_PLAINTEXT)
    }
    const prologue = makePrologue(
      {
        helloI: signal('helloI'),
        helloR: signal('helloR'),
        offer: signal('offer'),
        answer: signal('answer'),
        idI: bytes(idI),
        idR: bytes(idR),
        deviceI: bytes(signals.deviceI),
        deviceR: bytes(signals.deviceR),
        ...(oldH !== null && { movedFrom: bytes(oldH) }),
      },
      env,
    )
    expect(toHex(prologue)).toBe(transcript.prologue)

    const initiated = runInitiate(transcript)
    expect(toHex(initiated.message)).toBe(transcript.message1)
    const responded = runRespond(transcript, initiated.message)
    expect(toHex(responded.message)).toBe(transcript.message2)
    const finished = finish(initiated.state, responded.message, env)
    const sides: [HandshakeResult, { key: Uint8Array; kemKey: Uint8Array }][] = [
      [responded.result, responded.result.ownKeys],
      [finished.result, finished.result.peerKeys],
    ]
    for (const [result, ratchetKeys] of sides) {
      expect(toHex(result.hash)).toBe(keys.h)
      expect(toHex(result.rootKey)).toBe(keys.rk0)
      expect(toHex(result.continuity)).toBe(keys.continuity)
      expect(toHex(result.exporter)).toBe(keys.exporter)
      expect(toHex(rendezvousRoot(result.exporter, env))).toBe(keys.rendezvousRoot)
      expect(toHex(ratchetKeys.key)).toBe(transcript.X0)
      expect(toHex(ratchetKeys.kemKey)).toBe(transcript.ek0)
    }
  })

  it.each(vectors.refusals)('refused by the $receiver: $name', ({ transcript: name, receiver, message, code }) => {
    const transcript = vectors.transcripts.find((other) => other.name === name) as Transcript
    const run = () =>
      receiver === 'responder'
        ? runRespond(transcript, bytes(message))
        : finish(runInitiate(transcript).state, bytes(message), env)
    expect(codeOf(run)).toBe(code)
  })
})
