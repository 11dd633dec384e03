/** Opening: a ratchet message becomes one frame's plaintext, or is refused (spec/08). Mirrors seal.ts, step by step. */
import { wipe } from '../bytes/bytes.js'
import { ensureMlkemKey } from '../crypto/hybrid-keys.js'
import { SIZES } from '../crypto/sizes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { decodeHeader, type RatchetMessage, type TurnFields } from './header.js'
import { deriveTurn, NONCE, stepChain } from './kdf.js'
import {
  type Chain,
  type RatchetState,
  type ReceivingChainKey,
  type RootKey,
  ratchetState,
  type TurnSent,
  withChains,
} from './ratchet.js'

/** A plaintext, the next state, and what must be wiped. */
export interface Opened {
  readonly state: RatchetState
  /** FRAME_PLAINTEXT bytes, or TURN_FRAME_PLAINTEXT from a turn's first frame. */
  readonly plaintext: Uint8Array
  /** The old chain key; after their turn also the old root key and our secrets of the turn before. */
  readonly spent: readonly Uint8Array[]
}

/**
 * Opens the one message that may come next: (turn, n + 1) on their chain, or the first of their next turn if our turn
 * between was sent and `pn` counts all frames of the chain before. A refused message leaves the old state usable; the
 * tunnel ends all the same (spec/09).
 * Throws, in this order: `malformed`, `not_canonical` for the bytes, `out_of_order` for any other message,
 * `chain_too_long` beyond OLD_CHAIN_FRAMES frames on a chain that our turn made old, `invalid_key` for their keys,
 * `open_failed` if the seal does not hold. `into`: memory that the plaintext may take, as long as it; it may be where the
 * ciphertext begins, which stays as it is when the message is refused.
 */
export function open(state: RatchetState, message: RatchetMessage, env: Env, into?: Uint8Array): Opened {
  const { turn, n, fields } = decodeHeader(message.header)
  const size = fields === undefined ? PROTOCOL.FRAME_PLAINTEXT : PROTOCOL.TURN_FRAME_PLAINTEXT
  ensure(message.ciphertext.length === size + SIZES.aeadTag, 'malformed', 'the ciphertext fills the frame')
  if (fields !== undefined) {
    ensure(state.kind === 'turnSent' && turn === state.turn + 1, 'out_of_order', 'not the turn that may come next')
    ensure(fields.pn === (state.receiving?.n ?? 0), 'out_of_order', 'frames of the last chain are missing')
    return openTurn(state, fields, message, env, into)
  }
  const { receiving } = state
  ensure(receiving?.turn === turn && receiving.n === n, 'out_of_order', 'not the frame that comes next')
  const old = state.kind === 'turnSent'
  ensure(!old || state.oldFrames < PROTOCOL.OLD_CHAIN_FRAMES, 'chain_too_long', 'the other side does not turn')
  const { chain, plaintext } = openOnChain(receiving, message, env, into)
  const next = withChains(state, state.sending, chain, old ? state.oldFrames + 1 : 0)
  return { state: next, plaintext, spent: [receiving.key] }
}

function openTurn(state: TurnSent, fields: TurnFields, message: RatchetMessage, env: Env, into?: Uint8Array): Opened {
  const { primitives } = env
  const { own, receiving } = state
  const turn = state.turn + 1
  const peer = { key: fields.key, kemKey: fields.kemKey }
  // X_t is checked where it is used, below; ek_t would be used only by our own next turn.
  ensureMlkemKey(peer.kemKey)
  const { root, chain: chainKey } = deriveTurn(primitives, {
    root: state.root,
    dh: primitives.x25519(own.secret, peer.key),
    kemSecret: primitives.mlkemDecapsulate(own.kemSeed, fields.kemCiphertext),
    previous: own,
    next: peer,
    kemCiphertext: fields.kemCiphertext,
  })
  let opened: { chain: Chain<ReceivingChainKey>; plaintext: Uint8Array }
  try {
    opened = openOnChain({ turn, n: 0, key: chainKey as ReceivingChainKey }, message, env, into)
  } catch (error) {
    wipe(root)
    throw error
  } finally {
    wipe(chainKey)
  }
  return {
    state: ratchetState({
      kind: 'turnDue',
      turn,
      root: root as RootKey,
      sending: state.sending,
      receiving: opened.chain,
      ownTurnAt: state.ownTurnAt,
      peer,
    }),
    plaintext: opened.plaintext,
    spent: [state.root, own.secret, own.kemSeed, ...(receiving === undefined ? [] : [receiving.key])],
  }
}

function openOnChain(
  { turn, n, key }: Chain<ReceivingChainKey>,
  message: RatchetMessage,
  env: Env,
  into?: Uint8Array,
): { chain: Chain<ReceivingChainKey>; plaintext: Uint8Array } {
  const { messageKey, next } = stepChain(env.primitives, key)
  try {
    const plaintext = env.primitives.aeadOpen(messageKey, NONCE, message.header, message.ciphertext, into)
    return { chain: { turn, n: n + 1, key: next as ReceivingChainKey }, plaintext }
  } catch (error) {
    wipe(next)
    throw error
  } finally {
    wipe(messageKey)
  }
}
