/** One handshake and what it leaves: psk0, continuity and root, kept at the moments that spec/07 section 8 names. */
import type { LiveFacts } from '@solo2/proto/conformance'
import {
  advanceRoot,
  afterConfirmation,
  afterHandshake,
  candidateRoot,
  candidates,
  choosePsk,
  decideRoot,
  type Env,
  type Introduction,
  type KnownDevice,
  noticeOf,
  type Record,
  type RendezvousRoot,
  remember,
  rootHash,
  rootToGive,
  type TunnelSecrets,
  takeRoot,
} from '@solo2/sdk/core'
import { given } from './functions.js'
import { keptOf, VERSION } from './handshake.js'

type Body = NonNullable<Record['body']>

/** Of the contact, from one tunnel to the next. */
export interface Remembered {
  known: KnownDevice
  invitations: readonly Uint8Array[]
  root: RendezvousRoot | undefined
}

export interface Session {
  readonly psk0: Uint8Array
  readonly kind: LiveFacts['kind']
  readonly notice: boolean
  readonly isAgreed: boolean
  /** The runner may have its facts now. */
  isTold: boolean
  /** The keys stand. */
  keys(secrets: TunnelSecrets): { readonly announcement: Body }
  /** The initiator's: the other side holds the keys (07-15). */
  confirmed(): void
  /** Gives what is to be sent for it. */
  agree(body: Extract<Body, { readonly $case: 'rendezvousHash' | 'rendezvousRoot' }>): Body | undefined
}

export function createSession(kept: Remembered, introduction: Introduction, env: Env): Session {
  const { peerDevice: device, peerNonce: nonce, peerTags: tags, epoch, role } = introduction
  const { primitives } = env
  const before = kept.known
  const choice = choosePsk(candidates(before, kept.invitations), { device, nonce, tags }, env)
  const notice = noticeOf(before, choice.match, false)
  let continuity: Uint8Array | undefined
  let candidate: RendezvousRoot | undefined
  let peerHash: Uint8Array | undefined
  let isAgreed = false

  function spend(): void {
    const spends = choice.match?.spends
    if (spends !== undefined) kept.invitations = kept.invitations.filter((one) => Buffer.compare(one, spends) !== 0)
  }

  /** While a notice is open the root that is held stays (06-29). */
  function settle(root: RendezvousRoot): void {
    isAgreed = true
    if (notice === undefined) kept.root = advanceRoot(primitives, root, epoch)
  }

  return {
    psk0: choice.psk0,
    kind: choice.match?.kind ?? 'none',
    notice: notice !== undefined,
    get isAgreed() {
      return isAgreed
    },
    isTold: false,
    keys(secrets) {
      continuity = secrets.continuity
      const state =
        role === 'offerer'
          ? afterHandshake(device, VERSION, continuity, choice)
          : afterConfirmation(device, VERSION, continuity)
      kept.known = remember(before, state, notice)
      if (role === 'answerer' || choice.match?.kind === 'continuity') spend()
      candidate = candidateRoot(primitives, notice === undefined ? kept.root : undefined, secrets.exporter, epoch)
      if (notice === undefined) kept.root ??= candidate
      return {
        announcement: { $case: 'rendezvousHash', value: { epoch, hash: rootHash(primitives, candidate, epoch) } },
      }
    },
    confirmed() {
      kept.known = remember(before, afterConfirmation(device, VERSION, given(continuity)), notice)
      spend()
    },
    agree(body) {
      const own = given(candidate)
      if (body.$case === 'rendezvousRoot') {
        settle(takeRoot(primitives, body.value, given(peerHash), epoch))
        return undefined
      }
      const decision = decideRoot(rootHash(primitives, own, epoch), epoch, body.value)
      peerHash = body.value.hash
      if (decision === 'take') return undefined
      settle(own)
      return decision === 'agreed' ? undefined : { $case: 'rendezvousRoot', value: rootToGive(primitives, own, epoch) }
    },
  }
}

export function factsOf({ known, root }: Remembered, { kind, notice }: Session): LiveFacts {
  const { root: held, epoch } = root ?? { root: new Uint8Array(0), epoch: 0 }
  return { kind, notice, kept: keptOf(known), root: held, rootEpoch: epoch }
}
