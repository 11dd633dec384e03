/**
 * The rendezvous root R of two contacts: left by their first tunnel, ratcheted by the day, known to them alone
 * (spec/06 section 7). Never moved by a clock: only a tunnel that stands moves the stored root forward.
 */
import { compare, equal, wipe } from '../bytes/bytes.js'
import { hkdfExpand } from '../crypto/hkdf.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'

const ROOT_SIZE = 32

/** R_epoch, 32 bytes. A secret. */
export interface RendezvousRoot {
  readonly epoch: number
  readonly root: Uint8Array
}

/** R_{e+1} = HMAC(R_e, "Solo2 v1 next epoch"). */
function nextRoot(primitives: Primitives, root: Uint8Array): Uint8Array {
  return primitives.hmac(root, LABELS.nextEpoch)
}

/** R of `epoch`, or undefined where the stored root does not reach it: an earlier epoch, or more than ten years later (06-28). */
export function rootAt(primitives: Primitives, stored: RendezvousRoot, epoch: number): Uint8Array | undefined {
  const steps = epoch - stored.epoch
  if (steps < 0 || steps > PROTOCOL.ROOT_REACH_EPOCHS) return undefined
  let root: Uint8Array = stored.root.slice()
  for (let step = 0; step < steps; step++) {
    const next = nextRoot(primitives, root)
    root.fill(0)
    root = next
  }
  return root
}

/** psk of the signals on R_e's topic, 32 bytes. */
export function signalPsk(primitives: Primitives, root: Uint8Array): Uint8Array {
  return primitives.hmac(root, LABELS.signalPsk)
}

/** R that a tunnel's exporter (32 bytes) gives: HKDF-Expand(exporter, "Solo2 v1 rendezvous", 32). */
export function freshRoot(primitives: Primitives, exporter: Uint8Array): Uint8Array {
  return hkdfExpand(primitives, exporter, LABELS.rendezvous, ROOT_SIZE)
}

/**
 * What this side brings to the agreement in a tunnel that was introduced on a topic of `epoch`: the stored root where
 * it reaches that epoch, otherwise the tunnel's fresh one, which belongs to the epoch before, so that both neighbours
 * of `epoch` can still be derived from it.
 */
export function candidateRoot(
  primitives: Primitives,
  stored: RendezvousRoot | undefined,
  exporter: Uint8Array,
  epoch: number,
): RendezvousRoot {
  if (stored !== undefined && rootAt(primitives, stored, epoch) !== undefined) return stored
  return { epoch: Math.max(0, epoch - 1), root: freshRoot(primitives, exporter) }
}

/** The first record of each side: SHA-256(R_e), 32 bytes, for the epoch of the topic where the two met. */
export function rootHash(primitives: Primitives, candidate: RendezvousRoot, epoch: number): Uint8Array {
  const root = rootAt(primitives, candidate, epoch)
  ensure(root !== undefined, 'invalid_argument', 'this root does not reach that epoch')
  const hash = primitives.sha256(root)
  wipe(root)
  return hash
}

/** `agreed`: both have the same. `give`: ours has the smaller hash, send it. `take`: theirs follows. */
export type RootDecision = 'agreed' | 'give' | 'take'

/**
 * Compares our candidate's hash with the one that the other side sent for `peerEpoch`.
 * Throws `wrong_epoch` if that is not the epoch of the topic where the two met, `wrong_size`.
 */
export function decideRoot(
  ownHash: Uint8Array,
  epoch: number,
  peer: { readonly epoch?: number | undefined; readonly hash: Uint8Array },
): RootDecision {
  ensure(peer.epoch === epoch, 'wrong_epoch', 'a root hash of another epoch')
  ensure(peer.hash.length === ROOT_SIZE, 'wrong_size', 'a root hash has 32 bytes')
  const order = compare(ownHash, peer.hash)
  return order === 0 ? 'agreed' : order < 0 ? 'give' : 'take'
}

/** What `give` sends: the root of the epoch before where our root reaches back so far, otherwise of the epoch itself. */
export function rootToGive(primitives: Primitives, candidate: RendezvousRoot, epoch: number): RendezvousRoot {
  const earliest = Math.max(candidate.epoch, epoch - 1)
  const root = rootAt(primitives, candidate, earliest)
  ensure(root !== undefined, 'invalid_argument', 'this root does not reach that epoch')
  return { epoch: earliest, root }
}

/**
 * Checks a root that the other side gave against the hash that it sent before.
 * Throws `wrong_epoch` unless it belongs to `epoch` or the one before, `wrong_size`, `hash_mismatch`.
 */
export function takeRoot(
  primitives: Primitives,
  given: { readonly epoch?: number | undefined; readonly root: Uint8Array },
  peerHash: Uint8Array,
  epoch: number,
): RendezvousRoot {
  ensure(given.epoch === epoch || given.epoch === epoch - 1, 'wrong_epoch', 'a root of another epoch')
  ensure(given.root.length === ROOT_SIZE, 'wrong_size', 'a root has 32 bytes')
  const root = { epoch: given.epoch, root: given.root }
  ensure(equal(rootHash(primitives, root, epoch), peerHash), 'hash_mismatch', 'not the root that was announced')
  return root
}

/**
 * The root to store after a tunnel that was introduced on a topic of `epoch`: moved forward to `epoch` - 1, never back.
 * The caller wipes the old one once the new one is stored, if it is another.
 */
export function advanceRoot(primitives: Primitives, agreed: RendezvousRoot, epoch: number): RendezvousRoot {
  if (agreed.epoch >= epoch - 1) return agreed
  const root = rootAt(primitives, agreed, epoch - 1)
  ensure(root !== undefined, 'invalid_argument', 'this root does not reach that epoch')
  return { epoch: epoch - 1, root }
}
