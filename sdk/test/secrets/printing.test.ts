/** No state and no result prints a secret, whoever prints it and however deep it sits. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { toBase64url, toHex } from '../../src/bytes/bytes.js'
import { finish, initiate, respond } from '../../src/handshake/handshake.js'
import { newPair, pass, testEnv } from '../fixtures/ratchet-pair.js'
import { arraysOf } from './watch.js'

function states(): [string, object][] {
  const env = testEnv('printing')
  const pair = newPair(env)
  const [started, waiting] = [pair.initiator, pair.responder]
  pass(pair, 'initiator', true, env)
  pass(pair, 'responder', true, env)
  pass(pair, 'initiator', false, env)
  const key = (secret: Uint8Array) => ({ secret, publicKey: env.primitives.x25519PublicKey(secret) })
  const [i, r] = [key(env.random(32)), key(env.random(32))]
  const common = { prologue: env.random(239), psk0: env.random(32) }
  const initiated = initiate({ ...common, ownStatic: i, peerStatic: r.publicKey }, env)
  const responded = respond({ ...common, ownStatic: r, peerStatic: i.publicKey }, initiated.message, env)
  const finished = finish(initiated.state, responded.message, env)
  const { rootKey, continuity, exporter } = finished.result
  return [
    ['ratchet, at the start of the initiator', started],
    ['ratchet, at the start of the responder', waiting],
    ['ratchet, turn due', pair.initiator],
    ['ratchet, turn sent', pair.responder],
    ['handshake, awaiting response', initiated.state],
    ["handshake, the responder's result", responded.result],
    ["handshake, the initiator's result", finished.result],
    ['root key', rootKey],
    ['continuity', continuity],
    ['exporter', exporter],
  ]
}

describe('secrets do not print', () => {
  it('whole', () => {
    const printed = states().map(([name, state]) =>
      [name, String(state), inspect(state), JSON.stringify(state)].join(' | '),
    )
    expect(printed).toEqual([
      'ratchet, at the start of the initiator | [ratchet state] | [ratchet state] | "[ratchet state]"',
      'ratchet, at the start of the responder | [ratchet state] | [ratchet state] | "[ratchet state]"',
      'ratchet, turn due | [ratchet state] | [ratchet state] | "[ratchet state]"',
      'ratchet, turn sent | [ratchet state] | [ratchet state] | "[ratchet state]"',
      'handshake, awaiting response | [handshake state] | [handshake state] | "[handshake state]"',
      `handshake, the responder's result | [handshake result] | [handshake result] | "[handshake result]"`,
      `handshake, the initiator's result | [handshake result] | [handshake result] | "[handshake result]"`,
      'root key | [root key] | [root key] | "[root key]"',
      'continuity | [continuity] | [continuity] | "[continuity]"',
      'exporter | [exporter] | [exporter] | "[exporter]"',
    ])
  })

  it.each(states())('%s, within something else', (_, state) => {
    const around = { a: [{ state }], error: new Error('failed', { cause: state }) }
    const printed = [inspect(around, { depth: null, showHidden: true }), JSON.stringify(around), `${state}`].join('\n')
    const secrets = arraysOf(state).filter(({ length }) => length === 32 || length === 64)
    expect(secrets.length).toBeGreaterThan(0)
    for (const secret of secrets) {
      for (const text of [toHex(secret), toBase64url(secret), [...secret].join(','), [...secret].join(', ')]) {
        expect(printed).not.toContain(text)
      }
      // Node breaks arrays into lines.
      expect(printed.replace(/\s+/g, '')).not.toContain([...secret.subarray(0, 8)].join(','))
    }
  })
})
