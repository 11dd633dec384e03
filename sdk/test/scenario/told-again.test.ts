/** What a person received is told of until the sender knows, however much came before. */
import { expect, test } from 'vitest'
import type { Me } from '../../src/client/api.js'
import { PROTOCOL } from '../../src/limits.js'
import { memorySource } from '../../src/testing.js'
import { comeBack, contactOf, pair, passing, until } from '../fixtures/people.js'

/** More than are told of again, whichever they are. */
const BEFORE = 100
const ROUNDS = 3

test('[T5] a file whose last progress was lost with the receiver counts at the sender when both are back, after many others', async () => {
  const { world, ana, ben } = await pair()
  const accepting = (me: Me) =>
    me.on('file', ({ id, outgoing, stage }) => {
      if (!outgoing && stage === 'offered') void me.contacts[0]?.acceptFile(id)
    })
  accepting(ben.me)
  const whole = (person: typeof ana) => contactOf(person).transfers.filter(({ stage }) => stage === 'complete').length
  for (let n = 0; n < BEFORE; n++) {
    await passing(world, contactOf(ana).offerFile(memorySource(`${n}.bin`, Uint8Array.of(n & 255))))
  }
  await until(world, () => whole(ana) === BEFORE)

  for (let round = 0; round < ROUNDS; round++) {
    const before = whole(ana)
    // From its first block on nothing that Ben sends passes, so Ana is not told of the second one.
    let fromAna: unknown
    let isDeaf = false
    world.network.tap = (message, from) => {
      fromAna ??= from
      return isDeaf && from !== fromAna ? undefined : message
    }
    ben.me.on('file', ({ bytes }) => {
      isDeaf ||= bytes === PROTOCOL.FILE_BLOCK_BYTES
    })
    const bytes = new Uint8Array(PROTOCOL.FILE_BLOCK_BYTES + 1)
    await passing(world, contactOf(ana).offerFile(memorySource(`last ${round}.bin`, bytes)))
    await until(world, () => whole(ben) === before + 1)
    expect(whole(ana)).toBe(before)

    world.network.fail()
    await passing(world, ben.me.lock())
    world.network.tap = undefined
    await comeBack(world, ben, accepting)
    await until(world, () => whole(ana) === before + 1)
  }
})
