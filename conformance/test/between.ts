/** Two testees that meet each other on a server: each is given its side, and asked for nothing but what a person does. */
import { expect } from 'vitest'
import { drawPerson, ownWire, peerWire } from '../cases/client/people.js'
import { random, type ServerSubject } from '../cases/server/subject.js'
import { tickets } from '../cases/server/visit.js'
import { answerOf } from '../cases/vectors/judge.js'
import type { Testee } from '../src/testee/testee.js'

const NONE = new Uint8Array(0)

async function says(from: Testee, to: Testee, sequence: number, text: string): Promise<void> {
  const id = random(16)
  const envelope = { id, sequence: BigInt(sequence), writtenAt: 1n, kind: 1, body: NONE, expirySeconds: 0 }
  const content = { envelope, body: { $case: 'text', value: { text, replyTo: NONE } } } as const
  const [heard] = await Promise.all([
    answerOf(to, { $case: 'liveHear', value: {} }, 'content'),
    answerOf(from, { $case: 'liveSay', value: { content } }, 'done'),
  ])
  expect(heard).toMatchObject({ envelope: { id }, body: { value: { text } } })
}

/** Meets, talks and parts, and does so again with what each said that it keeps. */
export async function converse(server: ServerSubject, offerer: Testee, answerer: Testee): Promise<void> {
  const sides = [offerer, answerer].map((testee) => ({ testee, person: drawPerson(random), device: random(16) }))
  let kept = sides.map(() => ({ kept: undefined as never, root: NONE as Uint8Array, rootEpoch: 0 }))
  for (const kind of ['none', 'continuity']) {
    for (const [at, { testee, person, device }] of sides.entries()) {
      const value = {
        url: `${server.origin.replace(/^http/, 'ws')}/v1/introduction`,
        tickets: await tickets(server, 1),
        own: ownWire(person),
        peer: peerWire((sides[1 - at] as (typeof sides)[0]).person),
        device,
        offers: testee === offerer,
        invitations: [],
        ...(kept[at] as (typeof kept)[0]),
      }
      await answerOf(testee, { $case: 'liveOpen', value }, 'done')
    }
    const facts = await Promise.all(
      sides.map(({ testee }) => answerOf(testee, { $case: 'liveMeet', value: { tunnel: 1 } }, 'liveFacts')),
    )
    for (const one of facts) expect(one).toMatchObject({ kind, notice: false })
    expect(facts[0]).toEqual(facts[1])
    kept = facts as never
    for (const length of [1, 9_000]) {
      await says(offerer, answerer, length, 'x'.repeat(length))
      await says(answerer, offerer, length, 'y'.repeat(length))
    }
    await Promise.all(sides.map(({ testee }) => answerOf(testee, { $case: 'liveEnd', value: {} }, 'done')))
  }
}
