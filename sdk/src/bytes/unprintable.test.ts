import { format, inspect } from 'node:util'
import { expect, it } from 'vitest'
import { unprintable } from './unprintable.js'

it('prints its name and nothing of its secrets, and works as before', () => {
  const secrets = unprintable('Secrets', { key: Uint8Array.of(171, 205), nested: { pin: 4711 } })
  const shown = [
    String(secrets),
    `${secrets}`,
    JSON.stringify(secrets),
    JSON.stringify({ in: [secrets] }),
    inspect(secrets),
    inspect({ in: secrets }, { depth: null, showHidden: true }),
    format('%s %o %j', secrets, secrets, secrets),
  ]
  for (const text of shown) {
    expect(text).toContain('[Secrets]')
    expect(text).not.toMatch(/171|abcd|4711/)
  }
  expect(secrets.key).toEqual(Uint8Array.of(171, 205))
  expect(Object.keys(secrets)).toEqual(['key', 'nested'])
})
