/** spec/11 section 4.2. */
import { BackupEntry } from '@solo2/proto/vault'
import { decodeCanonical, encode, Solo2Error } from '@solo2/sdk/core'
import { nodePlatform } from '@solo2/sdk/node'
import { backupWriter, checkBackup, makeHead, memorySource } from '@solo2/sdk/testing'
import { bytes, given, primitives, type SlowFunctions } from './functions.js'

const { host } = nodePlatform({ folder: '', downloads: '' })

async function entriesOf(stretched: Uint8Array, file: Uint8Array): Promise<Uint8Array[]> {
  // Whatever the password: S is the one of the request.
  const stretching = { ...host, argon2id: async () => stretched.slice() }
  const backup = await checkBackup(stretching, memorySource('backup', file), 'any password', {})
  const entries: Uint8Array[] = []
  for await (const { entry } of backup.entries()) entries.push(encode(BackupEntry, { entry }))
  return entries
}

export const backup: SlowFunctions<'writeBackup' | 'readBackup'> = {
  async writeBackup({ stretched, entries, ...header }) {
    const { head, stream } = makeHead(primitives, stretched, header)
    const parts = [head]
    const writer = backupWriter(host, stream, async (part) => void parts.push(part.slice()))
    for (const encoded of entries) await writer.add(given(decodeCanonical(BackupEntry, encoded).entry))
    await writer.end()
    return bytes(Buffer.concat(parts))
  },
  async readBackup({ stretched, file }) {
    try {
      return { $case: 'backupEntries', value: { entries: await entriesOf(stretched, file) } }
    } catch (error) {
      if (!(error instanceof Solo2Error) || error.code !== 'backup_damaged') throw error
      return { $case: 'backupDamaged', value: { offset: BigInt(given(error.offset)) } }
    }
  },
}
