/**
 * The whole server in a thief's hands (spec/02): database, write-ahead log, logs, secrets, environment and memory of its
 * real process, after two people registered, paired, talked and wrote feedback. What is found is what is published.
 */
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '../../../src/bytes/bytes.js'
import { wordsToEntropy } from '../../../src/keys/words.js'
import { fileSource, type Me, Solo2 } from '../../../src/node.js'
import { takeImage } from '../../support/image.js'
import { createScanner, type Pattern } from '../../support/scan.js'
import { formsOf } from '../../support/search.js'
import { type ServerProcess, startServer } from '../../support/server.js'

/** The time that spec/06 states, after which nothing of an introduction is in memory. */
const STATED_MS = 2_000
const PASSWORDS = { ana: 'blue kettle 42 breach', ben: 'green lantern 17 breach' }
const TEXT = 'the observatory opens at a quarter past nine'
const FILE = 'a list of telescopes that nobody searched for'
const FEEDBACK = 'the breach of this server was well made'

let folder: string
let server: ServerProcess
let people: { ana: Me; ben: Me }
let words: Record<'ana' | 'ben', string[]>
/** Kinds of canary by where they were found. */
let onDisk: Set<string>
let inMemory: Set<string>

async function register(name: 'ana' | 'ben') {
  return Solo2.register({
    server: server.url,
    username: `${name}-breached`,
    password: PASSWORDS[name],
    displayName: `${name} of the breach`,
    folder: join(folder, name),
    downloads: join(folder, name, 'downloads'),
  })
}

/** By kind: what the published table has in clear, and what it must not have. */
function canaries(): { published: Pattern[]; secret: Pattern[] } {
  const of = (kind: string, secret: Uint8Array) => formsOf(secret).map((bytes): Pattern => ({ kind, bytes }))
  const { ana, ben } = people
  const published: Pattern[] = of('feedback', utf8(FEEDBACK))
  const secret: Pattern[] = [
    ...of('message', utf8(TEXT)),
    ...of('file', utf8(FILE)),
    ...of('file name', utf8('stars.txt')),
  ]
  for (const [name, me] of [
    ['ana', ana],
    ['ben', ben],
  ] as const) {
    const clear = {
      username: me.username,
      'display name': me.displayName,
      'pairing code': me.pairingCode,
      alias: me.alias,
    }
    for (const [kind, text] of Object.entries(clear)) published.push(...of(kind, utf8(text)))
    secret.push(...of('password', utf8(PASSWORDS[name])))
    secret.push(...of('words', utf8(words[name].slice(4, 8).join(' '))))
    secret.push(...of('master key', wordsToEntropy(words[name].join(' '))))
    for (const contact of me.contacts) secret.push(...of('identity', Buffer.from(contact.id, 'hex')))
  }
  // Of no source: a server has the web client's code in memory, to give it out.
  for (const clear of ['candidate:1', 'a=ice-ufrag', 'a=fingerprint:sha']) secret.push(...of('candidate', utf8(clear)))
  return { published, secret }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-breach-'))
  server = await startServer({
    GLIBC_TUNABLES: 'glibc.malloc.perturb=165:glibc.malloc.tcache_count=0',
    SOLO2_DATA: join(folder, 'server'),
    SOLO2_LOG: join(folder, 'server', 'logs'),
  })
  const [ana, ben] = [await register('ana'), await register('ben')]
  people = { ana: ana.me, ben: ben.me }
  words = { ana: ana.words, ben: ben.words }
  ben.me.on('requests', ([request]) => void request?.accept())
  ben.me.on('file', (file) => {
    if (file.stage === 'offered') void ben.me.contact(file.contact)?.acceptFile(file.id)
  })
  const contact = await ana.me.pair(ben.me.pairingCode)
  const tunnel = await contact.connect()
  await tunnel.send(TEXT)
  await writeFile(join(folder, 'stars.txt'), FILE)
  await tunnel.sendFile(await fileSource(join(folder, 'stars.txt')))
  await ana.me.sendFeedback(FEEDBACK)
  await delay(STATED_MS)

  const { published, secret } = canaries()
  const disk = createScanner([...published, ...secret])
  const files = readdirSync(join(folder, 'server'), { recursive: true, withFileTypes: true })
  for (const file of files) if (file.isFile()) await disk.file(join(file.parentPath ?? file.path, file.name))
  onDisk = new Set(disk.found.counts.keys())
  const memory = createScanner([...published, ...secret])
  takeImage(server.pid, join(folder, 'image'))
  await memory.file(join(folder, 'image'))
  await memory.file(`/proc/${server.pid}/environ`)
  inMemory = new Set(memory.found.counts.keys())
}, 110_000)

afterAll(async () => {
  await people?.ana.lock()
  await people?.ben.lock()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const kinds = (patterns: readonly Pattern[]) => new Set(patterns.map(({ kind }) => kind))

test('[X1] the files of a server hold in clear what its table says, and nothing else of anybody', () => {
  expect(onDisk).toEqual(kinds(canaries().published))
})

test('[X1] its memory holds no more of anybody than its files', () => {
  for (const kind of inMemory) expect(kinds(canaries().published)).toContain(kind)
  expect(inMemory).toContain('username')
})

test('control: each secret would be found', () => {
  const { secret } = canaries()
  const planted = createScanner(secret)
  for (const { bytes } of secret) planted.bytes(bytes)
  expect(new Set(planted.found.counts.keys())).toEqual(kinds(secret))
})
