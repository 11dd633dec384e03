/** What is published is all there is: columns of a live database, keys of its log, modules that touch the network. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { LOG_KEYS } from '../src/log/keys.js'
import { createLog } from '../src/log/log.js'
import { NETWORK } from '../src/network.js'
import { newPerson, startTestServer, temporaryFolder } from './harness.js'

const chapter = readFileSync(new URL('../../spec/05-account.md', import.meta.url), 'utf8')
const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** The lines of the table that begins with this head, each as its cells without backticks. */
function table(head: string): string[][] {
  const [, after = ''] = chapter.split(`\n${head}\n`)
  const lines = after.split('\n\n')[0]?.split('\n').slice(1) ?? []
  return lines.map((line) => line.slice(2, -2).replaceAll('`', '').split(' | '))
}

describe('[A15] nothing but what is published', () => {
  it('is a column of a live server’s database', async () => {
    const server = await startTestServer()
    await newPerson(server)
    const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
    const live = tables.flatMap(({ name }) =>
      (db.prepare(`PRAGMA table_info(${name})`).all() as { name: string; type: string; notnull: number }[]).map(
        (column) => [name, column.name, `${column.type}${column.notnull === 0 ? ', may be NULL' : ''}`],
      ),
    )
    db.close()
    const published = table('| Table | Column | Type | Holds | Why | Protection | Kept | Promise |')
    expect(live.map(String).sort()).toEqual(published.map((cells) => String(cells.slice(0, 3))).sort())
  })

  it('is a key of a log line', async () => {
    expect(table('| Key | Holds |')).toEqual(Object.entries(LOG_KEYS))
    const lines: string[] = []
    const log = createLog(
      (line) => lines.push(line),
      () => 0,
    )
    log('refused', { code: 'timeout', username: 'zed', at: undefined } as Parameters<typeof log>[1])
    expect(JSON.parse(lines[0] ?? '')).toEqual({ time: '1970-01-01T00:00:00.000Z', event: 'refused', code: 'timeout' })
  })

  it('is in the lines of a live server', async () => {
    const folder = temporaryFolder()
    const server = await startTestServer({ SOLO2_LOG: folder, SOLO2_LIMIT_LOGIN: '1/3600' })
    await newPerson(server)
    for (const method of ['Login', 'Login', 'Prelogin', 'GetAccount', 'NoSuchMethod']) {
      await server.raw(method, '{"username": "zed-the-user"}', { 'content-type': 'application/json' })
    }
    await server.close()
    const text = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('')
    const lines = text.trim().split('\n')
    expect(lines.length).toBeGreaterThan(4)
    const keys = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)))
    const published = table('| Key | Holds |').map(([key]) => key)
    expect([...keys].filter((key) => !published.includes(key))).toEqual([])
    expect(text).not.toContain('zed-the-user')
  })

  it('touches the network: every module that could is in the list', () => {
    expect(table('| Module | Opens connections to | Why |')).toEqual(
      NETWORK.map(({ module, opens, why }) => [module, opens ?? 'nobody', why]),
    )
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    )
    expect(files.filter((file) => touchesNetwork(readFileSync(join(SRC, file), 'utf8'))).sort()).toEqual(
      NETWORK.map(({ module }) => module).sort(),
    )
  })

  it('and the look at the network finds what it should', () => {
    for (const reaches of [
      "import { request } from 'node:https'",
      "import http from 'http'",
      "import { isIP, connect } from 'node:net'",
      "import * as tls from 'node:tls'",
      "import { createSocket, type Socket } from 'node:dgram'",
      "import { lookup } from 'node:dns/promises'",
      "import { spawn } from 'node:child_process'",
      "import { Client } from 'pg'",
      "import { fetch } from 'undici'",
      'const { request } = await import(name)',
      "const net = createRequire(import.meta.url)('net')",
      "const net = process.getBuiltinModule('net')",
      'await fetch(url)',
      'const get = globalThis.fetch',
      'new WebSocket(url)',
      'new EventSource(url)',
    ]) {
      expect([reaches, touchesNetwork(reaches)]).toEqual([reaches, true])
    }
    for (const harmless of [
      "import { BlockList, isIP, type Socket } from 'node:net'",
      "import type { Server } from 'node:http'",
      "import { readFileSync } from 'node:fs'",
      "import { z } from 'zod'",
      '/** never calls fetch(). */',
      "const prefetch = 'x'",
      "const header = 'sec-fetch-site'",
    ]) {
      expect([harmless, touchesNetwork(harmless)]).toEqual([harmless, false])
    }
  })
})

/** Packages that do not speak to anybody. A new one is for somebody to look at. */
const QUIET =
  /^(node:(fs|path|url|util|crypto|zlib|buffer|process|os|perf_hooks|readline)(\/promises)?|zod(\/mini)?|@bufbuild\/protobuf\/wire|libsql|@node-rs\/argon2|@solo2\/.*|uWebSockets\.js|web-push|@peculiar\/x509|reflect-metadata|uqr)$/
/** Of node:net, what only looks at addresses. */
const ADDRESSES = new Set(['BlockList', 'isIP', 'isIPv4', 'isIPv6', 'SocketAddress'])

/** Whether source code could open a connection, listen, or start something that does, by what it imports and names. */
function touchesNetwork(source: string): boolean {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  for (const [, typeOnly, clause = '', specifier = ''] of code.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm,
  )) {
    if (typeOnly !== undefined || specifier.startsWith('.') || QUIET.test(specifier)) continue
    const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]?.split(',') ?? ['*']
    const values = names.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type '))
    if (specifier === 'node:net' && values.every((name) => ADDRESSES.has(name))) continue
    if (values.length > 0) return true
  }
  // A file of our own that is loaded later is looked at like any other.
  return /\bimport\s*\((?!'\.)|\brequire\b|\bcreateRequire\b|\bgetBuiltinModule\b|(?<![\w.]|'sec-)fetch\b|globalThis\.fetch\b|\bnew (WebSocket|EventSource|XMLHttpRequest)\b/.test(
    code,
  )
}
