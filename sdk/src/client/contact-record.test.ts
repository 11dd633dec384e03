/** What a contact's record makes of roots that other own devices agreed. */
import { ContactStage } from '@solo2/proto/vault'
import { describe, expect, it } from 'vitest'
import { nodePrimitives } from '../adapters/node/primitives.js'
import { equal, toHex } from '../bytes/bytes.js'
import { epochAt } from '../introduction/topics.js'
import { LABELS } from '../labels.js'
import { seededRandom } from '../testing.js'
import { newContact, recordSecrets, rewrittenRecord, topicsOf } from './contact-record.js'

const NOW = 1_750_000_000_000
const env = { primitives: nodePrimitives, random: seededRandom(nodePrimitives, 'contact record'), now: () => NOW }
const pairing = env.random(32)
const epoch = epochAt(NOW)
const rootOf = (fill: number) => ({ root: new Uint8Array(32).fill(fill), epoch, agreedAt: BigInt(NOW - 1_000) })

function contact(change: object) {
  const keys = { ed25519: env.random(32), x25519: env.random(32) }
  const names = { alias: 'a', displayName: 'Ben', stage: ContactStage.PAIRED, code: 'c', invitation: new Uint8Array(0) }
  return { ...newContact({ ...keys, ...names }, env), ...change }
}

const names = (record: ReturnType<typeof contact>) =>
  topicsOf(record, pairing, env).map(({ kind, topic }) => `${kind} ${toHex(topic)}`)

describe('a contact whom other own devices met too', () => {
  it('is looked for on the topics of their roots as well, each once, and paired on one root only', () => {
    const alone = names(contact({ rendezvous: rootOf(1) }))
    const siblings = [rootOf(2), rootOf(1), rootOf(3)]
    const beside = names(contact({ rendezvous: rootOf(1), siblingRoots: siblings }))
    expect(beside).toEqual(expect.arrayContaining(alone))
    const contacts = (all: readonly string[]) => all.filter((name) => name.startsWith('contact'))
    expect(contacts(alone).length).toBeGreaterThan(0)
    expect(contacts(beside).length).toBe(3 * contacts(alone).length)
    expect(beside.length - contacts(beside).length).toBe(alone.length - contacts(alone).length)
    expect(new Set(beside).size).toBe(beside.length)
  })

  it('[V18] leaves no second key of a topic that two of their roots share', () => {
    const psks: Uint8Array[] = []
    const primitives: typeof nodePrimitives = {
      ...nodePrimitives,
      hmac(key, data) {
        const made = nodePrimitives.hmac(key, data)
        if (equal(data, LABELS.signalPsk)) psks.push(made)
        return made
      },
    }
    const record = contact({ rendezvous: rootOf(1), siblingRoots: [rootOf(1), rootOf(2)] })
    const kept = topicsOf(record, pairing, { ...env, primitives }).flatMap(({ psk }) => psk ?? [])
    const dropped = psks.filter((psk) => !kept.includes(psk))
    expect(dropped.length).toBeGreaterThan(0)
    expect(dropped.every((psk) => psk.every((byte) => byte === 0))).toBe(true)
  })

  it('[V18] keeps the very bytes of what did not change, so that no other copy is left when it is wiped', () => {
    const here = contact({ rendezvous: rootOf(1), wakeToken: env.random(32), siblingRoots: [rootOf(2)] })
    const stored = structuredClone({ ...here, displayName: 'Benedict', nextSequence: 77n })
    const now = rewrittenRecord(here, stored)
    expect(now).toMatchObject({ displayName: 'Benedict', nextSequence: 77n })
    expect(now.rendezvous).toBe(here.rendezvous)
    expect(now.wakeToken).toBe(here.wakeToken)
    expect(recordSecrets(now).map(toHex)).toEqual(recordSecrets(here).map(toHex))
    const elsewhere = rewrittenRecord(here, { ...stored, rendezvous: rootOf(9) })
    expect(elsewhere.rendezvous?.root).toEqual(rootOf(9).root)
  })
})
