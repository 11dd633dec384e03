/** What the server writes while it introduces people (spec/06 section 4): its real process under strace, and its folder. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DrawTicketsRequest, DrawTicketsResponse, RegisterRequest, RegisterResponse } from '@solo2/proto/account'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { call, introduce, patternsOf } from '../../support/introductions.js'
import { createScanner, type Pattern } from '../../support/scan.js'
import { startServer } from '../../support/server.js'
import { allBytes, countIn, fileWrites, tracer, unhex } from '../../support/trace.js'

const USERNAME = 'trace-somebody'
const INTRODUCTIONS = cases(100, 2_000)

let folder: string
let data: string
let lines: string[]
let tickets: Uint8Array[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-trace-'))
  const trace = join(folder, 'trace')
  const limits = ['TICKETS', 'SOCKETS', 'CALLS'].map((name) => [`SOLO2_LIMIT_${name}`, '1000000/60'])
  data = join(folder, 'data')
  const environment = { ...Object.fromEntries(limits), SOLO2_DATA: data, SOLO2_LOG: join(data, 'logs') }
  const server = await startServer(environment, tracer(trace))
  try {
    const request = {
      username: USERNAME,
      displayName: 'Somebody',
      authKey: randomBytes(32),
      wrappedMasterKey: Buffer.concat([Uint8Array.of(1, 1, 0, 0), randomBytes(76)]),
      recoveryFingerprint: randomBytes(32),
      versions: [1],
    }
    const answer = await call(server.port, 'register', RegisterRequest.encode(request).finish())
    const token = RegisterResponse.decode(answer).session?.token
    for (let done = 0; done < INTRODUCTIONS; done += 4) {
      const drawn = await call(server.port, 'drawTickets', DrawTicketsRequest.encode({ count: 8 }).finish(), token)
      const eight = DrawTicketsResponse.decode(drawn).tickets
      tickets = [...tickets, ...eight]
      await Promise.all([0, 1, 2, 3].map((at) => introduce(server.port, done + at, eight.slice(2 * at, 2 * at + 2))))
    }
  } finally {
    // Its end writes too: the last lines, the checkpoint.
    await server[Symbol.asyncDispose]()
  }
  lines = readFileSync(trace, 'latin1').split('\n')
}, 110_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const named: Pattern[] = [{ kind: 'username', bytes: Buffer.from(USERNAME) }]

test('[T3] nothing of an introduction is written to a file: no ticket, topic, signal or address', () => {
  const writes = fileWrites(lines)
  expect(countIn(writes, patternsOf(tickets))).toEqual({})
  // Controls: the account's row is among what was written, and the same patterns are in what went through sockets.
  expect(countIn(writes, named)['username']).toBeGreaterThan(0)
  expect(countIn(allBytes(lines), patternsOf(tickets))).toHaveProperty('signal')
})

test('[T3] no other process gets anything, and the only mapping that writes to a file is the database’s index', () => {
  const begun = lines.filter(
    (line) => /\b(execve|fork|vfork)\(/.test(line) || (/\bclone3?\(/.test(line) && !line.includes('CLONE_THREAD')),
  )
  expect(begun).toHaveLength(1)
  const shared = lines.flatMap((line) => {
    if (!/\bmmap\(/.test(line) || !line.includes('MAP_SHARED') || !line.includes('PROT_WRITE')) return []
    return [/<((?:\\x[0-9a-f]{2})*)>/.exec(line)?.[1] ?? 'no file']
  })
  expect(new Set(shared.map((hex) => unhex(hex).toString('latin1').replace(data, '')))).toEqual(
    new Set(['/solo2.db-shm']),
  )
})

test('[T3] and no file of the server holds any of it', async () => {
  const scanner = createScanner([...patternsOf(tickets), ...named])
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const file of files) await scanner.file(join(file.parentPath ?? file.path, file.name))
  expect([...scanner.found.counts.keys()]).toEqual(['username'])
})
