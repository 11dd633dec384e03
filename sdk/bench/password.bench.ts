/** Argon2id by profile, as a client runs it (spec/decisions/0003). */
import { argon2id } from 'hash-wasm'
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'

const PROFILES = [
  { memoryKiB: 65_536, passes: 3 },
  { memoryKiB: 19_456, passes: 2 },
  { memoryKiB: 47_104, passes: 1 },
  { memoryKiB: 65_536, passes: 1 },
  { memoryKiB: 131_072, passes: 3 },
] as const

function profile({ memoryKiB, passes }: (typeof PROFILES)[number]): BenchCase {
  return {
    name: `${memoryKiB.toLocaleString('en')} KiB, ${passes} ${passes === 1 ? 'pass' : 'passes'}`,
    unit: 'keys',
    async run(count) {
      for (let i = 0; i < count; i++) {
        await argon2id({
          password: 'blue kettle 42',
          salt: new Uint8Array(16),
          memorySize: memoryKiB,
          iterations: passes,
          parallelism: 1,
          hashLength: 32,
          outputType: 'binary',
        })
      }
      return count
    },
  }
}

export const groups: readonly BenchGroup[] = [
  { title: 'password: Argon2id profiles, hash-wasm', prepare: () => PROFILES.map(profile) },
]
