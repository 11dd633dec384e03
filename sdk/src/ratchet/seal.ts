/** Sealing: one frame's plaintext becomes a ratchet message (spec/08). Mirrors open.ts, step by step. */
import { wipe } from '../bytes/bytes.js'
import { SIZES } from '../crypto/sizes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { encodeHeader, type RatchetMessage } from './header.js'
import { deriveTurn, NONCE, stepChain } from './kdf.js'
import {
  type Chain,
  newRatchetKeys,
  type RatchetState,
  type RootKey,
  ratchetState,
  type SendingChainKey,
  type TurnDue,
  withChains,
} from './ratchet.js'

/** A message, the next state, and what must be wiped. */
export interface Sealed {
  readonly state: RatchetState
  readonly message: RatchetMessage
  /** The old chain key, and the old root key if this was a turn. */
  readonly spent: readonly Uint8Array[]
}

/** Chains count in unsigned 32-bit numbers. */
const MOST = 0xffff_ffff

/**
 * Seals `plaintext`, exactly FRAME_PLAINTEXT bytes, or TURN_FRAME_PLAINTEXT if `turn` is set. A turn takes 32, 64 and 32
 * random bytes: the new keys' and the encapsulation's.
 * Throws `wrong_state` if a turn is asked that is not due, or if there is no chain yet: a side's first frame is a turn,
 * the responder's after the initiator's. Throws `invalid_key` if the other side's keys are bad, `invalid_argument` for
 * another length. `into`: memory that the ciphertext may take, as long as it.
 */
export function seal(state: RatchetState, plaintext: Uint8Array, turn: boolean, env: Env, into?: Uint8Array): Sealed {
  const size = turn ? PROTOCOL.TURN_FRAME_PLAINTEXT : PROTOCOL.FRAME_PLAINTEXT
  ensure(plaintext.length === size, 'invalid_argument', 'the plaintext fills the frame')
  if (turn) {
    ensure(state.kind === 'turnDue', 'wrong_state', 'a turn needs a new key of the other side')
    return sealTurn(state, plaintext, env, into)
  }
  const { sending } = state
  ensure(sending !== undefined, 'wrong_state', "a side's first frame starts a turn")
  ensure(sending.n <= MOST, 'wrong_state', 'the chain is at its end')
  const header = encodeHeader({ turn: sending.turn, n: sending.n, fields: undefined })
  const { chain, ciphertext } = sealOnChain(sending, header, plaintext, env, into)
  return {
    state: withChains(state, chain, state.receiving),
    message: { header, ciphertext },
    spent: [sending.key],
  }
}

function sealTurn(state: TurnDue, plaintext: Uint8Array, env: Env, into?: Uint8Array): Sealed {
  const { primitives } = env
  const { peer, sending } = state
  const turn = state.turn + 1
  ensure(turn <= MOST, 'wrong_state', 'no more turns')
  const own = newRatchetKeys(env)
  const randomness = env.random(SIZES.mlkemRandomness)
  const { ciphertext: kemCiphertext, sharedSecret } = primitives.mlkemEncapsulate(peer.kemKey, randomness)
  wipe(randomness)
  const { root, chain: chainKey } = deriveTurn(primitives, {
    root: state.root,
    dh: primitives.x25519(own.secret, peer.key),
    kemSecret: sharedSecret,
    previous: peer,
    next: own,
    kemCiphertext,
  })
  const header = encodeHeader({
    turn,
    n: 0,
    fields: { pn: sending?.n ?? 0, key: own.key, kemKey: own.kemKey, kemCiphertext },
  })
  const first = { turn, n: 0, key: chainKey as SendingChainKey }
  const { chain, ciphertext } = sealOnChain(first, header, plaintext, env, into)
  wipe(chainKey)
  return {
    state: ratchetState({
      kind: 'turnSent',
      turn,
      root: root as RootKey,
      sending: chain,
      receiving: state.receiving,
      ownTurnAt: env.now(),
      own,
      oldFrames: 0,
    }),
    message: { header, ciphertext },
    spent: sending === undefined ? [state.root] : [state.root, sending.key],
  }
}

function sealOnChain(
  { turn, n, key }: Chain<SendingChainKey>,
  header: Uint8Array,
  plaintext: Uint8Array,
  env: Env,
  into?: Uint8Array,
): { chain: Chain<SendingChainKey>; ciphertext: Uint8Array } {
  const { messageKey, next } = stepChain(env.primitives, key)
  const ciphertext = env.primitives.aeadSeal(messageKey, NONCE, header, plaintext, into)
  wipe(messageKey)
  return { chain: { turn, n: n + 1, key: next as SendingChainKey }, ciphertext }
}
