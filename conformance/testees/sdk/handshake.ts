/** spec/07. */
import type { HandshakeParty, Kept, Responded } from '@solo2/proto/conformance'
import {
  type AwaitingResponse,
  afterConfirmation,
  afterHandshake,
  candidates,
  choosePsk,
  finish,
  type HandshakeInput,
  type HandshakeResult,
  initiate,
  type KnownDevice,
  makePrologue,
  makeTag,
  movePsk,
  noticeOf,
  remember,
  rendezvousRoot,
  respond,
} from '@solo2/sdk/core'
import { bytes, drawing, type Functions, given, primitives, wipe } from './functions.js'

export const VERSION = 1

function inputOf({ staticSecret, peerStatic, psk0, prologue }: HandshakeParty): HandshakeInput {
  const ownStatic = { secret: staticSecret, publicKey: primitives.x25519PublicKey(staticSecret) }
  return { ownStatic, peerStatic, psk0, prologue }
}

function keysOf(
  { hash, rootKey, continuity, exporter }: HandshakeResult,
  ratchet: { readonly key: Uint8Array; readonly kemKey: Uint8Array },
): NonNullable<Responded['keys']> {
  const root = rendezvousRoot(exporter, drawing())
  return {
    hash,
    rootKey,
    continuity,
    exporter,
    rendezvousRoot: root,
    ratchetKey: ratchet.key,
    ratchetKemKey: ratchet.kemKey,
  }
}

export function knownOf({ held, beside }: Kept, device: Uint8Array): KnownDevice {
  const state = (one: Kept['held']): KnownDevice['held'] => {
    if (one === undefined) return undefined
    const { newest, used, ...marks } = one
    return { device, version: VERSION, continuityNew: newest, continuityUsed: used, ...marks }
  }
  return { held: state(held), beside: state(beside) }
}

export function keptOf({ held, beside }: KnownDevice): Kept {
  const continuity = (state: KnownDevice['held']): Kept['held'] => {
    if (state === undefined) return undefined
    const { continuityNew, continuityUsed, usedIsNone, usedIsInvitation } = state
    return { newest: continuityNew, used: continuityUsed, usedIsNone, usedIsInvitation }
  }
  return { held: continuity(held), beside: continuity(beside) }
}

const waiting = new Map<number, AwaitingResponse>()

export function endHandshake(session: number): void {
  waiting.delete(session)
}

export const handshake: Functions<
  'deviceTag' | 'choosePsk' | 'moveSecret' | 'makePrologue' | 'initiate' | 'respond' | 'finish'
> = {
  deviceTag: ({ secret, device, nonce }) => bytes(makeTag(secret, device, nonce, drawing())),
  choosePsk({ kept, invitations, otherAccepted, device, nonce, tags, continuity }) {
    const before = knownOf(given(kept), device)
    const choice = choosePsk(candidates(before, invitations), { device, nonce, tags }, drawing())
    const notice = noticeOf(before, choice.match, otherAccepted)
    const stored = remember(before, afterHandshake(device, VERSION, continuity, choice), notice)
    const confirmed = keptOf(remember(before, afterConfirmation(device, VERSION, continuity), notice))
    return {
      $case: 'pskChoice',
      value: {
        kind: choice.match?.kind ?? 'none',
        psk0: choice.psk0,
        notice: notice !== undefined,
        initiatorStored: keptOf(stored),
        initiatorConfirmed: confirmed,
        responderStored: confirmed,
        spent: choice.match?.spends ?? new Uint8Array(0),
      },
    }
  },
  moveSecret: ({ exporter, nonce }) => bytes(movePsk(exporter, nonce, drawing())),
  makePrologue: ({ movedFrom, ...signals }) =>
    bytes(makePrologue({ ...signals, ...(movedFrom.length > 0 && { movedFrom }) }, drawing())),
  initiate({ session, party, ephemeral, kemSeed }) {
    const { state, message, spent } = initiate(inputOf(given(party)), drawing(ephemeral, kemSeed))
    wipe(spent)
    waiting.set(session, state)
    return bytes(message)
  },
  respond({ party, message, ratchetSecret, ratchetKemSeed, ephemeral, encapsulation }) {
    const env = drawing(ratchetSecret, ratchetKemSeed, ephemeral, encapsulation)
    const responded = respond(inputOf(given(party)), message, env)
    wipe(responded.spent)
    const keys = keysOf(responded.result, responded.result.ownKeys)
    return { $case: 'responded', value: { message: responded.message, keys } }
  },
  finish({ session, message }) {
    const { result, spent } = finish(given(waiting.get(session)), message, drawing())
    wipe(spent)
    waiting.delete(session)
    return { $case: 'handshakeKeys', value: keysOf(result, result.peerKeys) }
  },
}
