/** The SDK's backups judged by the vectors of spec/11. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { BackupEntry } from '@solo2/proto/vault'
import { expect, test } from 'vitest'
import { decodeCanonical, encode } from '../../sdk/src/bytes/canonical.js'
import { checkBackup } from '../../sdk/src/client/backup.js'
import { noblePrimitives } from '../../sdk/src/crypto/primitives-noble.js'
import type { Aead } from '../../sdk/src/env.js'
import type { Host } from '../../sdk/src/ports/host.js'
import { backupWriter, makeHead } from '../../sdk/src/vault/backup-format.js'
import { backupVectors } from '../cases/vectors/data.js'
import { hex, join, unhex } from '../literal/bytes.js'

const { backup, refusals } = backupVectors
const stretched = unhex(backup.stretched)

const aead: Aead = {
  async seal(key, nonce, data, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(data)
    return join(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  async open(key, nonce, data, ciphertext) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(data).setAuthTag(ciphertext.slice(-16))
    return join(decipher.update(ciphertext.slice(0, -16)), decipher.final())
  },
}

/** Whatever the password: S is the one of the vectors. */
const host = {
  aead,
  primitives: noblePrimitives,
  argon2id: async () => stretched.slice(),
} as unknown as Host

function check(file: Uint8Array) {
  const read = async (at: number, length: number) => file.slice(at, at + length)
  return checkBackup(host, { size: file.length, read, close: async () => undefined }, 'any password', {})
}

test('[V10] a backup is written as the vector says', async () => {
  const header = { profile: backup.profile, salt: unhex(backup.salt), prefix: unhex(backup.prefix) }
  const { head, stream } = makeHead(noblePrimitives, stretched, header)
  expect(hex(stream.key)).toBe(backup.key)
  expect(hex(head)).toBe(backup.head)
  const parts = [hex(head)]
  const writer = backupWriter(host, stream, async (bytes) => void parts.push(hex(bytes)))
  for (const encoded of backup.entries) {
    const { entry } = decodeCanonical(BackupEntry, unhex(encoded))
    if (entry !== undefined) await writer.add(entry)
  }
  await writer.end()
  expect(parts.join('')).toBe(backup.file)
})

test('[V10] a backup is read as the vector says', async () => {
  const checked = await check(unhex(backup.file))
  expect(checked.facts).toMatchObject({ contacts: 1, messages: 1, files: 1, madeAt: 1_700_000_000_000 })
  const entries: string[] = []
  for await (const { entry } of checked.entries()) entries.push(hex(encode(BackupEntry, { entry })))
  expect(entries).toEqual(backup.entries)
})

test.each(refusals)('[V10] refuses a backup: $name', async ({ file, code, offset }) => {
  const error = await check(unhex(file)).catch((refused: unknown) => refused)
  expect(error).toMatchObject({ code, offset: offset ?? undefined })
})
