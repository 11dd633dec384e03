/** A backup that is larger than what may be in memory: written, checked and restored with flat memory, byte for byte. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileOffer } from '@solo2/proto/content'
import { FileRecord, FileState } from '@solo2/proto/vault'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { backupFile } from '../../src/adapters/node/backup-file.js'
import { fileSource } from '../../src/adapters/node/files.js'
import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import { encode } from '../../src/bytes/canonical.js'
import { sealedSink } from '../../src/client/sealed-file.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { openVault, put, readHeader } from '../../src/client/vault-store.js'
import { wordsToEntropy } from '../../src/keys/words.js'
import { seededRandom } from '../../src/testing.js'
import { newStreamKey } from '../../src/vault/file-stream.js'
import { BACKUP_PASSWORD } from '../fixtures/mortal/story.js'
import { mortalWorld, PASSWORD, registerPeople } from '../fixtures/mortal/world.js'
import { bytesOf } from '../fixtures/replicas.js'

const BLOCK = 1_048_576
const SIZE = cases(48, 2_048) * BLOCK + 77
/** The clock that stands still moves while gigabytes are written: the test's own time is the limit. */
const AS_LONG_AS_DISKS_TAKE = Number.POSITIVE_INFINITY
/** What reading and writing in pieces may take, whatever the size. */
const FLAT_BYTES = 200_000_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-large-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const noise = seededRandom(nodePrimitives, 'large')(BLOCK)

/** No two alike. */
function block(index: number): Uint8Array {
  const bytes = noise.slice(0, Math.min(BLOCK, SIZE - index * BLOCK))
  new DataView(bytes.buffer).setUint32(0, index)
  return bytes
}

test('[V10] a backup with a large file is made and restored with flat memory, and equal in every byte', async () => {
  const words = await registerPeople(folder)
  const mortal = await mortalWorld(folder, 0)
  const [ana, ben] = [
    await mortal.passing(mortal.login('ana', 'ana')),
    await mortal.passing(mortal.login('ben', 'ben')),
  ]
  ben.on('requests', ([request]) => void request?.accept())
  await mortal.passing(ana.pair(ben.pairingCode))
  await mortal.passing(Promise.all([ana.lock(), ben.lock()]))
  await mortal.save()
  await plant(words['ana'] ?? '')

  const before = process.memoryUsage().rss
  let peak = before
  const onProgress = () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const place = join(folder, 'backup')
  const again = await mortalWorld(folder, 1)
  const me = await again.passing(again.login('ana', 'ana'))
  const facts = await again.passing(
    me.exportBackup({ password: BACKUP_PASSWORD, sink: await backupFile(place), onProgress }),
    AS_LONG_AS_DISKS_TAKE,
  )
  expect(facts).toMatchObject({ files: 1, left: 0 })
  await again.passing(me.lock())

  const empty = await mortalWorld(folder, 2)
  const call = { server: empty.world.server, username: 'ana', password: PASSWORD, backupPassword: BACKUP_PASSWORD }
  const backup = await fileSource(place)
  const imported = await empty.passing(
    createSolo2(empty.platform('ana 3')).importBackup({ ...call, backup, onProgress }),
    AS_LONG_AS_DISKS_TAKE,
  )
  expect(imported.added.files).toBe(1)
  const restored = imported.me.contacts[0]
  const source = await restored?.openFile(restored.transfers[0]?.id ?? '')
  expect(source?.size).toBe(SIZE)
  for (let index = 0; index * BLOCK < SIZE; index++) {
    const expected = block(index)
    const read = await source?.read(index * BLOCK, expected.length)
    if (!Buffer.from(read ?? []).equals(Buffer.from(expected))) expect.fail(`block ${index} is another`)
    onProgress()
  }
  await source?.close()
  await backup.close()
  await empty.passing(imported.me.lock())
  const [file, most] = [SIZE, peak - before].map((bytes) => `${Math.round(bytes / 1e6)} MB`)
  console.log(`backup with a file of ${file}: at most ${most} more in memory, ${Math.round(peak / 1e6)} MB in all`)
  expect(peak - before).toBeLessThan(FLAT_BYTES)
}, 1_800_000)

/** A file that came whole, of the size that no test could send in its time. */
async function plant(words: string): Promise<void> {
  const { platform } = await mortalWorld(folder, 0)
  const { stores, keystore, files, host } = platform('ana')
  const [name = ''] = await stores.list()
  const store = await stores.open(name)
  const header = await readHeader(store)
  if (header === undefined) throw new Error('no vault')
  const vault = await openVault(store, header, wordsToEntropy(words), await keystore.deviceKey(name), host)
  const [conversation = ''] = await vault.ids('contact')
  const id = bytesOf(7)
  const file = Buffer.from(id).toString('hex')
  const stream = newStreamKey(host)
  const sink = await sealedSink(files, host.aead, { place: { vault: name, conversation, file }, stream, size: SIZE })
  for (let index = 0; index * BLOCK < SIZE; index++) await sink.write(index * BLOCK, block(index))
  await sink.close()
  const offer = encode(FileOffer, {
    file: id,
    name: 'large.bin',
    size: BigInt(SIZE),
    root: bytesOf(8, 32),
    media: undefined,
  })
  const record = {
    offer,
    outgoing: false,
    state: FileState.COMPLETE,
    offset: undefined,
    conversation: Uint8Array.from(Buffer.from(conversation, 'hex')),
    key: stream.key,
    prefix: stream.prefix,
    source: new Uint8Array(0),
    paused: false,
    completedAt: 0n,
  }
  await vault.commit([put(`file/${conversation}`, file, FileRecord, record)])
  await vault.close()
}
