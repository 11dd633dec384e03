/** Headers, records, files and logs of any content, and what was changed of them: spec/11 sections 1.1, 2, 3 and 4.1. */
import fc from 'fast-check'
import { ascii } from '../../literal/bytes.js'
import { write } from '../../literal/protobuf.js'
import {
  decodeHeader,
  decodeRecord,
  logOf,
  logRecord,
  openFile,
  openRecord,
  openVaultKey,
  readLog,
  recordData,
  sealFile,
  sealGcm,
  tableKey,
  wrapVaultKey,
} from '../../literal/vault.js'
import { ensureKept } from '../../src/case.js'
import type { Call, Testee } from '../../src/testee/testee.js'
import { bytesOf, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, drawOf, draws, propertyCase } from './client.js'
import { damage, damaged, type Judged, judged, judgedAlike } from './damage.js'

const subject = 'vault'

const hows = fc.array(damage, { maxLength: 2 })
const printable = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme-ascii', minLength, maxLength })

/** Bytes if the transcription has them, a refusal if it refuses. */
async function ensureBytes(testee: Testee, call: Call, literal: Judged<Uint8Array>): Promise<void> {
  const outcome = await judgedAlike(testee, call, literal)
  if (!('value' in literal)) return
  ensureKept(outcome?.$case === 'bytes', `${call.$case} gave ${outcome?.$case}`)
  ensureSame(call.$case, hex(outcome.value), hex(literal.value))
}

const headerCase = propertyCase({
  subject,
  name: 'header',
  title: 'makes and opens headers, and refuses what was changed of them',
  promises: ['V5'],
  rules: ['11-4', '11-5'],
  explain: 'The vault key opens by master key and device key, for the user and the server that the header names.',
  features: ['vault'],
  runs: 60,
  arbitrary: fc.record({
    seed: draws,
    username: fc.stringMatching(/^[a-z0-9]{3,32}$/),
    server: printable(1, 512),
    hows,
  }),
  async holds(testee, { seed, username, server, hows: changes }) {
    const draw = drawOf(seed)
    const keys = {
      vaultKey: draw(32),
      masterKey: draw(32),
      deviceKey: draw(32),
      innerNonce: draw(12),
      outerNonce: draw(12),
    }
    const wrappedMasterKey = new Uint8Array([1, 1, 0, 0, ...draw(76)])
    const wrapped = wrapVaultKey({ username: ascii(username), server: ascii(server) }, keys)
    const header = write([
      [1, 1],
      [2, ascii(username)],
      [3, ascii(server)],
      [4, wrappedMasterKey],
      [5, wrapped],
    ])
    const make = { $case: 'makeHeader', value: { username, server, wrappedMasterKey, ...keys } } as const
    ensureSame('header', await bytesOf(testee, make), hex(header))
    const { masterKey, deviceKey } = keys
    const changed = changes.reduce(damaged, header)
    await ensureBytes(
      testee,
      { $case: 'openHeader', value: { header: changed, masterKey, deviceKey } },
      judged(() => openVaultKey(decodeHeader(changed), masterKey, deviceKey)),
    )
  },
})

const recordCase = propertyCase({
  subject,
  name: 'record',
  title: 'seals and opens records of any place, and refuses what was changed of them',
  promises: ['V1'],
  rules: ['11-9'],
  explain: 'A record opens in its own place and as it was sealed, or it is damaged.',
  features: ['vault'],
  runs: 60,
  arbitrary: fc.record({
    seed: draws,
    kind: fc.constantFrom('written', 'seen', 'unread'),
    id: printable(1, 200),
    position: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    plain: fc.constantFrom(false, false, true),
    hows,
  }),
  async holds(testee, { seed, kind, id, position, plain, hows: changes }) {
    const draw = drawOf(seed)
    const [vaultKey, nonce, table] = [draw(32), draw(12), `${kind}/${hex(draw(16))}`]
    // What is sealed well may still be no message of its table.
    const change = (now: Uint8Array): Uint8Array => changes.reduce(damaged, now)
    const message = write([[1, position]])
    const plaintext = plain ? change(message) : message
    const key = tableKey(vaultKey, table)
    const ciphertext = sealGcm(key, nonce, recordData({ table, id, version: 1 }), plaintext)
    const record = write([
      [1, nonce],
      [2, ciphertext],
    ])
    const value = { vaultKey, table, id }
    ensureSame('key', await bytesOf(testee, { $case: 'tableKey', value: { vaultKey, table } }), hex(key))
    ensureSame(
      'sealed',
      await bytesOf(testee, { $case: 'sealRecord', value: { ...value, nonce, plaintext } }),
      hex(record),
    )
    const sealed = plain ? record : change(record)
    const literal = judged(() => {
      const opened = openRecord(vaultKey, { table, id, version: 1 }, sealed)
      decodeRecord(table, id, opened)
      return opened
    })
    await ensureBytes(testee, { $case: 'openRecord', value: { ...value, sealed } }, literal)
  },
})

const fileCase = propertyCase({
  subject,
  name: 'file',
  title: 'seals and opens files of any size, and refuses what was changed of them',
  promises: ['V1'],
  rules: ['11-21'],
  explain: 'A file is whole, to the last byte, or damaged.',
  features: ['vault'],
  runs: 40,
  arbitrary: fc.record({ seed: draws, size: fc.oneof(fc.nat(40), fc.nat(100_000)), hows }),
  async holds(testee, { seed, size, hows: changes }) {
    const draw = drawOf(seed)
    const [key, prefix, plain] = [draw(32), draw(7), draw(size)]
    const sealed = sealFile(key, prefix, plain)
    ensureSame('sealed', await bytesOf(testee, { $case: 'sealFile', value: { key, prefix, plain } }), hex(sealed))
    const changed = changes.reduce(damaged, sealed)
    await ensureBytes(
      testee,
      { $case: 'openFile', value: { key, prefix, size: BigInt(size), sealed: changed } },
      judged(() => openFile(key, prefix, size, changed)),
    )
  },
})

const entry = fc.record({
  table: fc.constantFrom('one', 'two/three'),
  id: fc.constantFrom('a', 'b', 'c'),
  value: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }),
})

const logCase = propertyCase({
  subject,
  name: 'log',
  title: 'reads logs of any commits, torn or changed anywhere',
  promises: [],
  rules: ['11-120'],
  explain: 'What was acknowledged is there, or its loss is told; what was torn goes as a whole.',
  features: ['folder'],
  runs: 40,
  arbitrary: fc.record({ commits: fc.array(fc.array(entry, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), hows }),
  async holds(testee, { commits, hows: changes }) {
    const log = changes.reduce(damaged, logOf(...commits.map((writes, n) => logRecord(n + 1, writes))))
    const literal = judged(() => readLog(log))
    for (const table of ['one', 'two/three']) {
      const outcome = await judgedAlike(testee, { $case: 'readLog', value: { log, table } }, literal)
      if (!('value' in literal)) continue
      ensureKept(outcome?.$case === 'vaultEntries', `readLog gave ${outcome?.$case}`)
      const living = [...(literal.value.get(table) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
      const shown = (all: readonly (readonly [string, Uint8Array])[]) =>
        all.map(([id, one]) => `${id}=${hex(one)}`).join(' ')
      const got = shown(outcome.value.entries.map(({ id, value }) => [id, value] as const))
      ensureKept(got === shown(living), `table ${table} has "${got}", not "${shown(living)}"`)
    }
  },
})

export const vaultCases: readonly ClientCase[] = [headerCase, recordCase, fileCase, logCase]
