/** What both sides must have seen alike before they speak (spec/07 section 6). */
import { concat } from '../bytes/bytes.js'
import { SIZES } from '../crypto/sizes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'

/** All that the handshake binds of the introduction (spec/07 section 3). */
export interface PrologueInput {
  /** The four signals of the introduction, as opened, padded plaintexts of SIGNAL_PLAINTEXT bytes. I: the initiator's. */
  readonly helloI: Uint8Array
  readonly helloR: Uint8Array
  readonly offer: Uint8Array
  readonly answer: Uint8Array
  /** Identities, 32 bytes each. */
  readonly idI: Uint8Array
  readonly idR: Uint8Array
  /** Device IDs, 16 bytes each. */
  readonly deviceI: Uint8Array
  readonly deviceR: Uint8Array
  /** In a move: the final handshake hash of the old tunnel, 32 bytes. */
  readonly movedFrom?: Uint8Array
}

/** 239 bytes; 271 in a move. Throws `invalid_argument` for another length of an input. */
export function makePrologue(input: PrologueInput, env: Env): Uint8Array {
  const signals = [input.helloI, input.helloR, input.offer, input.answer]
  const ids = [input.idI, input.idR]
  const devices = [input.deviceI, input.deviceR]
  const moved = input.movedFrom === undefined ? [] : [input.movedFrom]
  ensure(
    signals.every((signal) => signal.length === PROTOCOL.SIGNAL_PLAINTEXT) &&
      [...ids, ...moved].every((id) => id.length === SIZES.hash) &&
      devices.every((device) => device.length === PROTOCOL.ID_SIZE),
    'invalid_argument',
    'the prologue joins fields of fixed lengths',
  )
  return concat(LABELS.tunnel, ...signals.map((signal) => env.primitives.sha256(signal)), ...ids, ...devices, ...moved)
}
