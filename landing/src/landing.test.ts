/** What the landing page counts and what it gives, at its own socket. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from './config.js'
import { type Counts, openCounts } from './counts.js'
import { makeSite } from './pages.js'
import { type Landing, startLanding } from './server.js'
import { LANGUAGES } from './texts/texts.js'

const APP = 'https://app.example'
const SOURCES = 'https://sources.example/solo2/'
const APP_BUNDLE = fileURLToPath(new URL('../../reference-client/dist/web/', import.meta.url))
const PAGES = ['/', '/ar', '/es', '/published']
const site = makeSite(APP, SOURCES)

let folder: string
let clock: { now: number }
let counts: Counts
let landing: Landing

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'solo2-landing-'))
  clock = { now: Date.UTC(2030, 0, 15, 12) }
  counts = openCounts(folder, 400, () => clock.now)
  landing = await startLanding(site, counts, '127.0.0.1', 0)
})

afterEach(async () => {
  await landing.close()
  counts.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

function ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: landing.port, path, method, headers }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        body += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

function written(): readonly unknown[] {
  counts.write()
  return counts.all().map(({ page, day, count }) => [page, day, count])
}

describe('[W1] visits', () => {
  it('are kept as page, day and count in the one table that there is', async () => {
    await ask('/')
    counts.write()
    const db = new Database(join(folder, 'visits.db'), { readonly: true })
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type <> 'index'").all()
    const columns = db.prepare('PRAGMA table_info(visits)').all() as { name: string; type: string; pk: number }[]
    db.close()
    expect(tables).toEqual([{ name: 'visits' }])
    expect(columns.map(({ name, type, pk }) => [name, type, pk])).toEqual([
      ['page', 'TEXT', 1],
      ['day', 'TEXT', 2],
      ['count', 'INTEGER', 0],
    ])
  })

  it('are counted by page and by day in UTC, whoever comes', async () => {
    await ask('/')
    await ask('/', 'GET', { cookie: 'id=7', 'user-agent': 'another', 'x-forwarded-for': '10.0.0.7' })
    await ask('/es?utm_source=somebody')
    clock.now = Date.UTC(2030, 0, 16, 0, 0, 1)
    await ask('/')
    expect(written()).toEqual([
      ['/', '2030-01-15', 2],
      ['/es', '2030-01-15', 1],
      ['/', '2030-01-16', 1],
    ])
  })

  it('of what is no page are not: nobody can write into the table', async () => {
    for (const path of ['/nobody', '/style.css', '/icon.svg', '//', '/es/', '/%65s', "/'; DROP TABLE visits; --"]) {
      await ask(path.replaceAll(' ', '%20'))
    }
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) await ask('/', method)
    expect(written()).toEqual([])
    for (const page of PAGES) await ask(page)
    expect(written().map(String)).toEqual(PAGES.map((page) => `${page},2030-01-15,1`))
  })

  it('leave nothing of a request in the folder, and not the moment either', async () => {
    const before = readdirSync(folder)
    await ask('/?mark-in-query', 'GET', { 'user-agent': 'mark-in-agent', referer: 'https://mark-in-referer.example/' })
    await ask('/mark-in-path')
    expect(counts.all()).toEqual([])
    expect(readdirSync(folder)).toEqual(before)
    counts.write()
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
    expect(bytes.join('')).toContain('2030-01-15')
    expect(bytes.join('')).not.toMatch(/mark-in|127\.0\.0\.1/)
  })

  it('of days that are too old are deleted', async () => {
    await ask('/')
    counts.write()
    clock.now += 400 * 86_400_000
    await ask('/es')
    expect(written().map(String)).toEqual(['/,2030-01-15,1', '/es,2031-02-19,1'])
    clock.now += 86_400_000
    expect(written().map(String)).toEqual(['/es,2031-02-19,1'])
  })

  it('that wait are written at the end, and added up with those of before', async () => {
    await ask('/')
    await landing.close()
    counts.close()
    counts = openCounts(folder, 400, () => clock.now)
    landing = await startLanding(site, counts, '127.0.0.1', 0)
    await ask('/')
    expect(written()).toEqual([['/', '2030-01-15', 2]])
  })
})

describe('[W1] the pages', () => {
  it('set no cookie and nothing by which a browser is known again, allow no script, and ask no other origin', async () => {
    for (const path of [...PAGES, '/style.css', '/nobody']) {
      const { headers, body } = await ask(path, 'GET', { cookie: 'id=7', 'if-none-match': '"x"' })
      expect(Object.keys(headers).sort()).toEqual([
        'cache-control',
        'connection',
        'content-length',
        'content-security-policy',
        'content-type',
        'cross-origin-opener-policy',
        'cross-origin-resource-policy',
        'date',
        'keep-alive',
        'permissions-policy',
        'referrer-policy',
        'x-content-type-options',
      ])
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; img-src 'self';/)
      expect(body).not.toMatch(/<script|<form|<iframe|style=|@import|url\(/)
      for (const [, source] of body.matchAll(/(?:src|srcset|rel="stylesheet" href)="([^"]*)"/g)) {
        expect(source).toMatch(/^\/[a-z]/)
      }
    }
  })

  it('hold the three tests in each language, and lead to the app, the specification and each other', async () => {
    for (const [i, path] of ['/', '/es', '/ar'].entries()) {
      const { body } = await ask(path)
      const texts = LANGUAGES[i]
      for (const { title } of texts?.test ?? []) expect(body).toContain(`<h3>${title}</h3>`)
      expect(body).toContain(`<html lang="${texts?.language}" dir="${texts?.direction}">`)
      const links = [...body.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, link]) => link)
      expect(links).toEqual(
        expect.arrayContaining([APP, '/published', `${SOURCES}README.md`, `${SOURCES}spec/README.md`]),
      )
      expect(links.filter((link) => !site.has(link ?? '') && link !== APP && !link?.startsWith(SOURCES))).toEqual([])
    }
  })

  it('give README and specification themselves where nobody names another place', () => {
    const alone = makeSite(APP)
    const links = [...(alone.get('/')?.body.toString() ?? '').matchAll(/<a [^>]*href="(\/sources\/[^"]*)"/g)]
    expect(links.length).toBe(3)
    for (const [, path = ''] of links) expect([path, alone.get(path)?.counted]).toEqual([path, false])
    expect(alone.get('/sources/spec/README.md')?.body.toString()).toContain('# The specification')
  })

  it('publish each column of the table in spec/05, of which there is no second copy', async () => {
    const { body } = await ask('/published')
    const chapter = readFileSync(new URL('../../spec/05-account.md', import.meta.url), 'utf8')
    const lines = [...chapter.matchAll(/^\| `([a-z_]+)` \| `([a-z_]+)` \| (?:TEXT|INTEGER|BLOB)/gm)]
    expect(lines.length).toBeGreaterThan(30)
    expect([...body.matchAll(/<h3><code>([a-z_]+)<\/code>/g)].map(([, column]) => column)).toEqual(
      lines.map(([, , column]) => column),
    )
    expect(body).toContain('hex(salt 16 ‖ Argon2id tag 48), 128 characters')
  })
})

describe('[W1] the app', () => {
  it('has no landing page, no counter and no host of another', () => {
    const files = readdirSync(APP_BUNDLE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))
    expect(files.length).toBeGreaterThan(40)
    const hosts = new Set<string>()
    for (const file of files) {
      const text = readFileSync(join(APP_BUNDLE, file), 'utf8')
      for (const [, host] of text.matchAll(/\b(?:https?|wss?):\/\/([a-z0-9.-]+)/gi)) hosts.add(host ?? '')
      expect([file, /sendBeacon|analytics|gtag|matomo|LANDING_|solo2\.net|menzuri|:8480/i.exec(text)?.[0]]).toEqual([
        file,
        undefined,
      ])
    }
    // Names of XML's kinds, and addresses in texts of libraries: none is asked for anything.
    expect([...hosts].sort()).toEqual(['localhost', 'rolldown.rs', 'www.npmjs.com', 'www.w3.org'])
  })
})

describe('settings', () => {
  it('have defaults, and each wrong or unknown one is told', () => {
    expect(readConfig({ PATH: '/bin' }).LANDING_PORT).toBe(8480)
    expect(() => readConfig({ LANDING_PORT: '99999', LANDING_COLOUR: 'red' })).toThrow(/LANDING_PORT is above 65535/)
    expect(() => readConfig({ LANDING_COLOUR: 'red' })).toThrow('LANDING_COLOUR: no such setting')
    expect(() => readConfig({ LANDING_APP: 'https://app.example/path' })).toThrow('LANDING_APP is not an origin')
  })
})
