/** What the server receives while two people register, pair and talk (spec/02): recorded before its real process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '../../src/bytes/bytes.js'
import { wordsToEntropy } from '../../src/keys/words.js'
import { fileSource, type Me, Solo2 } from '../../src/node.js'
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.js'
import { isFound } from '../support/search.js'
import { type ServerProcess, startServer } from '../support/server.js'

const PASSWORDS = { ana: 'blue kettle 42 ana', ben: 'green lantern 17 ben' }
const TEXT = 'the telescope stands behind the greenhouse'
const FILE = 'a file about fishing rods, never searched for'
const DISPLAY = { ana: 'Ana of the north', ben: 'Ben of the south' }

let folder: string
let server: ServerProcess
let proxy: RecordingProxy
let people: { ana: Me; ben: Me }
const words: { ana: string[]; ben: string[] } = { ana: [], ben: [] }

async function register(name: 'ana' | 'ben'): Promise<Me> {
  const registered = await Solo2.register({
    server: proxy.url,
    username: `${name}-recorded`,
    password: PASSWORDS[name],
    displayName: DISPLAY[name],
    folder: join(folder, name),
    downloads: join(folder, name, 'downloads'),
  })
  words[name] = registered.words
  return registered.me
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-sees-'))
  server = await startServer()
  proxy = await startRecordingProxy(server.url)
  people = { ana: await register('ana'), ben: await register('ben') }
  const { ana, ben } = people
  ben.on('requests', ([request]) => void request?.accept())
  ben.on('file', (file) => {
    if (file.stage === 'offered') void ben.contact(file.contact)?.acceptFile(file.id)
  })
  const contact = await ana.pair(ben.pairingCode)
  const tunnel = await contact.connect()
  await tunnel.send(TEXT)
  await writeFile(join(folder, 'rods.txt'), FILE)
  await tunnel.sendFile(await fileSource(join(folder, 'rods.txt')))
})

afterAll(async () => {
  await people?.ana.lock()
  await people?.ben.lock()
  await proxy?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const everything = () => [...proxy.account, ...proxy.introduction]

test('[A2 V2 T1] the server receives no password, no words, no master key, no message and no file', () => {
  const secrets: [string, Uint8Array][] = [
    ['text', utf8(TEXT)],
    ['file', utf8(FILE)],
    ['file name', utf8('rods.txt')],
  ]
  for (const name of ['ana', 'ben'] as const) {
    secrets.push([`password of ${name}`, utf8(PASSWORDS[name])])
    secrets.push([`words of ${name}`, utf8(words[name].join(' '))])
    secrets.push([`three words of ${name}`, utf8(words[name].slice(4, 7).join(' '))])
    secrets.push([`master key of ${name}`, wordsToEntropy(words[name].join(' '))])
  }
  for (const [what, secret] of secrets) expect(isFound(everything(), secret), what).toBe(false)
})

test('[T2 T6] the introduction socket carries no identity, name, code, address or signal in clear', () => {
  const { ana, ben } = people
  const seen = proxy.introduction
  for (const me of [ana, ben]) {
    for (const name of [me.username, me.displayName, me.pairingCode, me.alias]) {
      expect(isFound(seen, utf8(name)), name).toBe(false)
    }
    for (const contact of me.contacts) {
      expect(isFound(seen, Buffer.from(contact.id, 'hex')), 'the id of an identity').toBe(false)
    }
  }
  for (const clear of ['candidate:', 'a=fingerprint', 'ice-ufrag', 'authorization', 'Bearer', 'cookie']) {
    expect(isFound(seen, utf8(clear)), clear).toBe(false)
  }
})

test('[T6] every signal on the socket has one size', () => {
  const frames = proxy.introduction.filter((record) => record.length > 2_000)
  expect(frames.length).toBeGreaterThan(3)
  expect(new Set(frames.map((frame) => frame.length))).toHaveLength(1)
})

test('control: what was received is found, and a planted secret is found in every form', () => {
  expect(isFound(proxy.account, utf8('ana-recorded'))).toBe(true)
  expect(isFound(proxy.account, utf8(DISPLAY.ben))).toBe(true)
  const secret = utf8(PASSWORDS.ana)
  const base64 = Buffer.from(`xy${PASSWORDS.ana}z`).toString('base64')
  for (const planted of [PASSWORDS.ana, Buffer.from(secret).toString('hex'), base64]) {
    expect(isFound([...everything(), Buffer.from(planted)], secret), planted).toBe(true)
  }
})
