/**
 * Continuity: the secret that a tunnel of two devices leaves for their next one, how Hellos show it, which one becomes
 * psk0, when a person must be told (spec/07 sections 3, 4, 8, 9). Pure functions over the DeviceState of the vault.
 */
import type { DeviceState } from '@solo2/proto/vault'
import { concat, equal } from '../bytes/bytes.js'
import { SIZES } from '../crypto/sizes.js'
import type { Env } from '../env.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'

/** What both of two devices hold of each other; `secret` has 32 bytes. */
export interface Candidate {
  readonly kind: 'continuity' | 'invitation'
  readonly secret: Uint8Array
  /** What keeps it of this device; undefined for an invitation that was no psk0 with it yet. */
  readonly from: 'held' | 'beside' | undefined
  /** The secret of the invitation that is over when the tunnel stands (07-13, 07-17). */
  readonly spends: Uint8Array | undefined
}

/** What we keep of one device of a contact. */
export interface KnownDevice {
  /** What we trust. */
  readonly held: DeviceState | undefined
  /** What a tunnel left that shows a notice, until the person answers. */
  readonly beside: DeviceState | undefined
}

/** The fields of a Hello that matching needs. */
export interface TaggedHello {
  readonly device: Uint8Array
  readonly nonce: Uint8Array
  readonly tags: readonly Uint8Array[]
}

/** psk0 where two devices share no secret: always mixed in, so that nobody can tell (spec/07 section 4). */
export const NO_PSK: Uint8Array = new Uint8Array(SIZES.hash)

/**
 * The secrets of a device that may match, in the order in which they are tried, then the invitations', newest first. Both
 * sides see the same order of those that both hold: only an initiator has a `used`.
 */
export function candidates(known: KnownDevice, invitations: readonly Uint8Array[]): Candidate[] {
  const out: Candidate[] = []
  for (const from of ['beside', 'held'] as const) {
    const state = known[from]
    if (state === undefined) continue
    const { continuityNew, continuityUsed, usedIsInvitation } = state
    const spends = usedIsInvitation ? continuityUsed : undefined
    // A match with `new` shows that the other side confirmed the tunnel in which the invitation was psk0 (07-13).
    const kinds = [
      ['continuity', continuityNew],
      [usedIsInvitation ? 'invitation' : 'continuity', continuityUsed],
    ] as const
    for (const [kind, secret] of kinds) if (secret.length > 0) out.push({ kind, secret, from, spends })
  }
  for (const secret of invitations) out.push({ kind: 'invitation', secret, from: undefined, spends: secret })
  return out
}

/** The tag that shows `secret` in the Hello of `device` (16 bytes) with `nonce` (16 bytes): 16 bytes. */
export function makeTag(secret: Uint8Array, device: Uint8Array, nonce: Uint8Array, env: Env): Uint8Array {
  return env.primitives.hmac(secret, concat(LABELS.tag, device, nonce)).slice(0, PROTOCOL.ID_SIZE)
}

/**
 * The HELLO_TAGS tags of our own Hello: for each secret, the newest first, as many as there is place for; the rest random;
 * shuffled, so that neither count nor order shows. `secrets`: those of all devices of the contact and the invitations'.
 */
export function makeTags(
  secrets: readonly Uint8Array[],
  device: Uint8Array,
  nonce: Uint8Array,
  env: Env,
): Uint8Array[] {
  const tags = shown(secrets).map((secret) => makeTag(secret, device, nonce, env))
  while (tags.length < PROTOCOL.HELLO_TAGS) tags.push(env.random(PROTOCOL.ID_SIZE))
  // Fisher and Yates, from the end.
  for (let i = tags.length - 1; i > 0; i--) {
    const j = randomBelow(i + 1, env)
    const [a, b] = [tags[i] as Uint8Array, tags[j] as Uint8Array]
    tags[i] = b
    tags[j] = a
  }
  return tags
}

/** The secrets for which a Hello has place, and so the only ones that may match. */
export function shown(secrets: readonly Uint8Array[]): readonly Uint8Array[] {
  return secrets.slice(0, PROTOCOL.HELLO_TAGS)
}

/** Those of `secrets` of which the other side's Hello shows a tag, in the order given. */
export function matchTags(secrets: readonly Uint8Array[], hello: TaggedHello, env: Env): Uint8Array[] {
  return secrets.filter((secret) => {
    const tag = makeTag(secret, hello.device, hello.nonce, env)
    let found = false
    for (const other of hello.tags) if (equal(other, tag)) found = true
    return found
  })
}

/** The psk0 of a handshake and where it came from (07-13 to 07-15). */
export interface Choice {
  /** 32 bytes: the secret of the match, or zeros. */
  readonly psk0: Uint8Array
  /** Absent if nothing matches. */
  readonly match: Candidate | undefined
}

/** psk0 outside of moves and own devices: the newest candidate of which the other side's Hello shows a tag. */
export function choosePsk(offered: readonly Candidate[], hello: TaggedHello, env: Env): Choice {
  const match = offered.find(({ secret }) => matchTags([secret], hello, env).length > 0)
  return { psk0: match?.secret ?? NO_PSK, match }
}

/** `restored`: a known device came without its continuity. `new_device`: one that no person has accepted yet. */
export type Notice = 'restored' | 'new_device'

/**
 * What the person must be told once the tunnel is confirmed. `otherAccepted`: the contact has another device that was
 * accepted; the first one is accepted as it comes.
 */
export function noticeOf(
  { held, beside }: KnownDevice,
  match: Candidate | undefined,
  otherAccepted: boolean,
): Notice | undefined {
  const known = held !== undefined
  if (match?.from === 'held') return undefined
  if (match?.from === 'beside') return known ? 'restored' : 'new_device'
  if (known) return held.usedIsNone ? undefined : 'restored'
  return otherAccepted || beside !== undefined ? 'new_device' : undefined
}

const ABSENT = new Uint8Array(0)

/** What the initiator stores before its first frame: the new secret, and the one that the other side holds if that is lost. */
export function afterHandshake(
  device: Uint8Array,
  version: number,
  continuity: Uint8Array,
  choice: Choice,
): DeviceState {
  const { match } = choice
  return {
    device,
    version,
    continuityNew: continuity,
    // A copy: an invitation that is taken back is wiped where it is kept.
    continuityUsed: match?.secret.slice() ?? ABSENT,
    usedIsNone: match === undefined,
    usedIsInvitation: match?.kind === 'invitation',
  }
}

/** What the responder stores on the initiator's first frame, and the initiator on the responder's. */
export function afterConfirmation(device: Uint8Array, version: number, continuity: Uint8Array): DeviceState {
  const unused = { continuityUsed: ABSENT, usedIsNone: false, usedIsInvitation: false }
  return { device, version, continuityNew: continuity, ...unused }
}

/** What is kept of a device afterwards: `next` takes the place of what is held, or while a notice is open of what is beside. */
export function remember(known: KnownDevice, next: DeviceState, notice: Notice | undefined): KnownDevice {
  return notice === undefined ? { ...known, held: next } : { ...known, beside: next }
}

/** An even draw from 0 to `bound` - 1, `bound` at most 256: takes a byte at a time and drops those that would bend it. */
function randomBelow(bound: number, env: Env): number {
  const even = 256 - (256 % bound)
  for (;;) {
    const [byte] = env.random(1) as unknown as [number]
    if (byte < even) return byte % bound
  }
}
