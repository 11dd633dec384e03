/** `vault.json`: the header, records, files and the log of a folder; what is refused of each. */
import { Broken, ensureKept } from '../../src/case.js'
import type { Call, Testee } from '../../src/testee/testee.js'
import { type VaultVectors, vaultVectors } from './data.js'
import { answerOf, bytesOf, ensureRefused, ensureSame, hex, unhex, type VectorCase, vectorCase } from './judge.js'

const { header, records, files, log, refusals } = vaultVectors
type Refusal = VaultVectors['refusals'][number]

const file = 'vault'
const vaultKey = unhex(header.vaultKey)
const [masterKey, deviceKey] = [unhex(header.masterKey), unhex(header.deviceKey)]
const text = (bytes: string): string => Buffer.from(bytes, 'hex').toString()
/** A table without the conversation that it belongs to. */
const kindOf = (table: string): string => table.split('/')[0] ?? table

const headerCases = [
  vectorCase({
    file,
    group: 'header',
    name: 'made',
    title: 'makes the header of a vault: its key under the master key, then under the device key',
    promises: ['V5'],
    rules: ['00-1'],
    explain:
      'Both layers name user and server. One that binds less lets a changed entry send keys to another server; one that binds otherwise opens nowhere.',
    async run(testee) {
      const value = {
        username: text(header.username),
        server: text(header.server),
        wrappedMasterKey: unhex(header.wrappedMasterKey),
        vaultKey,
        masterKey,
        deviceKey,
        innerNonce: unhex(header.innerNonce),
        outerNonce: unhex(header.outerNonce),
      }
      ensureSame('header', await bytesOf(testee, { $case: 'makeHeader', value }), header.header)
    },
  }),
  vectorCase({
    file,
    group: 'header',
    name: 'opened',
    title: 'opens the vault key by master key and device key',
    promises: ['V5'],
    rules: ['11-5'],
    explain: 'Password and words give the master key; the device key never leaves the device. The vault needs both.',
    async run(testee) {
      const value = { header: unhex(header.header), masterKey, deviceKey }
      ensureSame('vault key', await bytesOf(testee, { $case: 'openHeader', value }), header.vaultKey)
    },
  }),
]

const recordCases = records.map(({ table, id, key, plaintext, nonce, sealed }) =>
  vectorCase({
    file,
    group: 'record',
    name: kindOf(table),
    title: `seals and opens a record of table ${kindOf(table)}`,
    promises: ['V1'],
    rules: ['11-9'],
    explain:
      'Under the key of its table, bound to its place. One that is sealed otherwise is damage to every other reader.',
    async run(testee) {
      const place = { vaultKey, table, id }
      ensureSame('key of the table', await bytesOf(testee, { $case: 'tableKey', value: { vaultKey, table } }), key)
      const seal = { ...place, nonce: unhex(nonce), plaintext: unhex(plaintext) }
      ensureSame('sealed', await bytesOf(testee, { $case: 'sealRecord', value: seal }), sealed)
      const open = { ...place, sealed: unhex(sealed) }
      ensureSame('opened', await bytesOf(testee, { $case: 'openRecord', value: open }), plaintext)
    },
  }),
)

const fileCases = files.map(({ key, prefix, plain, sealed }) =>
  vectorCase({
    file,
    group: 'file',
    name: `${plain.length / 2} bytes`,
    title: `seals and opens a file of ${plain.length / 2} bytes`,
    promises: ['V1'],
    rules: ['11-21'],
    explain: 'In chunks, each of which knows its place and whether it is the last. An empty file has one too.',
    async run(testee) {
      const stream = { key: unhex(key), prefix: unhex(prefix) }
      ensureSame(
        'sealed',
        await bytesOf(testee, { $case: 'sealFile', value: { ...stream, plain: unhex(plain) } }),
        sealed,
      )
      const open = { ...stream, size: BigInt(plain.length / 2), sealed: unhex(sealed) }
      ensureSame('opened', await bytesOf(testee, { $case: 'openFile', value: open }), plain)
    },
  }),
)

/** What lives in the log when so many of its records are whole. */
const puts = [{ table: 'header', id: 'header', sealed: header.header }, ...records]
const LIVING: readonly (typeof puts)[] = [
  [],
  puts.slice(0, 1),
  puts,
  puts.filter(({ table }) => kindOf(table) !== 'message'),
]

async function ensureLiving(testee: Testee, bytes: Uint8Array, count: number): Promise<void> {
  const living = LIVING.find(({ length }) => length === count)
  if (living === undefined) throw new Error(`no state of the log has ${count} entries`)
  for (const { table } of puts) {
    const { entries } = await answerOf(testee, { $case: 'readLog', value: { log: bytes, table } }, 'vaultEntries')
    const expected = living.filter((one) => one.table === table)
    ensureKept(
      entries.length === expected.length,
      `table ${table} has ${entries.length} entries, not ${expected.length}`,
    )
    for (const [n, { id, sealed }] of expected.entries()) {
      const entry = entries[n]
      if (entry?.id !== id) throw new Broken(`table ${table} has ${JSON.stringify(entry?.id)}, not ${id}`)
      ensureSame(`${table} ${id}`, hex(entry.value), sealed)
    }
  }
}

const logCases = log.torn.map(({ length, entries }) =>
  vectorCase({
    file,
    feature: 'folder',
    group: 'log',
    name: `${length} bytes`,
    title: `reads the log of a folder, ${length === log.whole.length / 2 ? 'whole' : `torn after ${length} bytes`}`,
    promises: [],
    rules: ['11-120'],
    explain:
      'All records up to the first that is not whole. A commit of which nobody was told goes as a whole, no other does.',
    run: (testee) => ensureLiving(testee, unhex(log.whole).slice(0, length), entries),
  }),
)

/** The third file with other bytes, whose size the offer tells. */
function openThird(sealed: Uint8Array): Call {
  const [, , third] = files
  if (third === undefined) throw new Error('vault.json has three files')
  const { key, prefix, plain } = third
  return {
    $case: 'openFile',
    value: { key: unhex(key), prefix: unhex(prefix), size: BigInt(plain.length / 2), sealed },
  }
}

interface Kind {
  readonly feature?: string
  readonly promises: readonly string[]
  readonly rules: readonly string[]
  readonly why: string
  call(bytes: Uint8Array, place: Pick<Refusal, 'table' | 'id'>): Call
}

const openHeader = (keys: Partial<Record<'header' | 'masterKey' | 'deviceKey', Uint8Array>>): Call => ({
  $case: 'openHeader',
  value: { header: unhex(header.header), masterKey, deviceKey, ...keys },
})

const KINDS: { readonly [kind in Refusal['kind']]: Kind } = {
  header: {
    promises: ['V5'],
    rules: ['11-4', '11-5'],
    why: 'A header that is taken all the same names another account, server or key than it was made for.',
    call: (bytes) => openHeader({ header: bytes }),
  },
  masterKey: {
    promises: ['V5'],
    rules: ['11-5'],
    why: 'The words are wrong, and the person is told so; the vault is whole.',
    call: (bytes) => openHeader({ masterKey: bytes }),
  },
  deviceKey: {
    promises: ['V5'],
    rules: ['11-5'],
    why: 'A copy of the store opens nowhere else, even with the right words.',
    call: (bytes) => openHeader({ deviceKey: bytes }),
  },
  record: {
    promises: ['V1'],
    rules: ['11-9'],
    why: 'What is damaged is told, and never taken for what it is not or for absent.',
    call: (sealed, { table, id }) => ({ $case: 'openRecord', value: { vaultKey, table, id, sealed } }),
  },
  log: {
    feature: 'folder',
    promises: [],
    rules: ['11-120'],
    why: 'Something that was acknowledged is gone, or another version wrote it: to go on would hide the one and destroy the other.',
    call: (bytes) => ({ $case: 'readLog', value: { log: bytes, table: 'header' } }),
  },
  file: {
    promises: ['V1'],
    rules: ['11-21'],
    why: 'Chunks that are cut, moved or changed are damage, never a shorter file.',
    call: openThird,
  },
}

const refusedCases = refusals.map(({ name, comment, kind, table, id, bytes, code }) => {
  const { why, call, ...cited } = KINDS[kind]
  return vectorCase({
    file,
    group: `refused-${kind === 'masterKey' || kind === 'deviceKey' ? 'key' : kind}`,
    name,
    title: `refuses ${kind === 'masterKey' || kind === 'deviceKey' ? 'a key' : `a ${kind}`}: ${name}`,
    ...cited,
    explain: `${comment} ${why}`,
    run: (testee) => ensureRefused(testee, call(unhex(bytes), { table, id }), code),
  })
})

export const vaultCases: readonly VectorCase[] = [
  ...headerCases,
  ...recordCases,
  ...fileCases,
  ...logCases,
  ...refusedCases,
]
