import { SyncItem } from '@solo2/proto/sync'
import { ContactStage } from '@solo2/proto/vault'
import { expect, it } from 'vitest'
import { nodePrimitives } from '../adapters/node/primitives.js'
import { encode } from '../bytes/canonical.js'
import { seededRandom } from '../testing.js'
import { newContact } from './contact-record.js'
import { personChange } from './own-items.js'

it('tells other devices who a contact is, and nothing that only this device shares with the contact’s', () => {
  const random = seededRandom(nodePrimitives, 'own items')
  const env = { random, primitives: nodePrimitives, now: () => 1_750_000_000_000 }
  const secret = (name: string) => new TextEncoder().encode(name.padEnd(32, '.'))
  const state = {
    device: secret('a device').subarray(0, 16),
    version: 1,
    continuityNew: secret('continuity, new'),
    continuityUsed: secret('continuity, used'),
    usedIsNone: false,
    usedIsInvitation: false,
  }
  const record = {
    ...newContact(
      {
        ed25519: random(32),
        x25519: random(32),
        alias: '7K3M9QXA',
        displayName: 'Ben',
        stage: ContactStage.PAIRED,
        code: '',
        invitation: secret('an invitation'),
      },
      env,
    ),
    devices: [state],
    pendingDevices: [{ ...state, continuityNew: secret('continuity, beside') }],
  }
  const value = personChange(random(32), record, undefined).make(undefined, { counter: 1n, replica: random(16) })
  const item = Buffer.from(
    encode(SyncItem, { contact: random(32), id: new Uint8Array(), dot: { counter: 1n, replica: random(16) }, value }),
  )
  expect(item.includes('Ben')).toBe(true)
  for (const word of ['a device', 'continuity', 'an invitation']) expect(item.includes(word), word).toBe(false)
})
