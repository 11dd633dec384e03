/** A vault that the SDK made, opened by somebody who knows spec/10 and spec/11 only; and the SDK judged by the vectors. */
import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { ContactRecord, MessageRecord } from '@solo2/proto/vault'
import { expect, test } from 'vitest'
import { readLog as sdkReadLog } from '../../sdk/src/adapters/node/store-log.js'
import { cryptoKeyDeviceKey, importAesKey, webAead } from '../../sdk/src/adapters/web-aead.js'
import { type Codec, decodeCanonical } from '../../sdk/src/bytes/canonical.js'
import { noblePrimitives } from '../../sdk/src/crypto/primitives-noble.js'
import { Solo2Error } from '../../sdk/src/errors.js'
import { wordsToEntropy } from '../../sdk/src/keys/words.js'
import type { Host } from '../../sdk/src/ports/host.js'
import { memoryBackup, memorySource } from '../../sdk/src/testing.js'
import { openChunk, sealChunk, streamKey } from '../../sdk/src/vault/file-stream.js'
import { decodeVaultHeader, openVaultKey as sdkOpenVaultKey } from '../../sdk/src/vault/header.js'
import { tableKey as sdkTableKey } from '../../sdk/src/vault/key-tree.js'
import { openRecord as sdkOpenRecord } from '../../sdk/src/vault/record.js'
import { logBytes } from '../../sdk/test/fixtures/log-bytes.js'
import { mortalWorld, PASSWORD, registerPeople } from '../../sdk/test/fixtures/mortal/world.js'
import { vaultVectors } from '../cases/vectors/data.js'
import { readBackup } from '../literal/backup.js'
import { ascii, hex, unhex } from '../literal/bytes.js'
import { decodeBody } from '../literal/content.js'
import { read } from '../literal/protobuf.js'
import { conversationOf, decodeHeader, openFolder, readLog } from '../literal/vault.js'

const { header, records, files, log, refusals } = vaultVectors

const BACKUP_PASSWORD = 'a longer kettle 77'
const bytes = new Uint8Array(1_048_576 + 77).map((_, i) => (i * 37) & 255)

test('[V1] a vault and a backup of the SDK open by the spec alone, given the keys', async () => {
  const folder = mkdtempSync(path(tmpdir(), 'solo2-vault-'))
  try {
    const words = await registerPeople(folder)
    const { passing, until, login } = await mortalWorld(folder, 0)
    const [ana, ben] = [await passing(login('ana', 'ana')), await passing(login('ben', 'ben'))]
    ben.on('requests', ([request]) => void request?.accept())
    const contact = await passing(ana.pair(ben.pairingCode))
    const other = () => ben.contacts[0] as (typeof ben.contacts)[0]
    await contact.send('See you at the lighthouse.')
    await contact.send('taken back')
    await contact.sendPlace({ latitude: 59.9, longitude: 10.7, accuracy: 5, takenAt: 1_700_000_000_000 })
    await contact.setTimer(3_600)
    const short = await contact.send('gone in an hour')
    await contact.delete((await contact.messages())[1]?.id ?? '')
    await contact.react(short.id, '👍')
    await passing(contact.offerFile(memorySource('map.bin', bytes)))
    await until(() => other()?.transfers.length === 1)
    await other().acceptFile(other().transfers[0]?.id ?? '')
    await until(() => other().transfers[0]?.stored === true)
    // Another own device takes part, so that there are items.
    await ben.devices.invite()
    const sink = memoryBackup()
    await passing(ben.exportBackup({ password: BACKUP_PASSWORD, sink }))
    await passing(Promise.all([ana.lock(), ben.lock()]))

    const vaultOf = (name: string) => {
      const [vault = ''] = readdirSync(path(folder, name))
      return openFolder(path(folder, name, vault), wordsToEntropy(words[name] ?? ''))
    }
    const [mine, theirs] = [vaultOf('ana'), vaultOf('ben')]
    expect(Buffer.from(theirs.header.username).toString()).toBe('ben')
    for (const vault of [mine, theirs]) {
      const [conversation = ''] = vault.records.get('contact')?.keys() ?? []
      expect(conversationOf(vault, conversation).map(shown)).toEqual([
        'See you at the lighthouse.',
        'deleted',
        'place',
        'timer',
        'gone in an hour',
        'fileOffer',
      ])
    }
    expect([...theirs.records.keys()]).toContain('sync')
    expect([...theirs.records.keys()]).toContain('search/entry')
    const [conversation = ''] = theirs.records.get('contact')?.keys() ?? []
    const [file = ''] = theirs.records.get(`file/${conversation}`)?.keys() ?? []
    expect(Buffer.from(theirs.file(conversation, file) ?? []).equals(Buffer.from(bytes))).toBe(true)

    const made = sink.bytes()
    const stretched = createHmac('sha256', made.slice(16, 32)).update(costOf(BACKUP_PASSWORD)).digest()
    const entries = readBackup(stretched, made)
    const kinds = entries.map((entry) => read(entry)[0]?.[0])
    expect(kinds.filter((kind) => kind === 3).length).toBe(6)
    const data = entries.flatMap((entry) =>
      read(entry)
        .filter(([kind]) => kind === 8)
        .map(([, value]) => value),
    )
    expect(Buffer.concat(data as Uint8Array[]).equals(Buffer.from(bytes))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('[V6] another password changes the header and the own record of a folder, and no other byte of it', async () => {
  const folder = mkdtempSync(path(tmpdir(), 'solo2-password-'))
  try {
    await registerPeople(folder)
    const { passing, login } = await mortalWorld(folder, 0)
    const ana = await passing(login('ana', 'ana'))
    const [vault = ''] = readdirSync(path(folder, 'ana'))
    const bytesIn = (name: string) => new Uint8Array(readFileSync(path(folder, 'ana', vault, name)))
    const entries = () => {
      const tables = [...readLog(bytesIn('log'))]
      return new Map(tables.flatMap(([table, all]) => [...all].map(([id, value]) => [`${table}/${id}`, hex(value)])))
    }
    const [before, key] = [entries(), hex(bytesIn('device.key'))]
    await passing(ana.changePassword({ password: PASSWORD, newPassword: 'green anchor 17' }))
    const after = entries()
    expect([...after.keys()]).toEqual([...before.keys()])
    expect([...after].filter(([name, value]) => before.get(name) !== value).map(([name]) => name)).toEqual([
      'header/header',
      'self/self',
    ])
    const wrapped = (all: ReadonlyMap<string, string>) =>
      hex(decodeHeader(unhex(all.get('header/header') ?? '')).wrappedVaultKey)
    expect(wrapped(after)).toBe(wrapped(before))
    expect(hex(bytesIn('device.key'))).toBe(key)
    await passing(ana.lock())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function shown({ kind, body }: { readonly kind: number; readonly body: Uint8Array }): string {
  if (body.length === 0) return 'deleted'
  const parsed = decodeBody(kind, body)
  const text = parsed?.kind === 'text' ? parsed.fields['text'] : undefined
  return typeof text === 'string' ? text : (parsed?.kind ?? 'unknown')
}

/** What the twins hash in place of Argon2id: its cost, then the password. */
function costOf(password: string): Uint8Array {
  const cost = Buffer.alloc(12)
  for (const [n, value] of [65_536, 3, 1].entries()) cost.writeUInt32BE(value, 4 * n)
  return Buffer.concat([cost, ascii(password)])
}

const host = { aead: webAead, primitives: noblePrimitives } as unknown as Host

async function openHeader(bytes: Uint8Array, masterKey: Uint8Array, deviceKey: Uint8Array): Promise<Uint8Array> {
  const key = cryptoKeyDeviceKey(await importAesKey(deviceKey))
  return sdkOpenVaultKey(decodeVaultHeader(bytes), { masterKey, deviceKey: key, host })
}

test('[V5] a header opens as the vector says', async () => {
  const [masterKey, deviceKey] = [unhex(header.masterKey), unhex(header.deviceKey)]
  expect(hex(await openHeader(unhex(header.header), masterKey, deviceKey))).toBe(header.vaultKey)
})

test.each(records)(
  '[V1] a record of $table opens as the vector says',
  async ({ table, id, key, plaintext, sealed }) => {
    const made = sdkTableKey(noblePrimitives, unhex(header.vaultKey), table)
    expect(hex(made)).toBe(key)
    expect(hex(await sdkOpenRecord(webAead, made, { table, id, version: 1 }, unhex(sealed)))).toBe(plaintext)
  },
)

test('[V1] files are sealed and opened as the vectors say', async () => {
  for (const { key, prefix, plain, sealed } of files) {
    const stream = streamKey(unhex(key), unhex(prefix))
    expect(hex(await sealChunk(webAead, stream, 0, true, unhex(plain)))).toBe(sealed)
    expect(hex(await openChunk(webAead, stream, 0, true, unhex(sealed)))).toBe(plain)
  }
})

test('the log of a folder is read as the vector says, torn anywhere', async () => {
  const whole = unhex(log.whole)
  for (const { length, entries } of log.torn) {
    const { index } = await sdkReadLog(logBytes(whole.slice(0, length)))
    expect([...index.tables.values()].reduce((sum, { size }) => sum + size, 0)).toBe(entries)
  }
})

test.each(refusals)('[V1] refuses: $name', async ({ kind, table, id, bytes: changed, code }) => {
  const wrong = unhex(changed)
  const [masterKey, deviceKey] = [unhex(header.masterKey), unhex(header.deviceKey)]
  const [, , file] = files
  const refusing: Readonly<Record<typeof kind, () => unknown>> = {
    header: () => openHeader(wrong, masterKey, deviceKey),
    masterKey: () => openHeader(unhex(header.header), wrong, deviceKey),
    deviceKey: () => openHeader(unhex(header.header), masterKey, wrong),
    record: async () => {
      const key = sdkTableKey(noblePrimitives, unhex(header.vaultKey), table)
      const plaintext = await sdkOpenRecord(webAead, key, { table, id, version: 1 }, wrong)
      decodeCanonical((table === 'contact' ? ContactRecord : MessageRecord) as Codec<unknown>, plaintext)
    },
    log: () => sdkReadLog(logBytes(wrong)),
    // A sealed file whose size is not that of its chunks is refused before a chunk is opened.
    file: () => openChunk(webAead, streamKey(unhex(file?.key ?? ''), unhex(file?.prefix ?? '')), 0, true, wrong),
  }
  const error = await Promise.resolve()
    .then(refusing[kind])
    .catch((refused: unknown) => refused)
  if (kind === 'file' || (error instanceof Solo2Error && error.code === 'not_canonical'))
    expect(error).toBeInstanceOf(Error)
  else expect(error).toMatchObject({ code })
})
