/**
 * The Double Ratchet of a tunnel with ML-KEM-768 in every turn (spec/08): states, how they start, when a turn is due.
 * The edges are `seal` (seal.ts) and `open` (open.ts). Not its concern: what a frame carries, how it is encoded, when it
 * leaves.
 *
 *   Turns alternate strictly; the odd ones are the initiator's. Turn 0 is the handshake's.
 *
 *   initiator starts in --> TurnDue <------ open (turn + 1, 0) ------- TurnSent <-- responder starts in
 *                              |  ^                                      |  ^
 *                              |  '-- seal or open on the old chains     |  '-- seal or open on the old chains
 *                              '--------- seal (turn + 1, 0) ------------'
 *
 *   TurnDue   the last turn is theirs: their public keys are known, our own secrets of the turn before are gone.
 *   TurnSent  the last turn is ours: our secrets wait for their next turn, their keys are used up and dropped.
 *
 * Each frame's key exists only while that frame is sealed or opened. A refused message throws and changes nothing.
 */
import { unprintable } from '../bytes/unprintable.js'
import { type HybridKeyPair, type HybridPublicKeys, newHybridKeys } from '../crypto/hybrid-keys.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Env } from '../env.js'
import { PROTOCOL } from '../limits.js'

declare const role: unique symbol
/** RK_t, 32 bytes: the secret from which the next turn derives. */
export type RootKey = Uint8Array & { readonly [role]: 'root key' }
/** CK of the chain on which we seal, 32 bytes. */
export type SendingChainKey = Uint8Array & { readonly [role]: 'sending chain key' }
/** CK of the chain on which we open, 32 bytes. */
export type ReceivingChainKey = Uint8Array & { readonly [role]: 'receiving chain key' }

export type OwnRatchetKeys = HybridKeyPair
export type PeerRatchetKeys = HybridPublicKeys

export interface Chain<Key> {
  readonly turn: number
  /** The number of the chain's next frame, and so the count of frames that it carried. */
  readonly n: number
  readonly key: Key
}

interface Common {
  /** The number of the last turn, either side's; 0 before the first. */
  readonly turn: number
  readonly root: RootKey
  /** Absent before our first turn. */
  readonly sending: Chain<SendingChainKey> | undefined
  /** Absent before their first turn. */
  readonly receiving: Chain<ReceivingChainKey> | undefined
  /** Unix milliseconds of our own last turn. */
  readonly ownTurnAt: number | undefined
}

export interface TurnDue extends Common {
  readonly kind: 'turnDue'
  readonly peer: PeerRatchetKeys
}

export interface TurnSent extends Common {
  readonly kind: 'turnSent'
  readonly own: OwnRatchetKeys
  /** Frames opened on their old chain since our turn left. */
  readonly oldFrames: number
}

/** A ratchet whose own turn is due, or whose turn left. Secret, immutable, and of one use (spec/08 section 7). */
export type RatchetState = TurnDue | TurnSent

/** Hides the state's secrets from printing. Every new state passes through here. */
export function ratchetState<State extends RatchetState>(state: State): State {
  return unprintable('ratchet state', state)
}

/** The state with these two chains. Its fields are written out: a spread costs a frame forty times as much. */
export function withChains(
  state: RatchetState,
  sending: Chain<SendingChainKey> | undefined,
  receiving: Chain<ReceivingChainKey> | undefined,
  oldFrames = state.kind === 'turnSent' ? state.oldFrames : 0,
): RatchetState {
  const { turn, root, ownTurnAt } = state
  return state.kind === 'turnDue'
    ? ratchetState({ kind: 'turnDue', turn, root, sending, receiving, ownTurnAt, peer: state.peer })
    : ratchetState({ kind: 'turnSent', turn, root, sending, receiving, ownTurnAt, own: state.own, oldFrames })
}

/** The initiator after message 2: `rootKey` (32 bytes) is RK_0, `peerKeys` are X_0 and ek_0. It sends first. */
export function createInitiatorRatchet(start: { rootKey: Uint8Array; peerKeys: PeerRatchetKeys }): RatchetState {
  ensureLength(start.rootKey, SIZES.hash, 'invalid_argument', 'a root key')
  return ratchetState({
    kind: 'turnDue',
    turn: 0,
    root: start.rootKey as RootKey,
    sending: undefined,
    receiving: undefined,
    ownTurnAt: undefined,
    // These two fields only, whatever object they come in.
    peer: { key: start.peerKeys.key, kemKey: start.peerKeys.kemKey },
  })
}

/** The responder after message 2: `ownKeys` are the keys of its payload. It cannot send before turn 1 arrived. */
export function createResponderRatchet(start: { rootKey: Uint8Array; ownKeys: OwnRatchetKeys }): RatchetState {
  ensureLength(start.rootKey, SIZES.hash, 'invalid_argument', 'a root key')
  return ratchetState({
    kind: 'turnSent',
    turn: 0,
    root: start.rootKey as RootKey,
    sending: undefined,
    receiving: undefined,
    ownTurnAt: undefined,
    own: start.ownKeys,
    oldFrames: 0,
  })
}

/** A turn's fresh keys. Takes 32, then 64 random bytes. */
export function newRatchetKeys(env: Env): OwnRatchetKeys {
  return newHybridKeys(env)
}

/**
 * Whether the next frame starts a turn (spec/08 on when a turn is due). `now` in Unix milliseconds; `urgent` frames
 * carry anything but file data and its progress. A side's first frame always does; a turn is possible only after a new
 * key of the other side.
 */
export function turnDue(state: RatchetState, now: number, urgent: boolean): boolean {
  if (state.kind === 'turnSent') return false
  const { sending, ownTurnAt } = state
  if (sending === undefined || ownTurnAt === undefined || urgent) return true
  const waited = now - ownTurnAt
  // A clock that went back cannot tell how long: better one turn too many.
  return waited < 0 || waited >= PROTOCOL.TURN_DELAY_MS || sending.n >= PROTOCOL.TURN_DELAY_FRAMES
}

/** Numbers of a ratchet, none of them secret. */
export interface RatchetFacts {
  /** Turns of both sides so far. */
  readonly turns: number
  /** Unix milliseconds of our own last turn. */
  readonly ownTurnAt: number | undefined
  /** Frames on the two current chains. */
  readonly framesSinceOwnTurn: number
  readonly framesSincePeerTurn: number
}

/** What may be shown of a ratchet: numbers, no secrets. */
export function ratchetFacts(state: RatchetState): RatchetFacts {
  return {
    turns: state.turn,
    ownTurnAt: state.ownTurnAt,
    framesSinceOwnTurn: state.sending?.n ?? 0,
    framesSincePeerTurn: state.receiving?.n ?? 0,
  }
}

/** All secrets of a state, to be wiped when the tunnel ends. */
export function ratchetSecrets(state: RatchetState): Uint8Array[] {
  const own = state.kind === 'turnSent' ? [state.own.secret, state.own.kemSeed] : []
  const chains = [state.sending?.key, state.receiving?.key].filter((key) => key !== undefined)
  return [state.root, ...chains, ...own]
}
