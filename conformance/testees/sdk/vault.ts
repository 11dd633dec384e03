/** spec/11 sections 2, 3 and 4.1: header, records, files. */
import type { SealFile } from '@solo2/proto/conformance'
import { SyncItem } from '@solo2/proto/sync'
import { ContactRecord, FileRecord, Life, MessageRecord, OutboxRecord, Position } from '@solo2/proto/vault'
import { encode } from '@solo2/sdk/core'
import { nodePlatform } from '@solo2/sdk/node'
import {
  createFolder,
  createVaultHeader,
  decodeVaultHeader,
  encodeVaultHeader,
  memoryFiles,
  openVaultKey,
  RECORD_VERSION,
  readRecord,
  type SealedByDevice,
  type SealedFile,
  sealedSink,
  sealedSource,
  sealRecord,
  streamKey,
  tableKey,
} from '@solo2/sdk/testing'
import { bytes, drawing, primitives, type SlowFunctions } from './functions.js'

const { aead } = nodePlatform({ folder: '', downloads: '' }).host

type Codec = Parameters<typeof readRecord<object>>[3]

/** By what stands before the slash of the table's name. */
const CODECS: Readonly<Record<string, Codec>> = {
  contact: ContactRecord,
  message: MessageRecord,
  seen: Position,
  written: Position,
  unread: Position,
  life: Life,
  outbox: OutboxRecord,
  file: FileRecord,
  sync: SyncItem,
}

function codecOf(table: string): Codec {
  const codec = CODECS[table.split('/')[0] ?? '']
  if (codec === undefined) throw new Error(`no vector has a record of ${table}`)
  return codec
}

/** A keystore has it where it cannot be read; the vectors give its bytes. */
function deviceKeyOf(key: Uint8Array): SealedByDevice {
  return {
    seal: (nonce, data, plaintext) => aead.seal(key, nonce, data, plaintext),
    open: (nonce, data, ciphertext) => aead.open(key, nonce, data, ciphertext),
  }
}

function sealedFile({ key, prefix }: Pick<SealFile, 'key' | 'prefix'>, size: number): SealedFile {
  const place = { vault: 'vault', conversation: '00'.repeat(16), file: '00'.repeat(16) }
  return { place, stream: streamKey(key, prefix), size }
}

export const vault: SlowFunctions<
  'makeHeader' | 'openHeader' | 'tableKey' | 'sealRecord' | 'openRecord' | 'sealFile' | 'openFile'
> = {
  async makeHeader({ deviceKey, innerNonce, outerNonce, ...header }) {
    const host = { ...drawing(innerNonce, outerNonce), aead }
    return bytes(encodeVaultHeader(await createVaultHeader({ ...header, deviceKey: deviceKeyOf(deviceKey), host })))
  },
  async openHeader({ header, masterKey, deviceKey }) {
    const keys = { masterKey, deviceKey: deviceKeyOf(deviceKey), host: { primitives, aead } }
    return bytes(await openVaultKey(decodeVaultHeader(header), keys))
  },
  tableKey: async ({ vaultKey, table }) => bytes(tableKey(primitives, vaultKey, table)),
  async sealRecord({ vaultKey, table, id, nonce, plaintext }) {
    const place = { table, id, version: RECORD_VERSION }
    return bytes(await sealRecord(aead, tableKey(primitives, vaultKey, table), place, plaintext, drawing(nonce)))
  },
  async openRecord({ vaultKey, table, id, sealed }) {
    const [place, codec] = [{ table, id, version: RECORD_VERSION }, codecOf(table)]
    return bytes(encode(codec, await readRecord(aead, tableKey(primitives, vaultKey, table), place, codec, sealed)))
  },
  async sealFile({ plain, ...stream }) {
    const folder = createFolder()
    const sink = await sealedSink(memoryFiles(folder), aead, sealedFile(stream, plain.length))
    if (plain.length > 0) await sink.write(0, plain)
    await sink.close()
    return bytes([...folder.sealed.values()][0] ?? new Uint8Array(0))
  },
  async openFile({ size, sealed, ...stream }) {
    const file = sealedFile(stream, Number(size))
    const files = memoryFiles(createFolder())
    const sink = await files.sink(file.place, 0, sealed.length)
    await sink.write(0, sealed)
    await sink.close()
    const source = await sealedSource(files, aead, file, '')
    try {
      return bytes(await source.read(0, file.size))
    } finally {
      await source.close()
    }
  },
}
