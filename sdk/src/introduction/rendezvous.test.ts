import { describe, expect, it } from 'vitest'
import { testEnv } from '../../test/fixtures/meeting-world.js'
import { codeOf } from '../../test/vectors/published.js'
import { PROTOCOL } from '../limits.js'
import { advanceRoot, decideRoot, rootHash, rootToGive } from './rendezvous.js'

const env = testEnv('rendezvous')
const { primitives } = env
const stored = { epoch: 10, root: env.random(32) }
const tooFar = stored.epoch + PROTOCOL.ROOT_REACH_EPOCHS + 2

describe('a root', () => {
  it('has no hash and is not given for an epoch that it does not reach', () => {
    expect(codeOf(() => rootHash(primitives, stored, 9))).toBe('invalid_argument')
    expect(codeOf(() => rootHash(primitives, stored, tooFar))).toBe('invalid_argument')
    expect(codeOf(() => rootToGive(primitives, stored, tooFar))).toBe('invalid_argument')
    expect(codeOf(() => advanceRoot(primitives, stored, tooFar))).toBe('invalid_argument')
  })

  it('is agreed by equal hashes; of two others the smaller one is given', () => {
    const [small, large] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const
    expect(decideRoot(small, 10, { epoch: 10, hash: small.slice() })).toBe('agreed')
    expect(decideRoot(small, 10, { epoch: 10, hash: large })).toBe('give')
    expect(decideRoot(large, 10, { epoch: 10, hash: small })).toBe('take')
  })
})
