/** A backup of 20 MB, damaged in a thousand ways: each is noticed, and says where. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { ContentKind, FileOffer } from '@solo2/proto/content'
import { BackupEntry, ContactStage, FileState, MessageState } from '@solo2/proto/vault'
import { beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import { concat } from '../../src/bytes/bytes.js'
import { encode } from '../../src/bytes/canonical.js'
import { checkBackup } from '../../src/client/backup.js'
import { blankContact } from '../../src/client/contact-record.js'
import { encodeContent } from '../../src/content/compose.js'
import type { Aead } from '../../src/env.js'
import type { Host } from '../../src/ports/host.js'
import { seededRandom } from '../../src/testing.js'
import { backupWriter, type Entry, makeHead } from '../../src/vault/backup-format.js'
import { bytesOf, NONE, textContent } from '../fixtures/replicas.js'

const HEAD = 80
const CHUNK = 65_536 + 16
const END = 16
const PIECE = 65_536

/** Of Node itself: WebCrypto's turns of the event loop would be most of the time. */
const aead: Aead = {
  async seal(key, nonce, data, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(data)
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  async open(key, nonce, data, sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(data).setAuthTag(sealed.subarray(-16))
    return concat(decipher.update(sealed.subarray(0, -16)), decipher.final())
  },
}
const stretched = bytesOf(9, 32)
const host = { aead, primitives: nodePrimitives, argon2id: async () => stretched.slice() } as unknown as Host
const random = seededRandom(nodePrimitives, 'damage')
const below = (most: number) => new DataView(random(4).buffer).getUint32(0) % most

type Part = 'length' | Entry['$case']

let file: Uint8Array
/** Plain offsets at which a structure's length, and its entry, begin and end. */
const places: { readonly part: Part; readonly from: number; readonly to: number }[] = []

function* entries(): Generator<Entry> {
  const keys = { ed25519Seed: bytesOf(1, 32), x25519Secret: bytesOf(2, 32) }
  const names = { username: 'ana', server: 'https://solo2.test', displayName: 'Ana', alias: 'ABCDEFGH' }
  yield { $case: 'self', value: { ...names, ...keys, madeAt: 1_750_000_000_000n } }
  for (let person = 1; person <= 60; person++) {
    const keysOf = { ed25519: bytesOf(person, 32), x25519: bytesOf(person + 100, 32) }
    const contact = { ...blankContact(bytesOf(person)), ...keysOf, stage: ContactStage.PAIRED, nextSequence: 9n }
    yield { $case: 'contact', value: contact }
    for (let n = 1; n <= 40; n++) {
      const content = textContent(person * 100 + n, `message ${n} `.repeat(1 + (n % 30)))
      const state = MessageState.RECEIVED
      yield {
        $case: 'message',
        value: { content, outgoing: false, storedAt: 1n, state, position: n, changes: undefined },
      }
    }
    yield { $case: 'passed', value: { id: bytesOf(person * 100 + 50), outgoing: true } }
    const early = { edit: undefined, deleted: true, ownReaction: undefined, theirReaction: undefined }
    yield { $case: 'early', value: { id: bytesOf(person * 100 + 51), changes: early } }
    const read = { id: bytesOf(person * 100 + 52), sequence: 7n, writtenAt: 0n, expirySeconds: 0 }
    const waits = encodeContent({ ...read, kind: ContentKind.READ, body: Uint8Array.of(8, 1) })
    yield { $case: 'waiting', value: { sequence: 7n, record: { position: 0, content: waits } } }
    yield* fileOf(person)
  }
}

function* fileOf(person: number): Generator<Entry> {
  const size = 330_000
  const offer = encode(FileOffer, {
    file: bytesOf(person),
    name: `${person}.bin`,
    size: BigInt(size),
    root: bytesOf(person, 32),
    media: undefined,
  })
  const record = { offer, outgoing: false, state: FileState.COMPLETE, conversation: bytesOf(person) }
  yield {
    $case: 'file',
    value: {
      ...record,
      offset: BigInt(size),
      key: NONE,
      prefix: NONE,
      source: new Uint8Array(0),
      paused: false,
      completedAt: 0n,
    },
  }
  for (let at = 0; at < size; at += PIECE) yield { $case: 'data', value: random(Math.min(PIECE, size - at)) }
}

beforeAll(async () => {
  const { head, stream } = makeHead(nodePrimitives, stretched, { profile: 1, salt: bytesOf(3), prefix: bytesOf(4, 7) })
  const parts = [head]
  const writer = backupWriter(host, stream, async (bytes) => void parts.push(bytes))
  let at = 0
  const place = (part: Part, length: number) => {
    places.push({ part: 'length', from: at, to: at + 4 }, { part, from: at + 4, to: at + 4 + length })
    at += 4 + length
  }
  for (const entry of entries()) {
    place(entry.$case, encode(BackupEntry, { entry }).length)
    await writer.add(entry)
  }
  await writer.end()
  file = concat(...parts)
  const plain = file.length - HEAD - END - 16 * Math.ceil((file.length - HEAD - END) / CHUNK)
  place('end', plain - at - 4)
})

/** The file with another stretch in place of one of its own, without a copy of it. */
function check(changed: { readonly at: number; readonly bytes: Uint8Array; readonly skip?: number }, size?: number) {
  const { at, bytes, skip = bytes.length } = changed
  const whole = size ?? file.length - skip + bytes.length
  const byteAt = (n: number) => {
    if (n < at) return file[n]
    return n < at + bytes.length ? bytes[n - at] : file[n - bytes.length + skip]
  }
  return checkBackup(
    host,
    {
      size: whole,
      async read(from, length) {
        if (from + length <= at) return file.slice(from, from + length)
        if (from >= at + bytes.length)
          return file.slice(from - bytes.length + skip, from - bytes.length + skip + length)
        return Uint8Array.from({ length }, (_, n) => byteAt(from + n) as number)
      },
      close: async () => undefined,
    },
    'any password',
    {},
  )
}

type Named = { readonly code: string; readonly offset: number | undefined }
const damaged = (offset: number): Named => ({ code: 'backup_damaged', offset })
const named = (code: string): Named => ({ code, offset: undefined })

/** What 11-26 says of a file in which this byte is another. */
function verdict(at: number, value: number): Named {
  if (at < 12) return named('not_backup')
  if (at === 12) return value > 1 ? named('storage_newer') : damaged(0)
  if (at < 48) return damaged(0)
  if (at < HEAD) return named('wrong_password')
  if (at >= file.length - END) return named('backup_cut')
  return damaged(chunkAt(at))
}

/** Where the chunk begins in which that byte of the file is. */
const chunkAt = (at: number) => HEAD + Math.floor((at - HEAD) / CHUNK) * CHUNK
/** Where a byte of the structures is in the file. */
const sealedAt = (plain: number) => HEAD + Math.floor(plain / PIECE) * CHUNK + (plain % PIECE)

async function expectRefusal(what: string, expected: Named, checking: Promise<unknown>): Promise<void> {
  const error = await checking.then(
    () => undefined,
    (refused: unknown) => refused,
  )
  expect(error, what).toMatchObject(expected)
}

async function flipped(what: string, at: number): Promise<void> {
  const value = (file[at] as number) ^ (1 << below(8))
  await expectRefusal(`${what}, byte ${at}`, verdict(at, value), check({ at, bytes: Uint8Array.of(value) }))
}

const EACH = cases(20, 60)
/** A place among so many, sooner an early one: what is before it is read each time. */
const early = (most: number) => Math.floor(most * (below(1_000_000) / 1_000_000) ** 4)

describe('[V10] a backup of 20 MB', () => {
  it('is whole', async () => {
    expect(file.length).toBeGreaterThan(20_000_000)
    const checked = await check({ at: 0, bytes: NONE })
    expect(checked.facts).toMatchObject({ contacts: 60, messages: 2_400, files: 60 })
  })

  it.each([
    ['magic', 0, 12],
    ['version', 12, 13],
    ['profile and fixed bytes', 13, 16],
    ['salt', 16, 32],
    ['prefix', 32, 40],
    ['sum', 40, 48],
    ['tag', 48, 80],
  ] as const)('is refused with another bit in the head: %s', async (what, from, to) => {
    for (let n = 0; n < EACH; n++) await flipped(what, from + below(to - from))
  })

  const parts: readonly Part[] = [
    'length',
    'self',
    'contact',
    'message',
    'passed',
    'early',
    'waiting',
    'file',
    'data',
    'end',
  ]
  it.each(parts)('is refused with another bit in a structure, and says in which chunk: %s', async (part) => {
    const own = places.filter((place) => place.part === part)
    for (let n = 0; n < EACH; n++) {
      const { from, to } = own[early(own.length)] as (typeof places)[0]
      // Its first and last bytes too.
      const plain = [from, to - 1, from + below(to - from)][n % 3] as number
      await flipped(part, sealedAt(plain))
    }
  })

  it('is refused with another bit in the tag of a chunk, and in the end', async () => {
    const count = Math.ceil((file.length - HEAD - END) / CHUNK)
    for (let n = 0; n < EACH; n++) {
      const behind = Math.min(HEAD + (1 + early(count)) * CHUNK, file.length - END)
      await flipped('tag', behind - 1 - below(16))
      await flipped('end', file.length - 1 - below(END))
    }
  })

  it('is refused where it is cut, at each kind of place', async () => {
    const offsets = places.flatMap(({ from, to }) => [sealedAt(from), sealedAt(to - 1)])
    for (let n = 0; n < EACH; n++) {
      const at = [below(HEAD), HEAD + below(file.length - HEAD), offsets[below(offsets.length)] as number][
        n % 3
      ] as number
      const expected = named(at < 12 ? 'not_backup' : 'backup_cut')
      await expectRefusal(`cut at ${at}`, expected, check({ at, bytes: NONE, skip: file.length - at }))
    }
  })

  it('is refused with a chunk left out, doubled, exchanged or put elsewhere', async () => {
    const whole = Math.floor((file.length - HEAD - END) / CHUNK)
    for (let n = 0; n < EACH; n++) {
      const [one, other] = [early(whole - 1), 1 + below(whole - 2)] as [number, number]
      const at = HEAD + one * CHUNK
      const chunk = (index: number) => file.slice(HEAD + index * CHUNK, HEAD + (index + 1) * CHUNK)
      await expectRefusal(`left out ${one}`, damaged(at), check({ at, bytes: NONE, skip: CHUNK }))
      const behind = at + CHUNK
      await expectRefusal(`doubled ${one}`, damaged(behind), check({ at: behind, bytes: chunk(one), skip: 0 }))
      if (one === other) continue
      await expectRefusal(`${other} for ${one}`, damaged(at), check({ at, bytes: chunk(other) }))
    }
  })
})
