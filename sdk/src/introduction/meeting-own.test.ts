/** A meeting of two devices of one person: one key pair, a key of their own topics, and a role with each device. */
import { expect, it } from 'vitest'
import { begin, deliver } from '../../test/fixtures/meeting-scene.js'
import {
  ANSWER_SDP,
  device,
  OFFER_SDP,
  person,
  refusals,
  sameTunnel,
  signals,
  step,
  testEnv,
} from '../../test/fixtures/meeting-world.js'
import { compare } from '../bytes/bytes.js'
import { decodeSealed, openSealed, parseSignal } from './signal.js'
import { type MeetingTopic, ownTopics } from './topics.js'

it('two devices of one person meet on their own topic, and nobody meets them with another key of it', () => {
  const env = testEnv('own devices')
  const me = person(env)
  const [key, psk] = [env.random(32), env.random(32)]
  const [topic] = ownTopics(env.primitives, key, psk, env.now()) as [MeetingTopic]
  const ids = [env.random(16), env.random(16)].sort(compare) as [Uint8Array, Uint8Array]
  const [lower, higher] = ids.map((id) => {
    const at = device(env, 'own', me, me, {
      own: { ...me, device: id },
      role: (peer) => (compare(id, peer) < 0 ? 'offerer' : 'answerer'),
    })
    begin(at, [topic], env)
    return at
  }) as [ReturnType<typeof device>, ReturnType<typeof device>]
  const last = (at: typeof lower) => signals(at.outputs).at(-1)?.signal as Uint8Array

  const channel = {
    kind: 'own',
    topic: topic.topic,
    id: me.id,
    secret: me.x25519Secret,
    publicKey: me.x25519,
    psk,
  } as const
  expect(parseSignal(openSealed(env.primitives, channel, decodeSealed(last(lower))))).toMatchObject({ $case: 'hello' })
  deliver(higher, topic, last(lower), env)
  expect(deliver(lower, topic, last(higher), env).at(-1)).toEqual({ type: 'createOffer', attempt: 1 })
  step(lower, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, env)
  expect(deliver(higher, topic, last(lower), env)).toEqual([{ type: 'acceptOffer', attempt: 1, sdp: OFFER_SDP }])
  step(higher, { type: 'localAnswer', attempt: 1, sdp: ANSWER_SDP }, env)
  deliver(lower, topic, last(higher), env)
  const [i, r] = [lower.introduction?.introduction, higher.introduction?.introduction]
  expect(i).toMatchObject({ role: 'offerer', topicKind: 'own', peerDevice: ids[1] })
  expect(r).toMatchObject({ role: 'answerer', topicKind: 'own', peerDevice: ids[0] })
  expect(sameTunnel(i, r)).toBe(true)

  const stranger = device(env, 'own', me, me, { role: 'answerer' })
  begin(stranger, [{ ...topic, psk: env.random(32) }], env)
  expect(refusals(deliver(stranger, topic, last(higher), env))).toEqual(['open_failed'])
})
