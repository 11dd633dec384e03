/** Argon2id v1.3 (RFC 9106) by hash-wasm, behind a known answer (spec/03). */
import { argon2id } from 'hash-wasm'
import { equal, fromHex } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import type { Argon2Parameters } from '../ports/host.js'

/** hash-wasm's function, replaceable so that tests can break it. */
export type Argon2Function = typeof argon2id

/** 1 MiB and two passes touch every kind of block reference; the answer was computed with another library. */
const KNOWN = {
  password: new Uint8Array(32).fill(1),
  salt: new Uint8Array(16).fill(2),
  parameters: { memoryKiB: 1_024, passes: 2, lanes: 1 },
  answer: fromHex('d0812f1bb79abe863bbc7c99618372394c392388f6b3377f5f88df03a17d89c1'),
} as const

/**
 * 32 bytes. Some engines computed wrong bytes on some runs, and an account made from them would never open again: so the
 * known answer is computed before each run. Rejects with `broken_platform`, or with `out_of_memory` if the memory cannot
 * be had; the parameters are never lowered.
 */
export async function checkedArgon2id(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters,
  compute: Argon2Function = argon2id,
): Promise<Uint8Array> {
  const known = await run(KNOWN.password, KNOWN.salt, KNOWN.parameters, compute)
  ensure(equal(known, KNOWN.answer), 'broken_platform', 'Argon2id gives wrong bytes on this device')
  return await run(password, salt, parameters, compute)
}

async function run(
  password: Uint8Array,
  salt: Uint8Array,
  { memoryKiB, passes, lanes }: Argon2Parameters,
  compute: Argon2Function,
): Promise<Uint8Array> {
  try {
    return await compute({
      password,
      salt,
      iterations: passes,
      parallelism: lanes,
      memorySize: memoryKiB,
      hashLength: 32,
      outputType: 'binary',
    })
  } catch (error) {
    // WebAssembly answers a growth that it cannot have with a RangeError.
    if (error instanceof RangeError) {
      throw new Solo2Error('out_of_memory', 'not enough memory for Argon2id', { cause: error })
    }
    throw new Solo2Error('broken_platform', 'Argon2id does not run on this device', { cause: error })
  }
}
