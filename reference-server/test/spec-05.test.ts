/** The chapter against the code: every column, every limit, and every example as a call. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { LIMIT_DEFAULTS } from '../src/config/variables.js'
import { HELD_IN_MEMORY } from '../src/store/schema/held-in-memory.js'
import { HISTORY } from '../src/store/schema/history.js'
import { SCHEMA } from '../src/store/schema/schema.js'
import { newPerson, servicePath, startTestServer } from './harness.js'

const chapter = readFileSync(new URL('../../spec/05-account.md', import.meta.url), 'utf8')
const rowsOf = (heading: string) => {
  const section = chapter.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '')),
  )
}

type Caller = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ status: number; text: string }>

describe('[A15] the published table', () => {
  const published = rowsOf('8. What is stored')

  it('lists every column of the schema, and no other', () => {
    const ours = SCHEMA.flatMap((table) =>
      table.columns.map(({ name, type, optional, holds, why, protection, kept, promise }) => [
        table.name,
        name,
        `${type}${optional ? ', may be NULL' : ''}`,
        holds,
        why,
        protection,
        kept,
        promise,
      ]),
    )
    expect(published).toEqual(ours)
  })

  it('tells its versions, and what is held in memory only', () => {
    const section = chapter.split('## 8. What is stored')[1]?.split('\n## ')[0] ?? ''
    for (const { version, date, why } of HISTORY) {
      expect(section).toContain(`| ${version} | ${date} |`)
      expect(section).toContain(`| ${why} |`)
    }
    for (const { what, why, protection, kept, promise } of HELD_IN_MEMORY) {
      expect(section).toContain(`| ${what} | ${why} | ${protection} | ${kept} | ${promise} |`)
    }
  })

  it('[A1] [A12] [A16] lists every column of every table in a real database, and no other', async () => {
    const server = await startTestServer()
    await newPerson(server)
    const db = new Database(`${server.data}/solo2.db`, { readonly: true })
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as {
      name: string
    }[]
    const found = tables.flatMap(({ name }) =>
      (db.prepare(`PRAGMA table_info(${name})`).all() as { name: string }[]).map((column) => `${name}.${column.name}`),
    )
    const other = (
      db.prepare("SELECT type, sql FROM sqlite_schema WHERE type NOT IN ('table', 'index')").all() as unknown[]
    ).length
    db.close()
    expect(found.sort()).toEqual(published.map(([table, column]) => `${table}.${column}`).sort())
    expect(other).toBe(0)
  })

  it('shows that a record takes about as much as the manifesto says', async () => {
    const server = await startTestServer()
    const people = 20
    for (let i = 0; i < people; i++) await newPerson(server, { publish: false, name: `someone-${i}` })
    const db = new Database(`${server.data}/solo2.db`, { readonly: true })
    const columns = SCHEMA[0]?.columns.filter(({ optional }) => optional === undefined) ?? []
    const sum = columns.map(({ name }) => `LENGTH(CAST(${name} AS BLOB))`).join(' + ')
    const [row] = db.prepare(`SELECT AVG(${sum}) AS payload FROM accounts`).all() as { payload: number }[]
    db.close()
    // "About 400 bytes": numbers count as their digits here.
    expect(row?.payload).toBeGreaterThan(350)
    expect(row?.payload).toBeLessThan(450)
  })
})

describe('rate limits', () => {
  it('are those of the chapter', () => {
    expect(Object.fromEntries(rowsOf('7. Rate limits').map(([name, value]) => [name, value]))).toEqual(LIMIT_DEFAULTS)
  })
})

describe('examples', () => {
  const sections = [...chapter.matchAll(/### 6\.\d+ (\w+)\n([\s\S]*?)(?=\n##)/g)].map(([, name = '', text = '']) => ({
    name,
    blocks: [...text.matchAll(/```json\n(.*)\n```/g)].map((match) => match[1] ?? ''),
  }))
  const order = [
    'Register',
    'Prelogin',
    'Login',
    'PublishBundle',
    'GetAccount',
    'LookUp',
    'RequestPairing',
    'ListPairings',
    'AnswerPairing',
    'DrawTickets',
    'GetIceServers',
    'GetPushKey',
    'EnableNotifications',
    'DisableNotifications',
    'SetWakeToken',
    'SendFeedback',
    'SetDisplayName',
    'NewPairingCode',
    'EndSessions',
    'ListSessions',
    'ChangePassword',
    'NewWords',
    'PauseAccount',
    'ResumeAccount',
    'SetMaximumSecurity',
    'SeeBalance',
    'StartCheckout',
    'Logout',
    'Recover',
    'DeleteAccount',
  ]

  /** The same keys with values of the same types. */
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, 1).map(shape)
    if (typeof value !== 'object' || value === null) return typeof value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]): [string, unknown] => [key, shape(inner)])
        .sort(),
    )
  }

  it('exist for each method, as a request and an answer', () => {
    expect(sections.map(({ name }) => name).sort()).toEqual([...order].sort())
    expect(sections.every(({ blocks }) => blocks.length === 2)).toBe(true)
  })

  /** A real curl, with the options that somebody at a terminal would type; status and body. */
  const byCurl: Caller = async (url, body, headers) => {
    const given = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
    const options = ['--silent', '--show-error', '--noproxy', '*', '--write-out', '\n%{http_code}']
    const { stdout } = await promisify(execFile)('curl', [...options, ...given, '--data-raw', body, url])
    const end = stdout.lastIndexOf('\n')
    return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) }
  }
  const byFetch: Caller = async (url, body, headers) => {
    const response = await fetch(url, { method: 'POST', body, headers })
    return { status: response.status, text: await response.text() }
  }

  it.each([
    ['fetch', byFetch],
    ['curl', byCurl],
  ])('work as they stand by %s, with codes and keys of somebody who exists', async (_, caller) => {
    const server = await startTestServer({
      SOLO2_PAYMENT_URL: 'https://pay.example/',
      SOLO2_PAYMENT_SECRET: 'the secret of a gateway, 32 long',
    })
    const bob = await newPerson(server)
    const cat = await newPerson(server)
    let token = ''
    let alias = ''
    const call = async (method: string, body: string) => {
      const { status, text } = await caller(`${server.origin}${servicePath}${method}`, body, {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      })
      const json = JSON.parse(text) as Record<string, never>
      expect({ method, status, json }).toMatchObject({ status: 200 })
      return json
    }
    const { signedBundle } = await import('./harness.js')
    const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
    for (const name of order) {
      const section = sections.find((each) => each.name === name)
      let [request = '', answer = ''] = section?.blocks ?? []
      if (name === 'PublishBundle') {
        const { body, signature } = signedBundle(alias)
        request = request.replace('CAESIK...', encode(body)).replace('h0b1...', encode(signature))
      }
      if (name === 'RequestPairing' || name === 'LookUp') request = request.replace('7K3M-9QXA-4T', bob.pairingCode)
      if (name === 'ListPairings') {
        const self = (await call('GetAccount', '{}')) as unknown as { account: { pairingCode: string } }
        await server.call('requestPairing', { code: self.account.pairingCode }, cat.token)
      }
      if (name === 'AnswerPairing') {
        const { incoming } = (await call('ListPairings', '{}')) as unknown as { incoming: { id: string }[] }
        request = request.replace('hY0Jm2uXw3bq8yT1kQzP5rLd', incoming[0]?.id ?? '')
      }
      const json = await call(name, request)
      if (name === 'Register') alias = (json['account'] as unknown as { alias: string }).alias
      if (name === 'Login' || name === 'Recover')
        token = (json['session'] as unknown as { token: string }).token
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replace('=', '')
      // Published above; the examples leave it out for brevity.
      if (answer.includes('"account"') && name !== 'Register' && name !== 'Login')
        answer = answer.replace(/}}$/, ', "bundle": {"body": "", "signature": ""}}}')
      expect({ name, shape: shape(json) }).toEqual({ name, shape: shape(JSON.parse(answer)) })
    }
  })
})
