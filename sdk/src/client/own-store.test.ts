import type { SyncItem } from '@solo2/proto/sync'
import { describe, expect, it } from 'vitest'
import { plainVault } from '../../test/fixtures/plain-vault.js'
import { bytesOf, CONTACT, device, textContent, word, write, writeField } from '../../test/fixtures/replicas.js'
import { memoryHost } from '../adapters/memory/host.js'
import { nodePrimitives } from '../adapters/node/primitives.js'
import { toHex } from '../bytes/bytes.js'
import { manualClock, seededRandom } from '../testing.js'
import { FIELDS } from '../vault/merge/registers.js'
import { openOwnStore } from './own-store.js'
import type { Vault } from './vault-store.js'

const { DRAFT, READ } = FIELDS.person
const CONTACT_HEX = toHex(CONTACT)
const from = { device: bytesOf(1), knows: new Map() }

async function replica() {
  const vault = plainVault() as unknown as Vault
  const host = memoryHost(manualClock(), seededRandom(nodePrimitives, 'own store'), nodePrimitives)
  const open = () => openOwnStore(vault, host)
  const store = await open()
  await store.enable()
  const other = device(1)
  const show = () => store.show(CONTACT, async () => ({ changes: [], result: undefined }))
  const take = async (at = store) => at.take(from, [...other.items.values()] as SyncItem[], undefined)
  return { open, store, other, show, take }
}

describe('whether lines wait to be shown (11-76)', () => {
  it('knows that a draft moves none, and that what was read and what came does', async () => {
    const { store, other, show, take } = await replica()
    writeField(other, DRAFT, word(1))
    await take()
    expect(store.unshown).toEqual([CONTACT_HEX])
    expect(store.hasUnshownLines(CONTACT_HEX)).toBe(false)
    await show()

    writeField(other, READ, bytesOf(3, 8))
    await take()
    expect(store.hasUnshownLines(CONTACT_HEX)).toBe(true)
    writeField(other, DRAFT, word(2))
    await take()
    expect(store.hasUnshownLines(CONTACT_HEX)).toBe(true)
    await show()

    writeField(other, DRAFT, word(3))
    await take()
    write(
      other,
      {
        contact: CONTACT,
        id: bytesOf(4),
        kind: { $case: 'queued', value: { content: textContent(4, 'a'), done: false } },
      },
      () => ({ $case: 'queued', value: { content: textContent(4, 'a'), done: false } }),
    )
    await take()
    expect(store.hasUnshownLines(CONTACT_HEX)).toBe(true)
  })

  it('does not know it of what waited before the vault was opened', async () => {
    const { open, other, take } = await replica()
    writeField(other, DRAFT, word(1))
    await take()
    const again = await open()
    expect(again.unshown).toEqual([CONTACT_HEX])
    writeField(other, DRAFT, word(2))
    await take(again)
    expect(again.hasUnshownLines(CONTACT_HEX)).toBe(true)
  })
})
