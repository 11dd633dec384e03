/**
 * How the two sides of a tunnel come to one rendezvous root (spec/06 section 7): each tells the hash of what it holds for
 * the epoch of the topic where they met; if the two differ, the one with the smaller hash is sent and taken.
 */
import type { Record } from '@solo2/proto/tunnel'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import {
  advanceRoot,
  candidateRoot,
  decideRoot,
  type RendezvousRoot,
  rootHash,
  rootToGive,
  takeRoot,
} from '../introduction/rendezvous.js'

type Body = NonNullable<Record['body']>

export interface RootAgreement {
  /** What this side holds: stored already, or the tunnel's fresh one. */
  readonly candidate: RendezvousRoot
  /** The first record of this side. */
  readonly announcement: Body
  /** The other side's hash: what to send, and the root to store if it is settled. Throws `wrong_epoch`, `wrong_size`. */
  takeHash(peer: { readonly epoch?: number | undefined; readonly hash: Uint8Array }): {
    readonly send?: Body
    readonly agreed?: RendezvousRoot
  }
  /** The other side's root, checked against its hash. Throws `out_of_order`, `wrong_epoch`, `hash_mismatch`. */
  takeRoot(given: { readonly epoch?: number | undefined; readonly root: Uint8Array }): RendezvousRoot
}

/** `epoch`: that of the topic where the two met. `exporter`: the tunnel's, 32 bytes. */
export function createRootAgreement(
  stored: RendezvousRoot | undefined,
  exporter: Uint8Array,
  epoch: number,
  { primitives }: Pick<Env, 'primitives'>,
): RootAgreement {
  const candidate = candidateRoot(primitives, stored, exporter, epoch)
  const hash = rootHash(primitives, candidate, epoch)
  let peerHash: Uint8Array | undefined
  let awaited = false
  return {
    candidate,
    announcement: { $case: 'rendezvousHash', value: { epoch, hash } },
    takeHash(peer) {
      ensure(peerHash === undefined, 'out_of_order', 'a second hash')
      const decision = decideRoot(hash, epoch, peer)
      peerHash = peer.hash
      awaited = decision === 'take'
      if (awaited) return {}
      const agreed = advanceRoot(primitives, candidate, epoch)
      if (decision === 'agreed') return { agreed }
      return { agreed, send: { $case: 'rendezvousRoot', value: rootToGive(primitives, candidate, epoch) } }
    },
    takeRoot(given) {
      ensure(awaited && peerHash !== undefined, 'out_of_order', 'a root that was not to come')
      awaited = false
      return advanceRoot(primitives, takeRoot(primitives, given, peerHash, epoch), epoch)
    },
  }
}
