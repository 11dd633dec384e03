import { describe, expect, it } from 'vitest'
import { testEnv } from '../../test/fixtures/ratchet-pair.js'
import { toHex } from '../bytes/bytes.js'
import { createRootAgreement, type RootAgreement } from './root-agreement.js'

const EPOCH = 20_000
const env = testEnv('root agreement')
const [exporter, one, other] = [env.random(32), env.random(32), env.random(32)]
const holding = (root: Uint8Array | undefined): RootAgreement =>
  createRootAgreement(root && { root, epoch: EPOCH - 1 }, exporter, EPOCH, env)

function hashOf({ announcement }: RootAgreement) {
  if (announcement.$case !== 'rendezvousHash') throw new Error('no hash')
  return announcement.value
}

describe('one root from two', () => {
  it('sends nothing where both hold the same', () => {
    const [a, b] = [holding(one), holding(one)]
    const [mine, theirs] = [a.takeHash(hashOf(b)), b.takeHash(hashOf(a))]
    expect([mine.send, theirs.send]).toEqual([undefined, undefined])
    expect(mine.agreed).toEqual(theirs.agreed)
  })

  it('is that of the smaller hash, which its holder sends once', () => {
    const [a, b] = [holding(one), holding(other)]
    const isSmaller = toHex(hashOf(a).hash) < toHex(hashOf(b).hash)
    const [giver, taker] = isSmaller ? [a, b] : [b, a]
    const given = giver.takeHash(hashOf(taker))
    expect(taker.takeHash(hashOf(giver))).toEqual({})
    if (given.send?.$case !== 'rendezvousRoot') throw new Error('no root was sent')
    const root = given.send.value
    expect(taker.takeRoot(root)).toEqual(given.agreed)
    expect(() => taker.takeRoot(root)).toThrow(expect.objectContaining({ code: 'out_of_order' }))
    expect(() => giver.takeRoot(root)).toThrow(expect.objectContaining({ code: 'out_of_order' }))
  })

  it('is refused with a second hash, one of another epoch, and before there was a hash', () => {
    const [a, b] = [holding(one), holding(one)]
    a.takeHash(hashOf(b))
    expect(() => a.takeHash(hashOf(b))).toThrow(expect.objectContaining({ code: 'out_of_order' }))
    const later = { ...hashOf(b), epoch: EPOCH + 1 }
    expect(() => holding(one).takeHash(later)).toThrow(expect.objectContaining({ code: 'wrong_epoch' }))
    const root = { epoch: EPOCH - 1, root: one }
    expect(() => holding(other).takeRoot(root)).toThrow(expect.objectContaining({ code: 'out_of_order' }))
  })
})
